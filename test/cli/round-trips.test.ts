// What `demo generate`, `demo sample` and `export` write of samples and scores, three commands read in each format.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { localEnvironment } from "../../lib/local/names.ts";
import { createStores } from "../../lib/store/aws.ts";
import { TABLE_FORMATS } from "../../lib/table/columns.ts";
import { hostOwner } from "../../lib/watch/baseline.ts";
import { activate, aReport } from "../contract/examples.ts";
import { baseline } from "../factories.ts";
import { liveTwin, run } from "./live.ts";

const MINUTE = 60_000;
/** An hour ago, on the minute. */
const START = Math.floor(Date.now() / MINUTE) * MINUTE - 60 * MINUTE;
const FLEET = "demo generate --hosts 4 --rows 40 --interval 1m --faults spike --seed 3";
const METRICS = [
  "cpu_busy_percent",
  "load_1m",
  "memory_used_percent",
  "disk_busy_percent",
  "network_in_bytes_per_second",
  "latency_seconds",
];

/** The command that writes, and what it writes: rows, their metrics, and whether faults are labelled. */
const WRITTEN: readonly (readonly [string, number, readonly string[], boolean])[] = [
  [FLEET, 160, METRICS, true],
  ["demo generate --normal 60,5 --rows 60 --interval 1m --inject spike@40", 60, ["server_load_percent"], true],
  ["demo sample", 100, ["server_load_percent"], false],
  ["export samples", 160, METRICS, false],
  // The baseline of one host scores its rows. It is no Gaussian's density and of no ensemble, so these columns are empty.
  ["export scores --host web-01", 40, ["score", "epsilon", "version"], false],
];

let folder: string;
let twin: Awaited<ReturnType<typeof liveTwin>>;

async function said(...words: readonly string[]): Promise<string> {
  const { code, out, err } = await run(...words);
  if (code !== 0) throw new Error(`${words.join(" ")}: ${err}`);
  return out;
}

const fileOf = (command: string, format: string) => join(folder, `${command.replace(/\W+/g, "-")}.${format}`);
const wordsOf = (command: string) => [
  ...command.split(" "),
  ...(command === FLEET ? ["--start", new Date(START).toISOString()] : []),
  ...(command.startsWith("export") ? atTwin() : []),
];
const atTwin = () => ["--endpoint", twin.endpoint];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fleetwarden-round-trips-"));
  twin = await liveTwin(START + 40 * MINUTE);
  await said(...wordsOf(FLEET), "--send", ...atTwin());
  await twin.idle();
  const stores = createStores(localEnvironment(twin.endpoint), Date.now, Math.random);
  const own = baseline({ owner: hostOwner("web-01"), names: METRICS });
  await activate(stores.baselines, aReport(own.owner, own.version), own);
  stores.close();
  for (const [command] of WRITTEN) {
    for (const format of TABLE_FORMATS) await said(...wordsOf(command), "-o", fileOf(command, format));
  }
});

afterAll(async () => {
  await twin.close();
  rmSync(folder, { recursive: true });
});

describe.each(WRITTEN)("%s", (command, rows, metrics, hasLabels) => {
  test.each(TABLE_FORMATS)("as %s is analysed, replayed and sent, row for row", async (format) => {
    const file = fileOf(command, format);
    const analyzed = JSON.parse(await said("analyze", file, "--json"));
    expect(analyzed.rows).toBe(rows);
    expect(analyzed.metrics).toEqual(expect.arrayContaining([...metrics]));
    const replayed = JSON.parse(await said("replay", file, "--json"));
    expect(replayed).toMatchObject({ samples: rows, rejected: 0 });
    expect("eventRecall" in replayed).toBe(hasLabels);
    expect(await said("send", file, ...atTwin())).toMatch(
      new RegExp(`^Sent ${rows} samples in \\d+ records? to the twin`),
    );
  });
});

