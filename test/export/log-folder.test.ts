// The files that a monitor of one machine writes, while hosts are scored.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseConfig } from "../../lib/config/config.ts";
import { openLogFolder } from "../../lib/export/log-folder.ts";
import { backtest } from "../../lib/replay/backtest.ts";
import { withFolder } from "../local/support.ts";
import { csvOf, recorded } from "../replay/made.ts";

const HEAD =
  "timestamp,cpu_percent,cpu_frequency,memory_percent,memory_available_gb,disk_read_mb,disk_write_mb,network_sent_mb,network_recv_mb,is_anomaly,anomaly_score";
const ROWS = 240;
const BUSY = 200;

/** Busy from row 200 on for ten minutes. The second host's name is no name of a folder. */
const csv = csvOf(["web-1", "../x"], ROWS, (host, row) =>
  host === "web-1" && row >= BUSY && row < BUSY + 10 ? 60 : 0,
).replace("cpu,memory", "cpu_percent,memory_available_bytes");

async function logged(folder: string, options: { bytesMax?: number; config?: string } = {}) {
  const lines: string[] = [];
  const config = parseConfig(options.config ?? '{ "version": 1 }');
  const severitiesOf = (group: string) =>
    config.settingsOf(group).detector === "iforest" ? config.severities : undefined;
  const { bytesMax } = options;
  const onFolded = openLogFolder({
    folder,
    severitiesOf,
    log: (line) => lines.push(line),
    ...(bytesMax && { bytesMax }),
  });
  const report = await backtest(await recorded({ "a.csv": csv }), {
    config,
    stopwatch: () => 0,
    progress: () => {},
    onFolded,
  });
  return { lines, report };
}

const read = (...path: string[]) => readFileSync(join(...path), "utf8");

test("every sample is a row of metrics_history.csv, with the header and the words of the original", async () => {
  await withFolder(async (folder) => {
    const { lines, report } = await logged(folder);
    expect(lines).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(["%2E.%2Fx", "web-1"]);
    const [head, ...rows] = read(folder, "web-1", "metrics_history.csv").trimEnd().split("\n");
    expect(head).toBe(HEAD);
    expect(rows).toHaveLength(ROWS);
    const cells = rows.map((row) => row.split(","));
    expect(cells.every((row) => row.length === 11)).toBe(true);
    // Noon on 7 September, a row a minute; the memory of about 50 bytes in GiB; no score while the host learns.
    expect(cells[0]?.slice(0, 4)).toEqual(["2026-09-07 12:00:00", expect.stringMatching(/^\d/), "", ""]);
    expect(Number(cells[0]?.[4])).toBeCloseTo(50 / 2 ** 30, 8);
    expect(cells[0]?.slice(9)).toEqual(["False", ""]);
    expect(cells.filter(([, , , , , , , , , flag]) => flag === "True")).toHaveLength(report.anomalies);
    const flagged = cells.find((row) => row[9] === "True");
    expect(Number(flagged?.[10])).toBeLessThan(-1);
  });
});

test("every anomaly is in anomalies.json and numbered in the log, with the causes of its incident", async () => {
  await withFolder(async (folder) => {
    const { report } = await logged(folder);
    const anomalies = JSON.parse(read(folder, "web-1", "anomalies.json"));
    expect(anomalies).toHaveLength(report.anomalies);
    expect(Object.keys(anomalies[0])).toEqual(["timestamp", "anomaly_score", "metrics", "reason", "severity_factors"]);
    expect(anomalies[0]).toMatchObject({
      timestamp: "2026-09-07 15:22:00",
      anomaly_score: expect.any(Number),
      reason: expect.stringMatching(/^cpu_percent \d+\.?\d* is high: usually \d+\.?\d* \(\d+\.\d sd\)/),
      severity_factors: expect.arrayContaining([expect.stringMatching(/^severity (warning|critical)$/)]),
    });
    const log = read(folder, "web-1", "anomaly_detection.log").trimEnd().split("\n");
    expect(log[0]).toMatch(
      /^ANOMALY #1 DETECTED at 2026-09-07 15:22:00 \| score -\d+\.\d+ \| severity \w+ \| cpu_percent /,
    );
    expect(log.map((line) => Number(/#(\d+)/.exec(line)?.[1]))).toEqual(log.map((_, i) => i + 1));
    expect(existsSync(join(folder, "%2E.%2Fx", "anomalies.json"))).toBe(false);
  });
});

test("a full file is set aside and nothing is lost; numbers go on, also after a start", async () => {
  await withFolder(async (folder) => {
    await logged(folder, { bytesMax: 4_000 });
    const own = join(folder, "web-1");
    const files = readdirSync(own).filter((name) => name.startsWith("metrics_history.csv"));
    expect(files.length).toBeGreaterThan(2);
    const rows = files.flatMap((name) => read(own, name).trimEnd().split("\n"));
    expect(rows.filter((row) => row === HEAD)).toHaveLength(files.length);
    expect(new Set(rows).size).toBe(ROWS + 1);
    for (const name of files) expect(read(own, name).length).toBeLessThan(4_000 + 200);
    const before = read(own, "anomaly_detection.log").trimEnd().split("\n").length;
    await logged(folder);
    const numbers = read(own, "anomaly_detection.log").match(/#\d+/g) ?? [];
    expect(numbers.at(-1)).toBe(`#${2 * before}`);
  });
});

test("a torn anomalies.json is set aside, and a folder that cannot be written does not stop the export", async () => {
  await withFolder(async (folder) => {
    await logged(folder);
    writeFileSync(join(folder, "web-1", "anomalies.json"), '[\n{"timestamp"');
    await logged(folder);
    expect(JSON.parse(read(folder, "web-1", "anomalies.json")).length).toBeGreaterThan(0);
    expect(read(folder, "web-1", "anomalies.json.1")).toBe('[\n{"timestamp"');
    const { lines, report } = await logged(join(folder, "web-1", "anomalies.json", "below"));
    expect(lines.some((line) => line.includes("samples of web-1 cannot be written: "))).toBe(true);
    expect(report.samples).toBe(2 * ROWS);
  });
});
