// A generated fleet in files and on the stream of a running twin.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { paced } from "../../lib/demo/pace.ts";
import { gather } from "../../lib/gather-all.ts";
import { localEnvironment } from "../../lib/local/names.ts";
import { createStores } from "../../lib/store/aws.ts";
import { anIncident } from "../contract/examples.ts";
import { liveTwin, run } from "./live.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetwarden-demo-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(file(name), "utf8");
const generate = async (...words: string[]) => {
  const { code, out, err } = await run("demo", "generate", ...words);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out;
};

test("the same options write the same file, with a row for each host and time, and a file that lists the faults", async () => {
  const words = ["--hosts", "4", "--for", "1h", "--interval", "30s", "--faults", "spike,network-flood", "--seed", "9"];
  await generate(...words, "-o", file("a.csv"));
  await generate(...words, "-o", file("b.csv"), "--labels", file("elsewhere.csv"));
  expect(read("a.csv")).toBe(read("b.csv"));
  expect(await generate(...words)).toBe(read("a.csv"));
  expect(read("elsewhere.csv")).toBe(read("a.faults.csv"));
  const [head = "", ...rows] = read("a.csv").trimEnd().split("\n");
  expect(head).toMatch(/^host,group,time,cpu_busy_percent,.*,latency_seconds,label$/);
  expect(rows).toHaveLength(4 * 120);
  const [faultHead, ...faults] = read("a.faults.csv").trimEnd().split("\n");
  expect(faultHead).toBe("host,from,to,verdict,note");
  expect(faults.map((row) => row.split(",").at(-1)).sort()).toEqual(["network-flood", "spike"]);
  // Rows with label 1 are exactly those within a fault.
  const marked = rows.filter((row) => row.endsWith(",1")).map((row) => row.split(","));
  const within = faults.flatMap((row) => {
    const [host, from = "", to = ""] = row.split(",");
    return rows.filter((one) => one.startsWith(`${host},`) && from <= one.split(",")[2]! && one.split(",")[2]! <= to);
  });
  expect(new Set(marked.map((cells) => cells.join(",")))).toEqual(new Set(within));
  expect(marked.length).toBeGreaterThan(0);
});

test("export returns the samples that were sent to the twin, and the file of faults labels its incidents", async () => {
  const start = Math.floor(Date.now() / 60_000) * 60_000 - 600_000;
  const twin = await liveTwin(start);
  const stores = createStores(localEnvironment(twin.endpoint), Date.now, Math.random);
  const words = [
    "--hosts",
    "3",
    "--for",
    "5m",
    "--faults",
    "disk-saturation",
    "--start",
    new Date(start).toISOString(),
  ];
  try {
    await generate(...words, "-o", file("fleet.csv"));
    expect(await generate(...words, "--send", "--endpoint", twin.endpoint)).toBe("Sent 90 samples in 3 records.\n");
    await twin.idle();
    const { out } = await run("export", "samples", "--endpoint", twin.endpoint);
    const sorted = (csv: string) => csv.trimEnd().split("\n").slice(1).sort();
    expect(sorted(out)).toEqual(sorted(read("fleet.csv")).map((row) => row.replace(/,[01]$/, "")));
    const [, fault = ""] = read("fleet.faults.csv").split("\n");
    const [host = "", from = ""] = fault.split(",");
    await stores.incidents.save(anIncident(host, { opened: Date.parse(from), lastAnomaly: Date.parse(from) }));
    await run("labels", "import", file("fleet.faults.csv"), "--by", "jo", "--endpoint", twin.endpoint);
    const incidents = await stores.incidents.ofHost(host, 0, Date.now());
    expect(incidents).toMatchObject([{ label: { verdict: "fault", note: "disk-saturation" } }]);
    expect(await gather(stores.hosts.all())).toHaveLength(3);
  } finally {
    stores.close();
    await twin.close();
  }
});

