import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withFolder } from "../local/support.ts";
import { csvOf } from "../replay/made.ts";
import { run } from "./live.ts";

/** Two metrics that swing calmly about 20 and 50, a row a minute; the CPU of the marked rows is at 90. */
function csv(rows: number, strange: readonly number[] = []): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const cpu = strange.includes(i) ? 90 : 20 + 3 * Math.sin(i / 3);
    return `${cpu},${50 + 2 * Math.cos(i / 5)},${strange.includes(i) ? 1 : 0}`;
  });
  return ["cpu,memory,label", ...lines].join("\n");
}

const STRANGE = [100, 101, 102, 103, 104, 105];

async function replay(config?: unknown) {
  return withFolder(async (folder) => {
    const path = (name: string) => join(folder, name);
    await writeFile(path("train.csv"), csv(600));
    await writeFile(path("today.csv"), csv(240, STRANGE));
    if (config) await writeFile(path("config.json"), JSON.stringify(config));
    const words = ["replay", path("today.csv"), "--host", "web-07", "--train", path("train.csv"), "--json"];
    const { out, err } = await run(...words, ...(config ? ["--config", path("config.json")] : []));
    return out === "" ? err : JSON.parse(out);
  });
}

test("shows the incident that a recording would have opened, with its first cause", async () => {
  const { samples, incidents, notices, eventRecall } = await replay();
  expect({ samples, eventRecall }).toEqual({ samples: 240, eventRecall: 1 });
  expect(incidents).toMatchObject([{ causes: [{ metric: "cpu", now: 90 }] }]);
  expect(notices.map(({ kind }: { kind: string }) => kind)).toEqual(["opened", "resolved"]);
});

test("applies the metric policies of a configuration: a CPU that may move by 80 opens no incident", async () => {
  const { incidents } = await replay({ version: 1, metrics: [{ metric: "cpu", minChange: { absolute: 80 } }] });
  expect(incidents).toEqual([]);
});

test("applies the rules of a configuration: the memory is above 49 for most of the time", async () => {
  const { notices } = await replay({ version: 1, rules: [{ name: "memory in use", if: "memory > 49" }] });
  expect(notices[0].sms).toContain("memory in use");
});

test("rejects an invalid configuration", async () => {
  expect(await replay({ version: 2 })).toContain("version");
});

/** Runs the command on these files in a folder of their own; arguments that name one become its path. */
async function replayFiles(files: Readonly<Record<string, string>>, ...words: readonly string[]) {
  return withFolder(async (folder) => {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    return run("replay", ...words.map((word) => (word in files ? join(folder, word) : word)));
  });
}

/** Two hosts by the minute without a past, of which one has five busy minutes. */
const TWO = csvOf(["web-1", "web-2"], 180, (host, row) => (host === "web-1" && row >= 120 && row < 125 ? 50 : 0));

test("sums up for people: incidents and messages, by host and by first cause", async () => {
  const { code, out } = await replayFiles({ "month.csv": TWO }, "month.csv");
  expect(code).toBe(0);
  const lines = out.split("\n").map((line) => line.trim().split(/ {2,}/));
  expect(lines).toEqual(
    expect.arrayContaining([
      ["samples", "360"],
      ["incidents", "1"],
      ["opened", "1"],
      ["host", "incidents", "messages"],
      ["web-1", "1", "2"],
      ["cpu", "1", "2"],
    ]),
  );
});

test("replays with two configurations and shows them side by side", async () => {
  const other = JSON.stringify({ version: 1, metrics: [{ metric: "cpu", minChange: { absolute: 90 } }] });
  const files = { "month.csv": TWO, "other.json": other };
  const { out } = await replayFiles(files, "month.csv", "--compare", "other.json");
  const lines = out.split("\n").map((line) => line.trim().split(/ {2,}/));
  expect(lines[0]).toEqual(["defaults", "other.json"]);
  expect(lines).toContainEqual(["incidents", "1", "0"]);
  const json = await replayFiles(files, "month.csv", "--compare", "other.json", "--json");
  const { incidents, compared } = JSON.parse(json.out);
  expect([incidents.length, compared.incidents.length]).toEqual([1, 0]);
});

test("prints its speed on standard error", async () => {
  const { err } = await replayFiles({ "month.csv": TWO }, "month.csv");
  expect(err).toMatch(/^360 samples in [\d.]+ s, [\d.]+ s of them for the daily refits\n$/);
});

test.each([
  ["no list", "{}", "a.json, the file: write a list"],
  ["a verdict that nobody gives", '[{"host":"a","of":"2026-09-07","at":"2026-09-08","verdict":"no"}]', "0.verdict"],
  ["a time that is none", '[{"host":"a","of":"soon","at":"2026-09-08","verdict":"false"}]', "0.of: write a time"],
])("refuses answers with %s", async (_, answers, message) => {
  const { code, err } = await replayFiles({ "month.csv": TWO, "a.json": answers }, "month.csv", "--answers", "a.json");
  expect(code).toBe(1);
  expect(err).toContain(message);
});

test("--train needs the host that it is about", async () => {
  const { code, err } = await replayFiles(
    { "month.csv": TWO, "train.csv": csv(100) },
    "month.csv",
    "--train",
    "train.csv",
  );
  expect(code).toBe(1);
  expect(err).toContain("--train needs --host");
});
