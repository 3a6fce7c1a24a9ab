// Document 004: a monitor's options and the files that it writes while hosts are scored.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../cli/live.ts";
import { start } from "../cli/process.ts";

const folder = mkdtempSync(join(tmpdir(), "fleetwarden-004-"));
afterAll(() => rmSync(folder, { recursive: true }));

const HEAD =
  "timestamp,cpu_percent,cpu_frequency,memory_percent,memory_available_gb,disk_read_mb,disk_write_mb,network_sent_mb,network_recv_mb,is_anomaly,anomaly_score";
const CALM = 200;
const ROWS = 230;

/** Rows of a second each, the last of which is now; busy from `CALM` on. */
function csv(end: number, from: number, to: number): string {
  const line = (i: number) => {
    const busy = i >= CALM ? 55 : 0;
    return `${end - (ROWS - i) * 1000},${20 + ((i * 7) % 11) + busy},${50 + ((i * 5) % 7) + busy / 2}`;
  };
  const path = join(folder, `${from}.csv`);
  const lines = Array.from({ length: to - from }, (_, i) => line(from + i));
  writeFileSync(path, ["time,cpu_percent,memory_percent", ...lines].join("\n"));
  return path;
}

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 200));
}

test("contamination, window and log folder are options; the history, the anomalies and the log come while it runs", async () => {
  const logs = join(folder, "logs");
  const options = ["--detector", "iforest", "--contamination", "5%", "--window-days", "7", "--log-dir", logs];
  const twin = start(["up", "--no-agent", "--memory", "--port", "0", "--log-level", "warning", ...options]);
  try {
    const [, endpoint = ""] = await twin.until(/listens at (http:\S+) /);
    const now = Date.now();
    const send = (from: number, to: number) =>
      run("send", csv(now, from, to), "--host", "web-07", "--endpoint", endpoint);
    const read = (name: string) => readFileSync(join(logs, "web-07", name), "utf8");
    const history = join(logs, "web-07", "metrics_history.csv");
    const written = (rows: number) => () =>
      existsSync(history) && read("metrics_history.csv").trim().split("\n").length > rows;
    const statusOf = async () => JSON.parse((await run("status", "--endpoint", endpoint, "--json")).out);
    await send(0, CALM - 1);
    await until(written(CALM - 1));
    // The first baseline judges the next record; this one sample shows that it is there.
    await send(CALM - 1, CALM);
    await until(written(CALM));
    await send(CALM, ROWS);
    await until(written(ROWS));
    const [head, ...rows] = read("metrics_history.csv").trim().split("\n");
    expect(head).toBe(HEAD);
    expect(rows.every((row) => /,(True|False),(-?\d+(\.\d+)?(e-\d+)?)?$/.test(row))).toBe(true);
    const flagged = rows.filter((row) => row.includes(",True,"));
    expect((await statusOf()).totals).toMatchObject({ hosts: 1, samples: ROWS, anomalies: flagged.length });
    expect(flagged.length).toBeGreaterThan(0);
    const anomalies = JSON.parse(read("anomalies.json"));
    expect(anomalies).toHaveLength(flagged.length);
    for (const { timestamp, anomaly_score: score, metrics, reason, severity_factors: factors } of anomalies) {
      expect([timestamp, reason].every((text) => typeof text === "string")).toBe(true);
      expect(score).toBeLessThan(0);
      expect(metrics).toMatchObject({ cpu_percent: expect.any(Number), cpu_frequency: null });
      expect(factors[0]).toMatch(/^severity (critical|high|medium|low)$/);
    }
    const log = read("anomaly_detection.log").trim().split("\n");
    expect(log.map((one) => /^ANOMALY #(\d+) DETECTED at \d{4}-\d\d-\d\d \d\d:/.exec(one)?.[1])).toEqual(
      log.map((_, i) => String(i + 1)),
    );
    expect(log).toHaveLength(flagged.length);
  } finally {
    await twin.stop();
  }
});

test("a contamination for the bands, which have none, is refused with the fix", async () => {
  expect(await run("up", "--contamination", "5%")).toMatchObject({
    code: 1,
    err: "fleetwarden: --contamination is not for bands: add --detector iforest, or another detector\n",
  });
});