describe("a series of normal values", () => {
  const words = ["--normal", "60,5", "--rows", "100", "--interval", "1h", "--start", "2025-03-01T00:00Z"];
  const points = ["--inject", "spike@20", "dip@75", "extreme@88=95"];
  const cells = (name: string) =>
    read(name)
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((row) => row.split(","));

  // 60 ± 6 · 5, and 95 is what the option says; the hours count from midnight on 1 March.
  test("has its points at exact rows and says so in its labels", async () => {
    await generate(...words, ...points, "-o", file("load.csv"));
    const rows = cells("load.csv");
    expect(read("load.csv")).toMatch(/^host,group,time,server_load_percent,label\n/);
    expect(rows).toHaveLength(100);
    expect([20, 75, 88].map((row) => rows[row]?.slice(2).join(" "))).toEqual([
      "2025-03-01T20:00:00.000Z 90 1",
      "2025-03-04T03:00:00.000Z 30 1",
      "2025-03-04T16:00:00.000Z 95 1",
    ]);
    expect(rows.filter(([, , , , label]) => label === "1")).toHaveLength(3);
    expect(cells("load.faults.csv").map((row) => [row[1], row[2], row[4]])).toEqual(
      [
        ["20:00", "01", "spike"],
        ["03:00", "04", "dip"],
        ["16:00", "04", "extreme"],
      ].map(([time, day, kind]) => {
        const at = `2025-03-${day}T${time}:00.000Z`;
        return [at, at, kind];
      }),
    );
    await generate(...words, "-o", file("calm.csv"));
    const calm = cells("calm.csv");
    expect(rows.filter((row, i) => row[3] !== calm[i]?.[3])).toHaveLength(3);
  });

  // The mean of 20,000 values is within 4 · 5 / √20,000 = 0.14, their deviation within 4 · 5 / √40,000 = 0.1.
  test("has the mean and the deviation that are asked for", async () => {
    await generate("--normal", "60,5", "--rows", "20000", "-o", file("long.csv"));
    const values = cells("long.csv").map((row) => Number(row[3]));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean - 60)).toBeLessThan(0.14);
    expect(
      Math.abs(Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) - 5),
    ).toBeLessThan(0.1);
  });

  test("is analysed, replayed and sent in each text format that it is written in", async () => {
    const twin = await liveTwin(Date.UTC(2025, 2, 5, 4));
    try {
      for (const name of ["load.csv", "load.ndjson"]) {
        await generate(...words, ...points, "-o", file(name));
        const replayed = JSON.parse((await run("replay", file(name), "--json")).out);
        expect(replayed).toMatchObject({ hosts: 1, samples: 100, rejected: 0 });
        const { out } = await run("send", file(name), "--endpoint", twin.endpoint);
        expect(out).toMatch(/^Sent 100 samples in \d+ records/);
      }
      const options = ["--detector", "zscore", "--threshold", "2.5", "--json"];
      const { worst } = JSON.parse((await run("analyze", file("load.csv"), ...options)).out);
      expect(worst.map(({ peak }: { peak: { line: number } }) => peak.line).sort()).toEqual([22, 77, 90]);
    } finally {
      await twin.close();
    }
  });
});

test("the sample file has the hundred loads, on which 2.5 deviations find three", async () => {
  await run("demo", "sample", "-o", file("sample.csv"));
  const shipped = join(import.meta.dirname, "../../docs/samples/load.csv");
  expect(readFileSync(shipped, "utf8")).toBe(readFileSync(file("sample.csv"), "utf8"));
  const { out } = await run("analyze", file("sample.csv"), "--detector", "zscore", "--threshold", "2.5");
  expect(out).toContain("3 of 100 rows are anomalies (3.0 %).\nFrom 2025-03-01 00:00:00 to 2025-03-05 03:00:00 UTC.");
});

