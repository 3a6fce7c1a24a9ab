// A generated fleet in files and on the stream of a running twin.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { paced } from "../../lib/demo/pace.ts";
import { localEnvironment } from "../../lib/local/names.ts";
import { createStores } from "../../lib/store/aws.ts";
import { collect } from "../../lib/store/item-table.ts";
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
    expect(await collect(stores.hosts.all())).toHaveLength(3);
  } finally {
    stores.close();
    await twin.close();
  }
});

test.each([
  [["--faults", "gremlins"], "gremlins is none of spike, slow-leak"],
  [["--hosts", "10001"], "Use a whole number from 1 to 10000."],
  [["--interval", "3h"], "--interval is longer than --for"],
  [["--hosts", "1", "--faults", "spike,spike,spike,spike,spike,spike,spike,spike"], "no room for the fault spike"],
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
    const states = await collect(stores.hosts.all());
    expect(states.map(({ seen }) => seen)).toEqual([304, 304]);
    for (const { host: name, newest } of states) {
      expect(new Date(newest + 1_000).toISOString().slice(11, 19)).toBe(ends);
      const times = (await collect(stores.history.read(name, 0, Date.now()))).flatMap((chunk) => [...chunk.times]);
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
