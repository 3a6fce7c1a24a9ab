import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { run } from "./live.ts";

const root = mkdtempSync(join(tmpdir(), "fleetwarden-evaluate-"));
afterAll(() => rmSync(root, { recursive: true }));

const TRAIN = `a,b\n${"0,0\n2,2\n".repeat(20)}`;
/** Mean 1, sd 1: |z| of a is 18 in row 1, 8 in rows 6, 7 and 15, else 0; b never moves. Labelled: rows 5–7 and 15–16. */
const VALUES: Readonly<Record<number, number>> = { 1: 19, 6: 9, 7: 9, 15: 9 };
const LABELLED = [5, 6, 7, 15, 16];
const TEST = `a,b,label\n${Array.from({ length: 20 }, (_, i) => `${VALUES[i] ?? 1},1,${Number(LABELLED.includes(i))}\n`).join("")}`;
const CAUSES = [
  { start: 5, end: 7, dims: [0] },
  { start: 15, end: 16, dims: [1] },
];

let count = 0;
function folderOf(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = join(root, String(count++));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const MACHINES = {
  "web-1.train.csv.gz": gzipSync(TRAIN),
  "web-1.test.csv.gz": gzipSync(TEST),
  "web-1.causes.json": JSON.stringify(CAUSES),
};

async function json(folder: string, ...options: string[]) {
  const { code, out, err } = await run("evaluate", folder, "--detector", "zscore", ...options, "--json");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return JSON.parse(out);
}

describe("a folder of train and test files", () => {
  // Oracle: above 0 three of five caught, row 1 false: F1 6/9. AP: .6 · 3/4 + .4 · 5/20. ROC: the three beat 14 of 15
  // normal rows, the two tie with 14: (42 + 14) / 75. Point-adjusted all five are caught. 15 normal rows are 75 minutes.
  test("has the figures of a calculation by hand", async () => {
    const report = await json(folderOf(MACHINES), "--threshold", "oracle", "--interval", "300s");
    const { threshold, ...entity } = report.entities[0];
    expect(threshold).toBeGreaterThan(0);
    expect(entity).toEqual({
      name: "web-1",
      rows: 20,
      positives: 5,
      bestF1: 6 / 9,
      ap: expect.closeTo(0.6 * 0.75 + 0.4 * 0.25, 12),
      roc: expect.closeTo(56 / 75, 12),
      f1: 6 / 9,
      precision: 0.75,
      recall: 0.6,
      eventRecall: 1,
      falseAlertsPerDay: expect.closeTo(1440 / 75, 10),
      delayMedianMinutes: 2.5,
      paF1: 10 / 11,
      causes: { hit100: 0.5, hit150: 0.5, ndcg: 0.5, top1: 0.5, top3: 1 },
    });
    const { name: _, ...mean } = report.entities[0];
    expect(report.mean).toEqual(mean);
    expect(report.pooled).toEqual({ tp: 3, fp: 1, fn: 2, f1: 6 / 9 });
    expect(Object.keys(report)).toEqual(["entities", "mean", "pooled", "random", "skipped", "seconds"]);
    expect(Object.keys(report.random)).toEqual(["paF1"]);
  });

  test("with the honest rule, the report covers the second half and skips entities without labelled rows in it", async () => {
    const early = TEST.split("\n").map((line, i) => (i > 11 ? line.replace(/1$/, "0") : line));
    const folder = folderOf({ ...MACHINES, "web-2.train.csv": TRAIN, "web-2.test.csv": early.join("\n") });
    const report = await json(folder, "--threshold", "honest");
    expect(report.skipped).toEqual(["web-2"]);
    expect(report.entities).toHaveLength(1);
    expect(report.entities[0]).toMatchObject({ name: "web-1", rows: 10, positives: 2 });
    const plain = await json(folder, "--second-half");
    expect(plain.entities[0]).toMatchObject({ rows: 10, positives: 2, ap: report.entities[0].ap });
    expect(plain.skipped).toEqual(["web-2"]);
  });

  test("with the honest rule, no label of the second half influences the threshold", async () => {
    const strange: Readonly<Record<number, number>> = { 20: 21, 50: 21, 80: 21, 120: 9, 150: 9, 180: 9 };
    const test = (...labelled: number[]) =>
      `a,b,label\n${Array.from({ length: 200 }, (_, i) => `${strange[i] ?? 1},1,${Number(labelled.includes(i))}\n`).join("")}`;
    const honest = async (...labelled: number[]) =>
      (await json(folderOf({ "a.train.csv": TRAIN, "a.test.csv": test(...labelled) }), "--threshold", "honest")).mean
        .threshold;
    const threshold = await honest(20, 50, 80, 120);
    expect(await honest(20, 50, 80, 120, 150, 180)).toBe(threshold);
    expect(await honest(20, 120)).not.toBe(threshold);
  });

  test("is shown as a table", async () => {
    const { out } = await run("evaluate", folderOf(MACHINES), "--detector", "zscore", "--threshold", "oracle");
    expect(out).toMatch(/^entity +best F1 +AP /);
    expect(out).toMatch(/^web-1 +0\.667 +0\.550 +0\.747 /m);
    expect(out).toMatch(/^mean +0\.667 /m);
    expect(out).toContain("pooled: TP 3, FP 1, FN 2, F1 0.667");
    expect(out).toMatch(/point-adjusted F1 0\.909; of random scores 0\.\d/);
  });
});

describe("the page", () => {
  const name = "<b>&co";
  const files = {
    [`${name}.train.csv`]: TRAIN.replace("a,b", "<i>a,b"),
    [`${name}.test.csv`]: TEST.replace("a,b", "<i>a,b"),
    [`${name}.causes.json`]: JSON.stringify(CAUSES),
  };

  test("is complete and loads nothing from elsewhere", async () => {
    const path = join(root, "page.html");
    await json(folderOf(files), "--threshold", "oracle", "--interval", "300s", "--report", path);
    const page = readFileSync(path, "utf8");
    expect(page).not.toMatch(/https?:|src=|href=|url\(|@import|<script/);
    expect(page).toContain("&lt;b&gt;&amp;co");
    expect(page).not.toMatch(/<[bi]>/);
    expect(page.match(/<rect class="event"/g)).toHaveLength(2);
    expect(page.match(/<rect class="true"/g)).toHaveLength(2);
    expect(page.match(/<rect class="false"/g)).toHaveLength(1);
    // Rows 5–7: found one row of five minutes late, at z = 8, by metric a, which was the cause.
    expect(page).toMatch(
      /<td>5–7<\/td><td>after 5 min<\/td><td>\d+<\/td><td>&lt;i&gt;a \(100 %\)<\/td><td>&lt;i&gt;a<\/td>/,
    );
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  test("that cannot be written is an error with the fix", async () => {
    const path = join(root, "nowhere", "page.html");
    const { code, err } = await run("evaluate", folderOf(MACHINES), "--detector", "zscore", "--report", path);
    const problem = `${path}: cannot be written: is its folder there, and may you write to it?`;
    expect({ code, err }).toEqual({ code: 1, err: `fleetwarden: ${problem}\n` });
  });
});

describe("a folder of NAB", () => {
  // 100 rows of five minutes from midnight, 15 of them probation; the window is rows 50 to 59.
  const at = (row: number) =>
    new Date(Date.UTC(2026, 0, 1) + row * 300_000).toISOString().slice(0, 19).replace("T", " ");
  const seriesWith = (spikes: Readonly<Record<number, number>>) =>
    `timestamp,value\n${Array.from({ length: 100 }, (_, i) => `${at(i)},${spikes[i] ?? i % 2}\n`).join("")}`;
  const windows = { "real/a.csv": [[`${at(50)}.000000`, `${at(59)}.000000`]], "real/b.csv": [], "real/absent.csv": [] };
  const nab = (spikes: Readonly<Record<number, number>>) =>
    folderOf({
      "combined_windows.json": JSON.stringify(windows),
      "real/a.csv": seriesWith(spikes),
      "real/b.csv.gz": gzipSync(seriesWith({})),
    });

  test("is also scored by NAB's rules, the only ones that count series without a window", async () => {
    const report = await json(nab({ 50: 99 }), "--threshold", "oracle");
    expect(report.skipped).toEqual(["real/b"]);
    expect(report.entities).toHaveLength(1);
    expect(report.entities[0]).toMatchObject({ name: "real/a", rows: 85, positives: 10 });
    expect(report.nab.all.standard.score).toBeCloseTo(100, 10);
    expect(report.nab.first.rewardLowFnRate.score).toBeCloseTo(100, 10);
  });

  // Row 30 and row 32 are one alert before the window, of weight .11, and stranger than row 50.
  test("repeated detections cost by NAB's rule, but not where each alert counts once", async () => {
    const folder = nab({ 30: 999, 32: 999, 50: 99 });
    const { nab: scores } = await json(folder);
    expect(scores.all.standard.score).toBeCloseTo(100 * (1 - 0.11), 8);
    expect(scores.first.standard.score).toBeCloseTo(100 * (1 - 0.11 / 2), 8);
    const { out } = await run("evaluate", folder, "--detector", "zscore");
    expect(out).toMatch(/^every detection counts +89\.00 +78\.00 +92\.67$/m);
    expect(out).toMatch(/^first of each alert +94\.50 +89\.00 +96\.33$/m);
  });

  test("windows without a row are rejected", async () => {
    const folder = nab({});
    writeFileSync(join(folder, "combined_windows.json"), JSON.stringify({ "real/a.csv": [[at(200), at(210)]] }));
    const { code, err } = await run("evaluate", folder, "--detector", "zscore");
    expect(code).toBe(1);
    expect(err).toContain(
      'combined_windows.json, real/a.csv: ["2026-01-01 16:40:00","2026-01-01 17:30:00"] holds none',
    );
  });
});

describe("rejected with the place and the fix", () => {
  test.each<[string, Readonly<Record<string, string | Buffer>>, string]>([
    [
      "an empty folder",
      { "readme.txt": "" },
      "no <name>.test.csv or <name>.test.csv.gz in it: put test and train files",
    ],
    [
      "a test without a train",
      { "a.test.csv": TEST },
      "a.train.csv: no such file, nor a.train.csv.gz: every test needs a",
    ],
    [
      "no label",
      { "a.train.csv": TRAIN, "a.test.csv": TRAIN },
      "a.test.csv, line 1: no column named label: add one with 0 for normal rows and 1 for anomalies",
    ],
    [
      "other metrics",
      { "a.train.csv": TRAIN, "a.test.csv": TEST.replace("a,b", "a,c") },
      "a.test.csv, line 1: its metrics are not those of a.train.csv: it has c where that has b: give both the same columns",
    ],
    [
      "a bad number",
      { "a.train.csv": TRAIN.replace("2,2", "2,x"), "a.test.csv": TEST },
      'a.train.csv, line 3, column 2 (b): "x" is not a number: write one with a decimal point',
    ],
    [
      "no positive",
      { "a.train.csv": TRAIN, "a.test.csv": "a,b,label\n1,1,0\n" },
      "no entity has a row with label 1 to report on",
    ],
    ["causes that are no JSON", { ...MACHINES, "web-1.causes.json": "[" }, "web-1.causes.json: is not JSON ("],
    [
      "causes that are no list",
      { ...MACHINES, "web-1.causes.json": "{}" },
      "web-1.causes.json: is not a list: write [{",
    ],
    [
      "a cause beyond the rows",
      { ...MACHINES, "web-1.causes.json": '[{"start":5,"end":20,"dims":[0]}]' },
      'web-1.causes.json, entry 1: {"start":5,"end":20,"dims":[0]}: start and end are rows from 0 to 19, dims columns from 0 to 1',
    ],
    [
      "a cause that ends before it starts",
      { ...MACHINES, "web-1.causes.json": '[{"start":6,"end":5,"dims":[0]}]' },
      "entry 1: {",
    ],
    ["a cause of no metric", { ...MACHINES, "web-1.causes.json": '[{"start":5,"end":6,"dims":[2]}]' }, "entry 1: {"],
  ])("%s", async (_, files, message) => {
    const { code, err } = await run("evaluate", folderOf(files), "--detector", "zscore");
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(err.trim().split("\n")).toHaveLength(1);
  });

  test("a path that is no folder", async () => {
    const { err } = await run("evaluate", join(root, "none"), "--detector", "zscore");
    expect(err).toContain("none: no such folder, or it may not be read: check the path");
  });
});
