// Files that sysstat and Fleetwarden itself write are read again.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { fleetOf, fleetSamples, sampleColumns, sampleDocuments, sampleTable } from "../../lib/demo/fleet-samples.ts";
import { METRICS } from "../../lib/demo/machine.ts";
import { columns } from "../../lib/table/columns.ts";
import { jsonChunks, tableChunks } from "../../lib/table/write.ts";
import { folder, iso, MINUTE, NOON, refusal, rowsOf, type Sample, SERIES, STEP, spaced, write } from "./series-file.ts";

describe("sysstat", () => {
  const HEAD = "# hostname;interval;timestamp";

  test("`sadf -d` has its names in a comment, a row for each device, and rows about restarts", async () => {
    const path = await write({
      head: `${HEAD};IFACE;rxpck/s`,
      series: SERIES.slice(0, 2),
      line: ({ time }, i) =>
        `db-1;600;${spaced(time)} UTC;lo;${i}.50\ndb-1;600;${spaced(time)} UTC;eth0;${i}.75${i === 0 ? `\ndb-1;-1;${spaced(time)} UTC;LINUX-RESTART (2 CPU)` : ""}`,
    });
    const { rows } = await rowsOf(path, { ignored: ["interval"] });
    expect(rows.map(({ host, time, names, values }) => [host, time, names, [...values]])).toEqual([
      ["db-1", NOON, ["rxpck/s lo", "rxpck/s eth0"], [0.5, 0.75]],
      ["db-1", NOON + STEP, ["rxpck/s lo", "rxpck/s eth0"], [1.5, 1.75]],
    ]);
  });

  test("`sadf -d` of two activities is refused with the command that works", async () => {
    const line = ({ time }: Sample, i: number) =>
      `${i === 1 ? `${HEAD};kbmemfree\n` : ""}db-1;600;${spaced(time)} UTC;${i}`;
    expect(await refusal({ head: `${HEAD};%user`, line })).toBe(
      "in.csv, line 3: another table begins here: write one activity to a file, as `sadf -d -- -u` does, or all of them with `sadf -j -- -A`",
    );
  });

  test("`sadf -j` has a metric for each number, named by its activity and its device", async () => {
    const statistics = SERIES.slice(0, 2).map(({ time }, i) => ({
      timestamp: { date: iso(time).slice(0, 10), time: iso(time).slice(11, 19), utc: 1, interval: 600 },
      "cpu-load": [{ cpu: "all", user: i + 0.5, idle: 90 }],
      network: { "net-dev": [{ iface: "eth0", rxpck: 7 }] },
    }));
    const path = join(folder, "sa.json");
    writeFileSync(path, JSON.stringify({ sysstat: { hosts: [{ nodename: "db-1", statistics }] } }));
    const { rows } = await rowsOf(path);
    expect(rows.map(({ host, time, names, values }) => [host, time, names, [...values]])).toEqual([
      ["db-1", NOON, ["cpu-load.user all", "cpu-load.idle all", "network.net-dev.rxpck eth0"], [0.5, 90, 7]],
      ["db-1", NOON + STEP, ["cpu-load.user all", "cpu-load.idle all", "network.net-dev.rxpck eth0"], [1.5, 90, 7]],
    ]);
  });
});

describe("what the project itself writes is read again", () => {
  const timetable = { from: NOON, calmUntil: NOON + 5 * MINUTE, to: NOON + 10 * MINUTE, interval: MINUTE };
  const samples = () => fleetSamples(fleetOf(2), timetable, [], 1);

  test.each(["csv", "json", "ndjson", "xlsx"] as const)("a generated fleet as %s", async (format) => {
    const chunks =
      format === "json" || format === "ndjson"
        ? jsonChunks(format, sampleDocuments(samples()))
        : tableChunks(format, sampleColumns(METRICS), sampleTable(samples()));
    const path = join(folder, `fleet.${format}`);
    writeFileSync(path, await buffer(Readable.from(chunks)));
    const { rows } = await rowsOf(path);
    const expected = [...samples()];
    expect(rows).toHaveLength(expected.length);
    expect(rows.map(({ host, group, time }) => [host, group, time])).toEqual(
      expected.map(({ host, group, time }) => [host, group, time]),
    );
    const own = expected[3]!;
    const byName = new Map(own.names.map((name, i) => [name, own.row[i]]));
    expect(
      Object.fromEntries(rows[3]!.names.flatMap((name, i) => (byName.has(name) ? [[name, rows[3]!.values[i]]] : []))),
    ).toEqual(Object.fromEntries([...byName].map(([name, value]) => [name, value ?? Number.NaN])));
  });

  test("a workbook keeps texts, numbers and times to the millisecond", async () => {
    async function* cells() {
      yield [NOON + 123, "a & <b>", 1.5, undefined];
      yield [NOON + 1_456, "c", -2e-7, 4];
    }
    const titles = [...columns("time", "time"), ...columns("text", "host"), ...columns("number", "cpu", "load")];
    const path = join(folder, "book.xlsx");
    writeFileSync(path, await buffer(Readable.from(tableChunks("xlsx", titles, cells()))));
    const { rows } = await rowsOf(path);
    expect(rows.map(({ line, time, host, values }) => [line, time, host, ...values])).toEqual([
      [2, NOON + 123, "a & <b>", 1.5, Number.NaN],
      [3, NOON + 1_456, "c", -2e-7, 4],
    ]);
  });
});
