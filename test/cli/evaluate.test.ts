import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { seededRandom } from "../simulation/random.ts";
import { run } from "./live.ts";

const root = mkdtempSync(join(tmpdir(), "fleetwarden-evaluate-"));
afterAll(() => rmSync(root, { recursive: true }));

/** Calm rows but for ten busy ones from each of these rows on. */
function rowsOf(count: number, bursts: readonly number[], height = 60): string[] {
  const random = seededRandom(1);
  const noise = () => random() + random() + random() - 1.5;
  const busy = (row: number) => (bursts.some((from) => row >= from && row < from + 10) ? height : 0);
  return Array.from(
    { length: count },
    (_, row) => `${(20 + 4 * noise() + busy(row)).toFixed(3)},${(50 + 3 * noise()).toFixed(3)}`,
  );
}

/** Two bursts in the test, of which the first is labelled, and a labelled calm hour. */
const ROWS = rowsOf(300, [150, 230]);
const LABELLED = [
  [30, 39],
  [160, 179],
] as const;
const labelOf = (row: number) => Number(LABELLED.some(([first, last]) => row >= first && row <= last));
const lines = (header: string, rows: readonly string[]) => `${[header, ...rows].join("\n")}\n`;
const TRAIN = lines("cpu,memory", ROWS.slice(0, 120));
const TEST = lines(
  "cpu,memory,label",
  ROWS.slice(120).map((row, i) => `${row},${labelOf(i)}`),
);
const CAUSES = [
  { start: 30, end: 39, dims: [0] },
  { start: 160, end: 179, dims: [1] },
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
  const { code, out, err } = await run("evaluate", folder, ...options, "--json");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return JSON.parse(out);
}

describe("a folder of train and test files", () => {
  // 180 rows of a minute in the test, 30 of them labelled; the third busy row opens an incident.
  test("is played to a deployment, whose messages and scores are measured", async () => {
    const report = await json(folderOf(MACHINES));
    expect(Object.keys(report)).toEqual([
      "detector",
      "folder",
      "entities",
      "mean",
      "pooled",
      "bestThreshold",
      "seconds",
    ]);
    expect(report.detector).toBe("bands");
    const [{ name, ...entity }] = report.entities;
    expect(name).toBe("web-1");
    expect(entity).toMatchObject({
      incidents: 2,
      rightIncidents: 1,
      incidentPrecision: 1 / 2,
      criticalFalse: 0,
      falsePerNormalDay: expect.closeTo(1_440 / 150, 10),
      events: 2,
      eventsTouched: 1 / 2,
      delayMedianMinutes: 2,
      messagesPerDay: expect.closeTo((4 * 1_440) / 180, 10),
      top1: 1,
      top3: 1,
    });
    const { tp, fp, fn, tn } = entity;
    expect([tp + fn, fp + tn]).toEqual([30, 150]);
    expect(tp).toBeGreaterThan(5);
    expect(entity.accuracy).toBeCloseTo((tp + tn) / 180, 12);
    for (const share of [entity.bestF1, entity.ap, entity.roc, entity.vusPr]) {
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThanOrEqual(1);
    }
    expect(report.mean).toEqual(entity);
    const { bestF1, ap, roc, vusPr, ...figures } = entity;
    expect(report.pooled).toEqual(figures);
  });

  test("is shown as tables of rows and of incidents", async () => {
    const { out } = await run("evaluate", folderOf(MACHINES));
    expect(out).toMatch(/^rows +best F1 +AP +ROC +VUS-PR +F1 +precision +recall +accuracy +TP +FP +FN +TN$/m);
    expect(out).toMatch(
      /^incidents +opened +right +precision +false\/day +critical false +critical false\/day +events +touched +delay /m,
    );
    expect(out).toMatch(/^web-1 +2 +1 +0\.500 +9\.60 +0 +0\.00 +2 +0\.500 +2\.0 min +32\.00 +1\.000 +1\.000$/m);
    expect(out).toMatch(/^mean +2 +1 /m);
    expect(out).toMatch(/^pooled +2 +1 /m);
  });

  test("may have the layout of the Server Machine Dataset, with the same figures", async () => {
    const bare = (csv: string, columns: readonly number[]) =>
      csv
        .trim()
        .split("\n")
        .slice(1)
        .map((line) =>
          line
            .split(",")
            .filter((_, i) => columns.includes(i))
            .join(","),
        )
        .join("\n");
    const folder = folderOf({
      "train/web-1.txt": bare(TRAIN, [0, 1]),
      "test/web-1.txt": bare(TEST, [0, 1]),
      "test_label/web-1.txt": bare(TEST, [2]),
      // Rows from 0 up to the one after the last, columns from 1.
      "interpretation_label/web-1.txt": "30-40:1\n160-180:2\n",
    });
    expect((await json(folder)).entities).toEqual((await json(folderOf(MACHINES))).entities);
  });

  // 180 rows hold 81 windows; the best F1 of rows is the F1 at the best threshold.
  test("is judged at the best threshold, too, by rows or by windows, with a warning about it", async () => {
    const folder = folderOf(MACHINES);
    const byRows = await json(folder);
    expect(byRows.bestThreshold.machines[0].f1).toBe(byRows.mean.bestF1);
    expect(byRows.bestThreshold.machines[0]).toMatchObject({ trainRows: 120, testRows: 180, items: 180, labelled: 30 });
    const path = join(root, "windows.html");
    const { out } = await run("evaluate", folder, "--windows", "20", "--stride", "2", "--report", path);
    const page = readFileSync(path, "utf8");
    for (const text of [out, page]) {
      expect(text).toContain("by windows of 20 rows of the test part, 2 apart, the protocol of document 003");
      expect(text).toContain("Warning: the labels of these very rows chose the threshold (an oracle).");
    }
    expect(out).toMatch(/^web-1 +120 +180 +81 +\d+ +\d\.\d{3} /m);
    expect(page).toContain("<td>web-1</td><td>120</td><td>180</td><td>81</td>");
    const { code, err } = await run("evaluate", folder, "--stride", "2");
    expect({ code, err }).toEqual({
      code: 1,
      err: "fleetwarden: --stride is between windows: give --windows too, or leave it out\n",
    });
  });

  // A burst by what notifies: the limits of the two words are 0.71 and 1.43 of it.
  test("is scored with the sensitivity of a configuration", async () => {
    const test = lines(
      "cpu,memory,label",
      rowsOf(180, [150], 12).map((row) => `${row},0`),
    );
    const folder = folderOf({ "web-1.train.csv": TRAIN, "web-1.test.csv": test });
    const incidentsAt = async (word: string) => (await json(folder, "--sensitivity", word)).mean.incidents;
    expect([await incidentsAt("sensitive"), await incidentsAt("quiet")]).toEqual([1, 0]);
  });
});

