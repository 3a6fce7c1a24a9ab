// The forms in which people and programs write one series, and what is read from each.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { analyze } from "../../lib/analyze/analyze-file.ts";
import { fleetOf, fleetSamples, sampleColumns, sampleDocuments, sampleTable } from "../../lib/demo/fleet-samples.ts";
import { METRICS } from "../../lib/demo/machine.ts";
import { openTable, type TableOptions } from "../../lib/rows/open-table.ts";
import { readNotes } from "../../lib/rows/read-notes.ts";
import { columns } from "../../lib/table/columns.ts";
import { jsonChunks, tableChunks } from "../../lib/table/write.ts";
import { UserError } from "../../lib/user-error.ts";

const folder = mkdtempSync(join(tmpdir(), "fleetwarden-files-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** 15 October 2026, 12:00 UTC: date -u -d 2026-10-15T12:00 +%s. The day is above 12, so it tells day from month. */
const NOON = 1_792_065_600_000;
const MINUTE = 60_000;
const ROWS = 60;
const SPIKE = 41;
const STEP = 10 * MINUTE;

/** Between 1,200.25 and 1,206.25, with one row of 1,990.5. */
const SERIES = Array.from({ length: ROWS }, (_, i) => ({
  time: NOON + i * STEP,
  value: i === SPIKE ? 1_990.5 : 1_200.25 + ((i * 5) % 7),
}));
type Sample = (typeof SERIES)[number];

const two = (n: number) => String(n).padStart(2, "0");
const iso = (ms: number) => new Date(ms).toISOString();
const spaced = (ms: number) => iso(ms).slice(0, 19).replace("T", " ");
const day = (ms: number) => ({
  d: new Date(ms).getUTCDate(),
  m: 10,
  y: 2026,
  h: new Date(ms).getUTCHours(),
  min: two(new Date(ms).getUTCMinutes()),
});
const half = (h: number) => ({ h: ((h + 11) % 12) + 1, half: h < 12 ? "AM" : "PM" });
const point = (x: number) => x.toFixed(2);
const comma = (x: number) => x.toFixed(2).replace(".", ",");

interface Form {
  readonly head?: string;
  readonly line?: (sample: Sample, i: number) => string;
  readonly series?: readonly Sample[];
  readonly encode?: (text: string) => Uint8Array;
  readonly options?: TableOptions;
  readonly name?: string;
}

async function write({ head = "time,load", line = plain, series = SERIES, encode = Buffer.from, name }: Form) {
  const path = join(folder, name ?? "in.csv");
  writeFileSync(path, encode(`${head}\n${series.map((one, i) => `${line(one, i)}\n`).join("")}`));
  return path;
}

const plain = ({ time, value }: Sample) => `${iso(time)},${point(value)}`;
const timed =
  (write: (ms: number) => string) =>
  ({ time, value }: Sample) =>
    `${write(time)},${point(value)}`;
const valued =
  (write: (x: number) => string) =>
  ({ time, value }: Sample) =>
    `${iso(time)},${write(value)}`;

async function analyzed(form: Form) {
  const file = await write(form);
  return analyze({
    file,
    table: form.options ?? {},
    outputs: [],
    head: 0,
    onlyAnomalies: false,
    progress: () => {},
    detector: "zscore",
  });
}

/** The message without the folder. */
async function refusal(form: Form): Promise<string> {
  const error = await analyzed(form).then(
    () => new UserError("nothing was refused"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return String((error as UserError).message).replaceAll(`${folder}/`, "");
}

/** The times of the spike in the form's own reading; by default that of the series. */
const SPIKE_TIME = NOON + SPIKE * STEP;

describe("each of these gives the one event of the series", () => {
  test.each<[string, Form, (readonly string[])?]>([
    ["plain", {}],
    ["semicolons", { head: "time;load", line: ({ time, value }) => `${iso(time)};${point(value)}` }],
    ["tabs", { head: "time\tload", line: ({ time, value }) => `${iso(time)}\t${point(value)}` }],
    ["bars", { head: "time|load", line: ({ time, value }) => `${iso(time)}|${point(value)}` }],
    [
      "a delimiter behind each line",
      { head: "time;load;", line: ({ time, value }) => `${iso(time)};${point(value)};` },
      ["Not judged: column 3 (empty, without a name)."],
    ],
    [
      "a line that names the delimiter",
      { head: "sep=;\ntime;load", line: ({ time, value }) => `${iso(time)};${point(value)}` },
    ],
    ["comments above the names", { head: "# from our rack\n\n# of October\ntime,load" }],
    ["names in a comment", { head: "# time,load" }],
    ["gzip", { encode: gzipSync }],
    ["UTF-16", { encode: (text) => Buffer.from(`\uFEFF${text}`, "utf16le") }],
    ["Windows-1252", { head: "time,größe", encode: (text) => Buffer.from(text, "latin1") }],
    [
      "German Excel",
      {
        head: "Zeit;Last, kW",
        line: ({ time, value }) => `${day(time).d}.10.2026 ${day(time).h}:${day(time).min};${comma(value)}`,
      },
      ["Numbers are read with a decimal comma.", "Column Zeit is read with the day first."],
    ],
    [
      "a decimal comma within quotes",
      { line: valued((x) => `"${comma(x)}"`) },
      ["Numbers are read with a decimal comma."],
    ],
    ["thousands with commas", { line: valued((x) => `"1,${point(x - 1000).padStart(6, "0")}"`) }],
    [
      "thousands with points before a decimal comma",
      { head: "time;load", line: ({ time, value }) => `${iso(time)};1.${comma(value - 1000).padStart(6, "0")}` },
      ["Numbers are read with a decimal comma."],
    ],
    ["thousands with spaces", { line: valued((x) => `1 ${point(x - 1000).padStart(6, "0")}`) }],
    ["percent", { line: valued((x) => `${point(x)}%`) }, ["Read with their units: load in %."]],
    ["a unit", { line: valued((x) => `${point(x)} MB`) }, ["Read with their units: load in MB."]],
    [
      "units of two sizes",
      { line: valued((x) => (x > 1_500 ? `${x / 1000} GB` : `${x} MB`)) },
      ["Read with their units: load in MB."],
    ],
    ...["null", "NA", "N/A", "-", "None", "NaN", ""].map((word): [string, Form] => [
      `a missing value as "${word}"`,
      { line: ({ time, value }, i) => `${iso(time)},${i % 20 === 7 ? word : point(value)}` },
    ]),
    [
      "an index of pandas",
      { head: ",time,load", line: (one, i) => `${i},${plain(one)}` },
      ["Not judged: column 1 (an index)."],
    ],
    ["an index that is the time", { head: ",load" }],
    [
      "an id",
      { head: "row_id,time,load", line: (one, i) => `${7_000 - i},${plain(one)}` },
      ["Not judged: row_id (an index or id)."],
    ],
    [
      "no header",
      { head: plain({ time: NOON - STEP, value: 1_203.25 }) },
      ["The file has no header: its columns are called column_1 and so on."],
    ],
    [
      "a constant",
      { head: "time,port,load", line: ({ time, value }) => `${iso(time)},443,${point(value)}` },
      ["In the first 60 rows, one value only: port."],
    ],
    [
      "a second column of times",
      { head: "time,ts,load", line: ({ time, value }) => `${iso(time)},${time},${point(value)}` },
      ["Not judged: ts (times, too)."],
    ],
    ["slashes", { line: timed((ms) => spaced(ms).replaceAll("-", "/")) }],
    ["milliseconds behind a comma", { line: ({ time, value }) => `"${spaced(time)},000",${point(value)}` }],
    ["UTC as a word", { line: timed((ms) => `${spaced(ms)} UTC`) }],
    ["another zone", { line: timed((ms) => `${spaced(ms + 120 * MINUTE).replace(" ", "T")}+0200`) }],
    ["Unix seconds", { line: timed((ms) => String(ms / 1000)) }],
    ["Unix milliseconds", { line: timed(String) }],
    ["Unix microseconds", { line: timed((ms) => `${ms}000`) }],
    ["Unix nanoseconds", { line: timed((ms) => `${ms}000000`) }],
    // Excel's day 25569 is 1 January 1970.
    [
      "days of Excel",
      { line: timed((ms) => (ms / 86_400_000 + 25_569).toFixed(7)) },
      ["Column time is read as the days of Excel."],
    ],
    [
      "month first, with AM and PM",
      {
        line: timed((ms) => {
          const { d, h, min } = day(ms);
          return `10/${d}/2026 ${half(h).h}:${min}:00 ${half(h).half}`;
        }),
      },
      ["Column time is read with the month first."],
    ],
    [
      "day first with slashes",
      {
        line: timed((ms) => {
          const { d, h, min } = day(ms);
          return `${d}/10/26 ${h}:${min}`;
        }),
      },
      ["Column time is read with the day first."],
    ],
    [
      "months by name",
      {
        line: timed((ms) => {
          const { d, h, min } = day(ms);
          return `${d}-Oct-2026 ${two(h)}:${min}:00`;
        }),
      },
    ],
    [
      "date and time of day apart",
      { head: "date,time,load", line: ({ time, value }) => `${spaced(time).replace(" ", ",")},${point(value)}` },
    ],
    ["newest first", { series: [...SERIES].reverse() }, ["Its rows are newest first, and are read from the last."]],
    [
      "two halves in the wrong order",
      { series: [...SERIES.slice(30), ...SERIES.slice(0, 30)] },
      ["Its rows are not in order of time, and are sorted."],
    ],
    ["a column of no usual name", { head: "when,load" }],
    [
      "a long table",
      {
        head: "time,metric,value",
        line: ({ time, value }, i) => `${iso(time)},calm,${i % 3}\n${iso(time)},load,${point(value)}`,
      },
      ["Column metric tells the metrics of one time apart."],
    ],
    [
      "a list in JSON",
      {
        name: "in.json",
        head: "[",
        line: ({ time, value }, i) => `{"time":"${iso(time)}","load":${value}}${i < ROWS - 1 ? "," : "]"}`,
      },
    ],
    [
      "an object on each line",
      {
        name: "in.ndjson",
        head: "",
        line: ({ time, value }) => `{"host":"a","time":${time},"metrics":{"load":${value}}}`,
      },
    ],
  ])("%s", async (_, form, notes = []) => {
    const analysis = await analyzed(form);
    expect(analysis.summary.worst.map(({ peak, rows }) => [peak.time, peak.values.includes(1_990.5), rows])).toEqual([
      [SPIKE_TIME, true, 1],
    ]);
    expect(readNotes(analysis.columns)).toEqual(notes);
  });
});

describe("hosts", () => {
  const lines = ({ time, value }: Sample) =>
    `${iso(time)},web-1,${point(value)}\n${iso(time)},web-2,${point(value / 8)}`;

  test.each(["host", "hostname", "Server", "instance", "node"])("are in a column %s", async (name) => {
    const { columns: found, summary } = await analyzed({ head: `time,${name},load`, line: lines });
    expect(found.host).toBe(name);
    expect(summary.hosts.map(({ host, anomalies }) => [host, anomalies])).toEqual([
      ["web-1", 1],
      ["web-2", 1],
    ]);
  });

  test("are in a column of any name on request", async () => {
    const { summary } = await analyzed({ head: "time,machine,load", line: lines, options: { host: "machine" } });
    expect(summary.hostCount).toBe(2);
  });

  test("a number in a column node is a metric", async () => {
    const { columns: found } = await analyzed({
      head: "time,node,load",
      line: ({ time, value }) => `${iso(time)},${value % 3},${value}`,
    });
    expect(found.metrics).toEqual(["node", "load"]);
  });
});

describe("refused, with words that help", () => {
  test.each<[string, Form, string]>([
    [
      "days and months that look alike",
      { line: ({ value }, i) => `03/04/2026 ${two(i % 24)}:00,${value}` },
      'in.csv, column 1 (time): nobody can tell the day from the month in "03/04/2026 00:00": say --dates dmy if the day comes first, or --dates mdy if the month does',
    ],
    [
      "two rows for each time",
      { line: (one) => `${plain(one)}\n${plain(one)}` },
      "in.csv, line 3, column time: the same time as line 2: name the column that tells hosts apart by --host-column or keep one row for each time",
    ],
    [
      "an hour twice in times without a zone",
      {
        line: ({ value }, i) => `2026-10-25 0${i < 18 ? Math.floor(i / 6) : Math.floor(i / 6) - 1}:${i % 6}0,${value}`,
        series: SERIES.slice(0, 24),
      },
      "in.csv, line 20, column time: earlier than the row before it: if this is the hour that clocks are put back in autumn, name their zone, as in --zone Europe/Berlin; otherwise sort the file by time",
    ],
    [
      "times of day alone",
      { head: "clock,time,load", line: ({ time, value }) => `1,${spaced(time).slice(11)},${value}` },
      "in.csv, column 2 (time): it has times of day and no column has their date: write both, as 2026-09-23T12:34:56Z",
    ],
    [
      "a word among numbers",
      { line: ({ time, value }, i) => `${iso(time)},${i === 50 ? "ERR" : value}` },
      'in.csv, line 52, column 2 (load): "ERR" is not a number: write one with a decimal point, or leave the cell empty when the value is missing',
    ],
    [
      "a unit of another kind",
      { line: ({ time, value }, i) => `${iso(time)},${value} ${i === 50 ? "s" : "MB"}` },
      'in.csv, line 52, column 2 (load): "1205.25 s" is not in MB as the rows before are: write it so, or leave the cell empty when the value is missing',
    ],
    [
      "a short row",
      { line: (one, i) => (i === 50 ? iso(one.time) : plain(one)) },
      "in.csv, line 52, column 2: 1 cells where the header has 2: every line needs one cell per column, empty when the value is missing",
    ],
    [
      "a metric twice in a long table",
      { head: "time,metric,value", line: ({ time }) => `${iso(time)},load,1\n${iso(time)},load,2` },
      "in.csv, line 3: load has a value for this time in line 2: name the column that tells hosts apart by --host-column, or keep one of them",
    ],
    [
      "an old workbook",
      { encode: () => Buffer.from("d0cf11e0a1b11ae1", "hex") },
      "in.csv: an Excel file of the old format or with a password: save it as .xlsx without one, or as CSV",
    ],
    [
      "a zip archive of something else",
      { encode: () => Buffer.from("504b0304", "hex") },
      "in.csv: is damaged: save it again, or as CSV",
    ],
    [
      "broken JSON",
      { name: "in.json", head: "[", line: () => "{" },
      "in.json, line 1: broken JSON: write one list, or one object on each line",
    ],
  ])("%s", async (_, form, message) => {
    expect(await refusal(form)).toBe(message);
  });

  test("the advice works: --dates reads what looks alike", async () => {
    const form = { line: timed((ms) => `03/04/2026 ${two(day(ms).h)}:${day(ms).min}`), series: SERIES.slice(0, 50) };
    const { summary } = await analyzed({ ...form, options: { dates: "dmy" } });
    // 3 April 2026, 12:00 and 18:50 UTC: date -u -d 2026-04-03T12:00 +%s
    expect(summary.range).toMatchObject({ from: 1_775_217_600_000 });
  });

  test("the advice works: --zone reads an autumn night as the hours that passed", async () => {
    const clock = (i: number) => (i < 18 ? Math.floor(i / 6) : Math.floor(i / 6) - 1);
    const form = {
      line: ({ value }: Sample, i: number) => `2026-10-25 0${clock(i)}:${i % 6}0,${value}`,
      series: SERIES.slice(0, 24),
    };
    // Midnight in Berlin is 22:00 UTC: TZ=Europe/Berlin date -d 2026-10-25T00:00 +%s. 23 steps are 230 minutes.
    const from = 1_792_879_200_000;
    const path = await write(form);
    const table = await openTable(path, { zone: "Europe/Berlin", sorted: true });
    const times: number[] = [];
    for await (const rows of table.pieces()) for (const { time = 0 } of rows) times.push(time);
    expect(times).toEqual(Array.from({ length: 24 }, (_, i) => from + i * STEP));
  });
});

/** All rows of a file. */
async function rowsOf(path: string, options: TableOptions = {}) {
  const table = await openTable(path, { sorted: true, ...options });
  const rows = [];
  for await (const piece of table.pieces()) rows.push(...piece);
  return { table, rows };
}

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
