import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { formatAnalysis } from "../../lib/cli/analyze.ts";
import { SERVER_LOAD } from "../../lib/demo/server-load.ts";
import { MARCH } from "../analyze/support.ts";
import { unzip } from "../table/workbook.ts";
import { analyzeText, folder, path, rows } from "./analyzed.ts";

const plainTime = (i: number) => new Date(MARCH + i * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
const SERVER_CSV = `timestamp,server_load_percent\n${[...SERVER_LOAD].map((load, i) => `${plainTime(i)},${load}\n`).join("")}`;
const DOCUMENT = { detector: "zscore", threshold: 2.5 } as const;

// python3 -c "import numpy as np; np.random.seed(42); x = np.random.normal(60, 5, 100); x[20] = 90; x[75] = 30; x[88] = 95
// z = (x - x.mean()) / x.std(); print(' '.join(f'{v:.2f}' for v in z))"
const Z =
  "0.39 -0.06 0.49 1.11 -0.13 -0.13 1.15 0.58 -0.30 0.42 -0.29 -0.29 0.21 -1.32 -1.18 -0.36 -0.68 0.26 -0.61 -0.96 " +
  "4.28 -0.12 0.08 -0.97 -0.35 0.11 -0.78 0.30 -0.39 -0.17 -0.39 1.34 0.03 -0.71 0.62 -0.83 0.18 -1.35 -0.90 0.18 " +
  "0.56 0.16 -0.05 -0.18 -1.01 -0.47 -0.29 0.78 0.28 -1.21 0.27 -0.24 -0.44 0.47 0.76 0.69 -0.56 -0.18 0.27 0.73 " +
  "-0.30 -0.09 -0.75 -0.81 0.61 0.99 -0.01 0.75 0.29 -0.42 0.29 1.12 0.01 1.14 -1.81 -4.20 0.10 -0.17 0.10 -1.37 " +
  "-0.12 0.29 1.08 -0.33 -0.53 -0.32 0.68 0.27 4.98 0.40 0.10 0.72 -0.46 -0.20 -0.24 -1.00 0.25 0.22 0.04 -0.13";

describe("the hundred hourly loads of document 001", () => {
  test("give the table of the document: time, load, z and Yes or No, two decimals each", async () => {
    const { head, columns } = await analyzeText(SERVER_CSV, { ...DOCUMENT, head: 100 });
    const [titles, ...rows] = head;
    expect(columns.metrics).toEqual(["server_load_percent"]);
    expect(titles).toEqual(["timestamp", "server_load_percent", "z", "anomaly"]);
    expect(rows.map(([, , z]) => z)).toEqual(Z.split(" "));
    expect(rows[0]).toEqual(["2025-03-01 00:00:00", "62.48", "0.39", "No"]);
    expect(rows[75]).toEqual(["2025-03-04 03:00:00", "30.00", "-4.20", "Yes"]);
    expect(rows.flatMap(([, , , flag], i) => (flag === "Yes" ? [i] : []))).toEqual([20, 75, 88]);
  });

  test("have a summary: 3 anomalies of 100, the worst, the range", async () => {
    const analysis = await analyzeText(SERVER_CSV, DOCUMENT);
    expect(analysis).toMatchObject({ detector: "zscore", threshold: 2.5, fittedTo: 100 });
    expect(formatAnalysis(analysis, ["load.xlsx"]).split("\n")).toEqual([
      "Scored by zscore, fitted to 100 rows; anomalies are more than 2.5 standard deviations from the mean, either way.",
      "3 of 100 rows are anomalies (3.0 %).",
      "From 2025-03-01 00:00:00 to 2025-03-05 03:00:00 UTC.",
      "",
      "Events, the strangest first:",
      "begin                end                  rows  peak   line  why",
      "2025-03-04 16:00:00  2025-03-04 16:00:00  1     4.98   90    server_load_percent 95 is high: usually 59.74 (5.0 sd)",
      "2025-03-01 20:00:00  2025-03-01 20:00:00  1     4.28   22    server_load_percent 90 is high: usually 59.74 (4.3 sd)",
      "2025-03-04 03:00:00  2025-03-04 03:00:00  1     -4.20  77    server_load_percent 30 is low: usually 59.74 (4.2 sd)",
      "",
      "Written: load.xlsx",
    ]);
  });

  test("are the example of docs/analyze.md, word for word", async () => {
    const page = readFileSync(join(__dirname, "../../docs/analyze.md"), "utf8");
    const analysis = await analyzeText(SERVER_CSV, { ...DOCUMENT, head: 3 });
    expect(page).toContain(`\n${formatAnalysis(analysis, ["load.xlsx", "load.svg"])}\n`);
  });

  test("are written to every format", async () => {
    const outputs = ["out.csv", "out.json", "out.ndjson", "out.xlsx", "out.svg", "out.html"].map(path);
    await analyzeText(SERVER_CSV, { ...DOCUMENT, outputs });
    const [csv = "", json = "", ndjson = "", , svg = "", html = ""] = outputs.map((one) => readFileSync(one, "utf8"));
    expect(csv.split("\n")[76]).toBe("2025-03-04T03:00:00Z,30,-4.20248,Yes");
    expect(csv.trim().split("\n")).toHaveLength(101);
    const objects: { anomaly: boolean }[] = JSON.parse(json);
    expect(objects.flatMap(({ anomaly }, i) => (anomaly ? [i] : []))).toEqual([20, 75, 88]);
    expect(
      ndjson
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual(objects);
    expect(unzip(readFileSync(path("out.xlsx"))).has("xl/worksheets/sheet1.xml")).toBe(true);
    expect(svg.match(/<circle class="anomaly"[^>]*><title>/g)).toHaveLength(3);
    for (const part of ["in.csv: 3 anomalies in 100 rows", "time (UTC)", ">anomaly</text>", 'class="grid"'])
      expect(svg).toContain(part);
    // Nothing is fetched: the only address is the name of SVG's namespace.
    expect(svg.replaceAll('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:|<script|<link|@import|url\(/);
    // test/report opens the page in a browser.
    expect(html).toContain("<h1>in.csv: 3 anomalies in 100 rows</h1>");
    expect(html).not.toMatch(/https?:|src=|href=|@import|url\(/);
  });

  const office = ["soffice", "libreoffice"].find((name) =>
    (process.env.PATH ?? "").split(":").some((place) => existsSync(join(place, name))),
  );
  const name = "as an Excel file are opened by LibreOffice, with times, numbers and text";
  if (!office) test(`(skipped, no LibreOffice here) ${name}`, () => console.warn(`skipped: ${name}`));
  else
    test(name, async () => {
      await analyzeText(SERVER_CSV, { ...DOCUMENT, outputs: [path("office.xlsx")] });
      const profile = `-env:UserInstallation=file://${path("profile")}`;
      execFileSync(office, [profile, "--headless", "--convert-to", "csv", "--outdir", folder, path("office.xlsx")]);
      const lines = readFileSync(path("office.csv"), "utf8").trim().split("\n");
      expect(lines).toHaveLength(101);
      expect(lines[76]).toMatch(/^2025-03-04 03:00:00,30,-4\.20\d*,Yes$/);
    }, 120_000);
});

describe("columns", () => {
  test.each([
    ["Unix seconds", "time", (i: number) => String(MARCH / 1000 + i)],
    ["Unix milliseconds", "timestamp", (i: number) => String(MARCH + 1000 * i)],
    ["ISO 8601", "Time", (i: number) => new Date(MARCH + 1000 * i).toISOString()],
    ["dates in a column of any name", "when", (i: number) => `2025-03-01 00:00:0${i}`],
  ])("of times are found: %s", async (_, title, timeOf) => {
    const { summary, columns } = await analyzeText(`a,${title}\n${rows(9, (i) => `${i},${timeOf(i)}`)}`);
    expect(columns.time).toBe(title);
    expect(summary.range).toEqual({ from: MARCH, to: MARCH + 8000 });
  });

  test("have the time column that an option names, which is then no metric", async () => {
    const { columns, summary } = await analyzeText(`at,a\n${rows(4, (i) => `${MARCH + i},${i}`)}`, {
      table: { time: "at" },
    });
    expect(columns.metrics).toEqual(["a"]);
    expect(summary.range?.from).toBe(MARCH);
  });

  test("text, labels and ignored columns are not judged, and the output lists them", async () => {
    const text = `a,state,label,group,id\n${rows(5, (i) => `${i},ok,0,web,${i}`)}`;
    const analysis = await analyzeText(text, { table: { ignored: ["id"] } });
    expect(analysis.columns.metrics).toEqual(["a"]);
    expect(formatAnalysis(analysis, [])).toContain(
      'Not judged: state (no number in the first 1000 rows, but "ok"), label (a label), group (a group), id (as asked).',
    );
  });

  test("each host has a model of its own rows", async () => {
    // Of each host 19 rows of 0 and 2 and one that is 1 away from those: z = 4.4 of 20 at most, (n − 1) / √n.
    const text = `host,a\n${rows(40, (i) => `${i % 2 ? "b" : "a"},${(i % 2) * 1000 + (i === 39 ? 50 : i % 4 < 2 ? 0 : 0.1)}`)}`;
    const { summary, columns } = await analyzeText(text, { threshold: 4, detector: "zscore" });
    expect(columns.host).toBe("host");
    expect(summary).toMatchObject({ anomalies: 1, hostCount: 2, worst: [{ peak: { line: 41, host: "b" } }] });
    expect(summary.hosts[0]).toEqual({ host: "b", rows: 20, anomalies: 1 });
  });

  test("hosts without training rows count as not judged", async () => {
    const text = `host,a\n${rows(10, (i) => `${i < 6 ? "a" : "b"},${i}`)}`;
    const { summary } = await analyzeText(text, { detector: "zscore", train: { share: 0.5 } });
    expect(summary).toMatchObject({ rows: 10, unjudged: 4 });
  });
});

describe("the training part", () => {
  const text = `a\n${"1\n3\n".repeat(4)}${"9\n".repeat(8)}`;

  // Of 1, 3, 1, 3 … mean and deviation are 2 and 1, so that 9 is 7 deviations off.
  test.each([
    ["a share", { share: 0.5 }, 8],
    ["a number of rows", { rows: 4 }, 4],
  ])("%s of the rows, from the first", async (_, part, fittedTo) => {
    const analysis = await analyzeText(text, { detector: "zscore", train: part, head: 16 });
    expect(analysis.fittedTo).toBe(fittedTo);
    expect(analysis.head.slice(9).map(([, z]) => z)).toEqual(Array.from({ length: 8 }, () => "7.00"));
    expect(analysis.summary.anomalies).toBe(8);
  });

  test("is the whole file for the z-score, half of it for other detectors", async () => {
    expect(await analyzeText(text)).toMatchObject({ detector: "zscore", fittedTo: 16 });
    expect(await analyzeText(text, { detector: "gaussian" })).toMatchObject({ fittedTo: 8 });
  });

  // A sine of one period: its halves lie on either side of the middle.
  const day = (periods: number) =>
    `a,b\n${rows(640, (i) => `${Math.sin((2 * Math.PI * periods * i) / 640)},${(i * 7) % 5}`)}`;

  test("is the whole file where its halves differ, which the output says, unless somebody chose a part", async () => {
    const analysis = await analyzeText(day(1), { detector: "gaussian" });
    expect(analysis).toMatchObject({ fittedTo: 640, isRefitted: true });
    expect(formatAnalysis(analysis, [])).toContain(
      "fitted to 640 rows, with both halves of the file where their levels differ;",
    );
    // Half of a percent of the rows, as the threshold has it.
    expect(analysis.summary.anomalies).toBeLessThan(7);
    const chosen = await analyzeText(day(1), { detector: "gaussian", train: { share: 0.5 } });
    expect(chosen).toMatchObject({ fittedTo: 320, isRefitted: false });
  });

  test("is half of a file of several periods, and an event moves no half", async () => {
    expect(await analyzeText(day(4), { detector: "gaussian" })).toMatchObject({ fittedTo: 320, isRefitted: false });
    const event = `a\n${rows(640, (i) => `${((i * 7) % 5) + (i > 500 && i < 540 ? 50 : 0)}`)}`;
    expect(await analyzeText(event, { detector: "gaussian" })).toMatchObject({ fittedTo: 320, isRefitted: false });
  });

  test("has the contamination as its share of rows above the threshold", async () => {
    const many = `a\n${Array.from({ length: 101 }, (_, i) => `${i}\n`).join("")}`;
    const options = { detector: "zscore", contamination: 0.1 } as const;
    // |z| falls from both ends alike to the middle, 50: of its 101 values the 0.9-quantile is the one 45 away, of the rows 5 and 95.
    expect((await analyzeText(many, options)).summary.anomalies).toBe(10);
  });

  const minutes = (n: number, level: (i: number) => number) =>
    `time,a\n${Array.from({ length: n }, (_, i) => `${MARCH / 1000 + 60 * i},${level(i)}\n`).join("")}`;

  test("six days by the minute, with times, use calendar bands, which find what persists", async () => {
    const jump = (i: number) => (i >= 7_000 && i < 7_005 ? 50 : (i * 7) % 5);
    const { detector, summary } = await analyzeText(minutes(8_640, jump));
    expect(detector).toBe("bands");
    // The header is line 1; the third of five is the first that is told.
    expect(summary.worst.some(({ from }) => Math.abs(from.line - 7_004) <= 1)).toBe(true);
    expect((await analyzeText(minutes(8_639, (i) => i % 5))).detector).toBe("zscore");
  });

  test("later rows do not change the fit, and gzip changes no result", async () => {
    const head = { detector: "bands", train: { rows: 300 }, head: 400 } as const;
    const long = minutes(600, (i) => (i * i) % 11);
    const first = (await analyzeText(long, head)).head;
    expect((await analyzeText(gzipSync(long), head)).head).toEqual(first);
    const cut = long.split("\n").slice(0, 451).join("\n");
    expect((await analyzeText(cut, head)).head).toEqual(first);
  });
});

describe("the preset of document 004", () => {
  test("writes its history of every row, and its anomalies with the reasons", async () => {
    const line = (i: number) => `${MARCH / 1000 + i},${40 + (i % 7)},${i === 70 ? 99 : 60 + (i % 3)},0,0.5\n`;
    const text = `timestamp,cpu_percent,memory_percent,is_anomaly,anomaly_score\n${Array.from({ length: 100 }, (_, i) => line(i)).join("")}`;
    const outputs = [path("metrics_history.csv"), path("anomalies.json")];
    const { detector, summary } = await analyzeText(text, { preset: "metrics-history", outputs });
    expect(detector).toBe("iforest");
    // A twentieth of the rows, as many as differ in their scores.
    expect(summary.anomalies).toBeLessThanOrEqual(5);
    const history = readFileSync(path("metrics_history.csv"), "utf8").trim().split("\n");
    expect(history).toHaveLength(101);
    expect(history[71]).toMatch(/^2025-03-01 00:01:10,40,,99,,,,,,True,-0\.\d+$/);
    const anomalies: { timestamp: string; anomaly_score: number; reason: string }[] = JSON.parse(
      readFileSync(path("anomalies.json"), "utf8"),
    );
    expect(anomalies).toHaveLength(summary.anomalies);
    const spike = anomalies.find(({ timestamp }) => timestamp === "2025-03-01 00:01:10");
    expect(spike?.reason).toMatch(/^memory_percent 99 is high: usually 61\.\d+ \(\d+\.\d sd\) \| cpu_percent/);
    expect(Math.min(...anomalies.map((one) => one.anomaly_score))).toBe(spike?.anomaly_score);
  });
});

describe("a long file", () => {
  test("is written while it is read, with at most one piece in memory", async () => {
    const out = path("long.csv");
    const sizes: number[] = [];
    const shares: number[] = [];
    const progress = (share: number) => {
      shares.push(share);
      sizes.push(existsSync(`${out}.partial`) ? statSync(`${out}.partial`).size : 0);
    };
    const rows = 40_000;
    const text = `a,b\n${Array.from({ length: rows }, (_, i) => `${i % 17},${i % 5}\n`).join("")}`;
    await analyzeText(text, { detector: "zscore", outputs: [out], progress });
    // Two readings of 40 thousand rows each, one call a thousand.
    expect(shares).toHaveLength(80);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    const bytesPerRow = statSync(out).size / rows;
    // At most 64 KiB are held back, whatever the length; a thousand rows and a header more or less.
    for (let k = 0; k < 40; k++)
      expect(sizes[40 + k]).toBeGreaterThan((k + 1) * 1000 * bytesPerRow * 0.9 - 65_536 - 1000 * bytesPerRow);
  });

  test("is written without its normal rows on request", async () => {
    const out = path("only.csv");
    await analyzeText(SERVER_CSV, { ...DOCUMENT, outputs: [out], onlyAnomalies: true });
    expect(
      readFileSync(out, "utf8")
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => line.split(",")[1]),
    ).toEqual(["90", "30", "95"]);
  });
});