describe("the page", () => {
  const name = "<b>&co";
  const files = {
    [`${name}.train.csv`]: TRAIN.replace("cpu", "<i>cpu"),
    [`${name}.test.csv`]: TEST.replace("cpu", "<i>cpu"),
    [`${name}.causes.json`]: JSON.stringify(CAUSES),
  };

  test("is complete and loads nothing from elsewhere", async () => {
    const path = join(root, "page.html");
    await json(folderOf(files), "--report", path);
    const page = readFileSync(path, "utf8");
    expect(page).not.toMatch(/https?:|src=|href=|url\(|@import/);
    expect(page).toContain("&lt;b&gt;&amp;co");
    expect(page).not.toMatch(/<[bi]>/);
    const [, data = ""] = /<script type="application\/json">(.*?)<\/script>/.exec(page) ?? [];
    const [{ spans = [] } = {}] = JSON.parse(data).charts;
    expect(spans.map(({ colour }: { colour: string }) => colour)).toEqual(["event", "event", "right", "wrong"]);
    expect(spans[0]).toMatchObject({
      from: 30,
      to: 39,
      words: "labelled as anomaly, rows 30–39: incident after 2 min",
    });
    expect(spans[1]).toMatchObject({ from: 160, to: 179, words: "labelled as anomaly, rows 160–179: missed" });
    expect(page).toMatch(
      /<td>30–39<\/td><td>after 2 min<\/td><td>[\d.]+<\/td><td>&lt;i&gt;cpu[^<]*<\/td><td>&lt;i&gt;cpu<\/td>/,
    );
    expect(page).toMatch(/<td>160–179<\/td><td>missed<\/td><td>[\d.]+<\/td><td><\/td><td>memory<\/td>/);
    expect(page.replaceAll(/base64,[^"]*/g, "")).not.toMatch(/NaN|undefined|Infinity/);
  });

  test("that cannot be written is an error with the fix", async () => {
    const path = join(root, "nowhere", "page.html");
    const { code, err } = await run("evaluate", folderOf(MACHINES), "--report", path);
    const problem = `${path}: cannot be written: is its folder there, and may you write to it?`;
    expect({ code, err }).toEqual({ code: 1, err: `fleetwarden: ${problem}\n` });
  });
});

describe("a folder of NAB", () => {
  // 300 rows of a minute at noon, 45 of them probation; the window of the first series is its busy rows.
  const at = (row: number) =>
    new Date(Date.UTC(2026, 0, 1, 12) + row * 60_000).toISOString().slice(0, 19).replace("T", " ");
  const seriesWith = (...bursts: number[]) =>
    lines(
      "timestamp,value",
      rowsOf(300, bursts).map((row, i) => `${at(i)},${row.split(",")[0]}`),
    );
  const windows = {
    "real/a.csv": [[`${at(200)}.000000`, `${at(209)}.000000`]],
    "real/b.csv": [],
    "real/absent.csv": [],
  };
  const nab = (files: Readonly<Record<string, string | Buffer>>) =>
    folderOf({ "combined_windows.json": JSON.stringify(windows), ...files });

  // Found in its third row: 2/(1 + exp(−5·8/10)) − 1 of 2/(1 + exp(−5)) − 1, beside the 1 for no miss. The other series
  // has a burst without a window, one alert of weight .11.
  test("is also scored by NAB's rules, at epsilon and at the best threshold", async () => {
    const folder = nab({ "real/a.csv": seriesWith(200), "real/b.csv.gz": gzipSync(seriesWith(150)) });
    const { entities, nab: scores } = await json(folder);
    expect(entities).toMatchObject([
      { name: "real/a", events: 1, eventsTouched: 1, incidentPrecision: 1 },
      { name: "real/b", events: 0, bestF1: null, incidents: 1, rightIncidents: 0 },
    ]);
    const worth = (2 / (1 + Math.exp(-4)) - 1) / (2 / (1 + Math.exp(-5)) - 1);
    expect(scores.first.standard.shipped).toBeCloseTo(100 * ((worth - 0.11 + 1) / 2), 8);
    expect(scores.all.standard.shipped).toBeLessThan(scores.first.standard.shipped);
    expect(scores.first.standard.score).toBeGreaterThanOrEqual(scores.first.standard.shipped);
    const { out } = await run("evaluate", folder);
    const shown = scores.first.rewardLowFpRate.shipped.toFixed(2).replace(".", "\\.");
    expect(out).toMatch(new RegExp(`^first of each alert, at epsilon +[\\d.]+ +${shown} +[\\d.]+$`, "m"));
  });

  test("windows without a row are rejected", async () => {
    const folder = nab({ "real/a.csv": seriesWith() });
    writeFileSync(join(folder, "combined_windows.json"), JSON.stringify({ "real/a.csv": [[at(400), at(410)]] }));
    const { code, err } = await run("evaluate", folder);
    expect(code).toBe(1);
    expect(err).toContain(
      'combined_windows.json, real/a.csv: ["2026-01-01 18:40:00","2026-01-01 18:50:00"] holds none',
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
      { "a.train.csv": TRAIN, "a.test.csv": TEST.replace("cpu,memory", "cpu,disk") },
      "a.test.csv, line 1: its metrics are not those of a.train.csv: it has disk where that has memory: give both the same columns",
    ],
    [
      "a bad number",
      { "a.train.csv": TRAIN.replace(/\n.*/, "\n2,x"), "a.test.csv": TEST },
      'a.train.csv, line 2, column 2 (memory): "x" is not a number: write one with a decimal point',
    ],
    ["causes that are no JSON", { ...MACHINES, "web-1.causes.json": "[" }, "web-1.causes.json: is not JSON ("],
    [
      "causes that are no list",
      { ...MACHINES, "web-1.causes.json": "{}" },
      "web-1.causes.json: is not a list: write [{",
    ],
    [
      "a cause beyond the rows",
      { ...MACHINES, "web-1.causes.json": '[{"start":5,"end":180,"dims":[0]}]' },
      'web-1.causes.json, entry 1: {"start":5,"end":180,"dims":[0]}: start and end are rows from 0 to 179, dims columns from 0 to 1',
    ],
    [
      "a cause that ends before it starts",
      { ...MACHINES, "web-1.causes.json": '[{"start":6,"end":5,"dims":[0]}]' },
      "entry 1: {",
    ],
    ["a cause of no metric", { ...MACHINES, "web-1.causes.json": '[{"start":5,"end":6,"dims":[2]}]' }, "entry 1: {"],
  ])("%s", async (_, files, message) => {
    const { code, err } = await run("evaluate", folderOf(files));
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(err.trim().split("\n")).toHaveLength(1);
  });

  test("a path that is no folder", async () => {
    const { err } = await run("evaluate", join(root, "none"));
    expect(err).toContain("none: no such folder, or it may not be read: check the path");
  });
});