test("times keep their zone in what analyze writes, in each format", async () => {
  const file = join(folder, "berlin.csv");
  const minutes = Array.from({ length: 20 }, (_, i) => String(i).padStart(2, "0"));
  writeFileSync(file, `time,cpu\n${minutes.map((m, i) => `2026-07-01T12:${m}:00+02:00,${i % 3}\n`).join("")}`);
  for (const format of TABLE_FORMATS) {
    const written = join(folder, `written.${format}`);
    await said("analyze", file, "-o", written);
    const { from, to } = JSON.parse(await said("analyze", written, "--ignore", "z", "--json"));
    expect({ from, to }).toEqual({ from: "2026-07-01T10:00:00.000Z", to: "2026-07-01T10:19:00.000Z" });
  }
});

test("a gzipped file of lines is sent and replayed, too", async () => {
  for (const command of ["export samples", "demo sample"]) {
    const file = `${fileOf(command, "ndjson")}.gz`;
    writeFileSync(file, gzipSync(readFileSync(fileOf(command, "ndjson"))));
    const rows = command === "demo sample" ? 100 : 160;
    expect(await said("send", file, ...atTwin())).toContain(`Sent ${rows} samples`);
    expect(JSON.parse(await said("replay", file, "--json")).samples).toBe(rows);
  }
});

test("a folder is sent and analysed file by file, and a row without a host belongs to its file's", async () => {
  const hosts = join(folder, "hosts");
  mkdirSync(hosts);
  for (const host of ["file-01", "file-02"])
    writeFileSync(join(hosts, `${host}.csv`), `cpu\n${"20\n30\n25\n".repeat(10)}`);
  writeFileSync(join(hosts, "file-03.ndjson"), `{"host":"named-03","time":${START},"metrics":{"cpu":20}}\n`);
  expect(await said("send", hosts, ...atTwin())).toContain("Sent 61 samples in 3 records");
  await twin.idle();
  const listed: { host: string }[] = JSON.parse(await said("hosts", "--json", ...atTwin())).hosts;
  expect(listed.map(({ host }) => host)).toEqual(expect.arrayContaining(["file-01", "file-02", "named-03"]));
});

test("one sample in one record is written so", async () => {
  const file = join(folder, "one.csv");
  writeFileSync(file, `time,host,load\n${START},one-01,1\n`);
  expect(await said("send", file, ...atTwin())).toContain("Sent 1 sample in 1 record to ");
});

test("a unit behind the numbers of a column is declared with them", async () => {
  const file = join(folder, "units.csv");
  writeFileSync(file, `time,host,memory,load\n${START},units-01,4000 MB,1\n${START + MINUTE},units-01,4 GB,2\n`);
  expect(await said("send", file, ...atTwin())).toContain("Sent 2 samples");
  await twin.idle();
  const stores = createStores(localEnvironment(twin.endpoint), Date.now, Math.random);
  const found: unknown[] = [];
  for await (const { schema, values } of stores.history.read("units-01", START, START + 2 * MINUTE))
    found.push(schema.units, ...values);
  stores.close();
  expect(found).toEqual([{ memory: "MB" }, 4000, 1, 4000, 2]);
});

test("a format that no command writes is an error, and no file is begun", async () => {
  for (const [command] of WRITTEN) {
    const { code, err } = await run(...wordsOf(command), "-o", join(folder, "x.foo"));
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("x.foo: not a format to write: use .csv") });
  }
  expect(readdirSync(folder).filter((name) => name.startsWith("x."))).toEqual([]);
});

test("a workbook that is too large is an error that says the limit, and no file is left", async () => {
  const words = ["--normal", "60,5", "--rows", "100001", "-o", join(folder, "large.xlsx")];
  const { code, err } = await run("demo", "generate", ...words);
  // Five columns, 500,000 cells at most, and one row of names.
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("5 columns wide it can have 99999") });
  expect(readdirSync(folder).filter((name) => name.startsWith("large"))).toEqual([]);
});