test.each([
  [["--faults", "gremlins"], "gremlins is none of spike, slow-leak"],
  [["--hosts", "10001"], "Use a whole number from 1 to 10000."],
  [["--interval", "3h"], "--interval is longer than --for"],
  [["--hosts", "1", "--faults", "spike,spike,spike,spike,spike,spike,spike,spike"], "no room for the fault spike"],
  [["--normal", "60"], "Use two numbers, a mean and a deviation above 0: 60,5."],
  [["--normal", "60,5", "--inject", "hump@3"], "Use spike, dip, extreme with a row: spike@20 or spike@20=90."],
  [["--normal", "60,5", "--inject", "dip@120"], "dip@120: the rows are 0 to 119: take one of these"],
  [["--normal", "60,5", "--inject", "dip@1", "spike@1"], "spike@1: this row has a point already: take another"],
  [["--inject", "dip@1"], "--inject puts points into the values of --normal: give both"],
  [["--rows", "3"], "option '--rows <n>' cannot be used with option '--for <duration>'"],
  [["--send", "-o", "x.csv"], "--send and --live put samples on the stream, -o into a file: choose one"],
  [["--send", "--past", "5m"], "--past adds calm time before --live: give both"],
  [
    ["--live", "--past", "5m", "--start", "2026-11-22T09:00Z"],
    "'--past <duration>' cannot be used with option '--start <time>'",
  ],
])("%j is rejected with the fix", async (words, message) => {
  const { code, err } = await run("demo", "generate", "--for", "20m", ...words);
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(message) });
});

test("a live fleet sends its calm past at once and continues without a gap; it announces its faults first", async () => {
  const twin = await liveTwin(Date.now());
  const stores = createStores(localEnvironment(twin.endpoint), Date.now, Math.random);
  const began = Date.now();
  const words = ["--past", "5m", "--for", "4s", "--interval", "1s", "--hosts", "2", "--faults", "spike"];
  try {
    const out = await generate("--live", ...words, "--labels", file("faults.csv"), "--endpoint", twin.endpoint);
    await twin.idle();
    const [, host, from = "", , verdict] = /^(.*?),(.*?),(.*?),(.*?),spike$/m.exec(read("faults.csv")) ?? [];
    expect(verdict).toBe("fault");
    expect(Date.parse(from)).toBeGreaterThanOrEqual(began - 1_000);
    const [, ends = "", fault = ""] = /^Sending until (\S+) UTC\. Planned faults:\n {2}(.*)\nSent /.exec(out) ?? [];
    expect(fault).toMatch(new RegExp(`^${from.slice(11, 19)} to \\d\\d:\\d\\d:\\d\\d {2}spike on ${host}$`));
    expect(out).toMatch(/\nSent 608 samples in \d+ records\.\n$/);
    const states = await gather(stores.hosts.all());
    expect(states.map(({ seen }) => seen)).toEqual([304, 304]);
    for (const { host: name, newest } of states) {
      expect(new Date(newest + 1_000).toISOString().slice(11, 19)).toBe(ends);
      const times = (await gather(stores.history.read(name, 0, Date.now()))).flatMap((chunk) => [...chunk.times]);
      expect(times.map((time) => (time - newest) / 1_000)).toEqual(times.map((_, i) => i - 303));
    }
  } finally {
    stores.close();
    await twin.close();
  }
});

test("live samples come in one batch for each time, never early; overdue samples come at once", async () => {
  const begin = Date.now();
  const times = [begin - 5_000, begin - 5_000, begin - 4_000, begin + 400, begin + 400, begin + 800];
  const came: { batch: readonly number[]; after: number }[] = [];
  for await (const batch of paced(times, (time) => time, Date.now)) came.push({ batch, after: Date.now() - begin });
  expect(came.map(({ batch }) => batch.length)).toEqual([3, 2, 1]);
  expect(came[1]?.after).toBeGreaterThanOrEqual(399);
  expect(came[2]?.after).toBeGreaterThanOrEqual(799);
});
