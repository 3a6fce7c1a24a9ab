// Exports of a running twin, with the real commands and over the port for Prometheus.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OPEN_METRICS_TYPE, openMetrics } from "../../lib/export/open-metrics.ts";
import { recordOf } from "../../lib/incident/record.ts";
import { localEnvironment } from "../../lib/local/names.ts";
import { createStores } from "../../lib/store/aws.ts";
import type { Stores } from "../../lib/store/stores.ts";
import { hostOwner } from "../../lib/watch/baseline.ts";
import { activate, anIncident, aReport } from "../contract/examples.ts";
import { readOpenMetrics } from "../export/open-metrics-checker.ts";
import { baseline } from "../factories.ts";
import { cellsOf } from "../table/workbook.ts";
import { liveTwin, run } from "./live.ts";

const MINUTE = 60_000;
/** Two hours ago, on the minute. */
const START = Math.floor(Date.now() / MINUTE) * MINUTE - 120 * MINUTE;
const NAMES = ["cpu", "load"];
const iso = (time: number) => new Date(time).toISOString();

let folder: string;
let twin: Awaited<ReturnType<typeof liveTwin>>;
let stores: Stores;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fleetwarden-export-"));
  twin = await liveTwin(START, {
    metrics: (env) => {
      const { hosts } = createStores(env, Date.now, Math.random);
      return async () => ({ contentType: OPEN_METRICS_TYPE, text: await openMetrics(hosts.all()) });
    },
  });
  stores = createStores(localEnvironment(twin.endpoint), Date.now, Math.random);
  const own = baseline({ owner: hostOwner("web-07"), names: NAMES });
  await activate(stores.baselines, aReport(own.owner, own.version), own);
  const times = Array.from({ length: 6 }, (_, i) => START + i * 10_000);
  // Half the squares are .5, 2, 2 and three times 18, and epsilon is 8. The third largest of the last five counts.
  await twin.feed("web-07", NAMES, times, [
    [1, 0],
    [2, 0],
    [0, 2],
    [6, 0],
    [6, 0],
    [6, 0],
  ]);
  await twin.feed("new-01", ["disk"], times.slice(0, 1), [[50]]);
  await stores.incidents.save({ ...anIncident("db-01"), opened: START, resolved: START + MINUTE, group: "db" });
  await stores.incidents.label("db-01", START, { verdict: "false", at: START, by: "jo", note: "backup" });
}, 60_000);

afterAll(async () => {
  stores.close();
  await twin.close();
  rmSync(folder, { recursive: true });
});

async function said(...words: string[]): Promise<string> {
  const { code, out, err } = await run(...words, "--endpoint", twin.endpoint);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out;
}

const rowsOf = (ndjson: string) =>
  ndjson
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("export", () => {
  test("samples are the sent ones, host by host", async () => {
    const csv = await said("export", "samples");
    expect(csv.split("\n").slice(0, 4)).toEqual([
      "host,group,time,disk,cpu,load",
      `new-01,web,${iso(START)},50,,`,
      `web-07,web,${iso(START)},,1,0`,
      `web-07,web,${iso(START + 10_000)},,2,0`,
    ]);
    const lines = rowsOf(await said("export", "samples", "--format", "ndjson", "--host", "new*"));
    expect(lines).toEqual([{ host: "new-01", group: "web", time: iso(START), metrics: { disk: 50 } }]);
  });

  test("scores cover the hosts that have a baseline", async () => {
    const rows = rowsOf(await said("export", "scores", "--format", "ndjson"));
    expect(rows.map(({ host, score, anomaly, flagged }) => ({ host, score, anomaly, flagged }))).toEqual(
      [0, 0, 0.5, 2, 2, 18].map((score) => ({ host: "web-07", score, anomaly: score > 8, flagged: score > 8 })),
    );
    expect(rows[5]).toMatchObject({ epsilon: 8, baseline: "host#web-07", version: 1, incident: true, late: false });
  });

  test("--config scores by the policies of that configuration", async () => {
    const config = join(folder, "config.json");
    writeFileSync(config, JSON.stringify({ version: 1, metrics: [{ metric: "cpu", direction: "down" }] }));
    const rows = rowsOf(await said("export", "scores", "--format", "ndjson", "--config", config));
    // Of what is beyond epsilon the part of the CPU, all of it, does not count.
    expect(rows.map(({ score }) => score)).toEqual([0, 0, 0.5, 0.5, 0.5, 0]);
    rmSync(config);
  });

  test("a table has one row for each incident, and JSON the whole incident", async () => {
    const [head, ...rows] = (await said("export", "incidents", "--host", "db-*")).trimEnd().split("\n");
    expect(head).toMatch(/^id,kind,severity,host,group,opened,resolved,seconds,/);
    expect(rows).toEqual([
      expect.stringContaining(`ABC234,anomaly,critical,db-01,db,${iso(START)},${iso(START + MINUTE)},60,`),
    ]);
    const all = JSON.parse(await said("export", "incidents", "--format", "json"));
    expect(all).toHaveLength(2);
    expect(all).toContainEqual(recordOf((await stores.incidents.get("db-01", START))!));
  });

  test("labels equal those of `labels export`", async () => {
    const csv = await said("export", "labels");
    expect(csv).toContain(`ABC234,db-01,db,${iso(START)},${iso(START + MINUTE)}`);
    expect(await said("labels", "export")).toBe(csv);
  });

  test("the file's name chooses the format, and no draft is left beside it", async () => {
    const file = join(folder, "scores.xlsx");
    expect(await said("export", "scores", "-o", file)).toBe("");
    const cells = cellsOf(readFileSync(file));
    expect(cells.get("A1")?.value).toBe("host");
    expect(cells.get("C2")).toMatchObject({ type: "n", format: "yyyy-mm-dd hh:mm:ss.000" });
    // Days since the end of 1899; Excel keeps them as doubles.
    expect(Number(cells.get("C2")?.value)).toBeCloseTo(START / 86_400_000 + 25_569, 9);
    expect([cells.get("D4"), cells.get("F7")]).toEqual([
      { type: "n", value: "0.5" },
      { type: "b", value: "1" },
    ]);
    expect(readdirSync(folder)).toEqual(["scores.xlsx"]);
    rmSync(file);
  });

  test("a span excludes its end, and a reversed one is rejected", async () => {
    const span = (since: string, until: string) =>
      run("export", "samples", "--since", since, "--until", until, "--host", "new-01", "--endpoint", twin.endpoint);
    expect((await span(iso(START), iso(START + 1))).out).toContain("new-01");
    expect((await span(iso(START - 1), iso(START))).out).not.toContain("new-01");
    expect(await span("1h", "2h")).toMatchObject({ code: 1, err: expect.stringContaining("--since is not before") });
    expect((await span("yesterday", "1h")).err).toContain("Use a duration ago, like 24h, or ISO 8601 with a zone");
  });

  test("a failed export leaves the older file, and no draft", async () => {
    const file = join(folder, "kept.csv");
    await said("export", "labels", "-o", file);
    const before = readFileSync(file, "utf8");
    const { code } = await run("export", "labels", "-o", file, "--endpoint", "http://127.0.0.1:9");
    expect(code).toBe(1);
    expect(readFileSync(file, "utf8")).toBe(before);
    expect(existsSync(`${file}.partial`)).toBe(false);
    rmSync(file);
  });
});

/** A request to the twin's port: status, type and text. */
function ask(options: http.RequestOptions = {}): Promise<{ status: number; type: string; text: string }> {
  return new Promise((resolve, reject) => {
    const request = http.request(`${twin.endpoint}/metrics`, options, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      const type = String(response.headers["content-type"]);
      resolve({ status: response.statusCode ?? 0, type, text: Buffer.concat(chunks).toString() });
    });
    request.on("error", reject);
    request.end();
  });
}

describe("metrics", () => {
  test("the port and the command give the same text, and Prometheus can read it", async () => {
    const { status, type, text } = await ask();
    expect({ status, type }).toEqual({
      status: 200,
      type: "application/openmetrics-text; version=1.0.0; charset=utf-8",
    });
    const families = readOpenMetrics(text);
    const labels = { host: "web-07", group: "web" };
    expect(families.get("fleetwarden_score")?.samples).toEqual([{ labels, value: 18 }]);
    expect(families.get("fleetwarden_incident_open")?.samples).toContainEqual({ labels, value: 1 });
    expect(await said("export", "metrics")).toBe(text);
    const file = join(folder, "fleetwarden.prom");
    await said("export", "metrics", "-o", file);
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  test("requests by another host name, from a page in a browser, or with another method are rejected", async () => {
    expect(await ask({ headers: { host: "evil.example" } })).toMatchObject({ status: 403 });
    expect(await ask({ headers: { origin: "https://evil.example" } })).toMatchObject({ status: 403 });
    expect(await ask({ method: "POST" })).toMatchObject({ status: 405 });
    expect(await ask({ method: "HEAD" })).toMatchObject({ status: 200, text: "" });
  });
});

test("hosts --worst ranks the hosts that need a look, with the cause", async () => {
  const { hosts } = JSON.parse(await said("hosts", "--worst", "--json"));
  expect(hosts).toMatchObject([{ host: "web-07", severity: "warning", ratio: 18 / 8, metrics: ["cpu"], recent: 1 }]);
  const text = await said("hosts", "--worst");
  expect(text).toMatch(/^host +group +why +since +how bad +look at +on it$/m);
  expect(text).toMatch(
    new RegExp(
      `^web-07 +web +cpu 6, .* warning, 2\\.25 × epsilon +cpu.*, fleetwarden explain ${hosts[0].incident} --endpoint \\S+$`,
      "m",
    ),
  );
  expect((await said("hosts")).split("\n")[0]).toMatch(/^host +group +status/);
});

test("alerts stats counts by reason", async () => {
  const { total, rows } = JSON.parse(await said("alerts", "stats", "--json"));
  expect(total).toMatchObject({ incidents: 2, open: 1, critical: 1, falseAlarms: 1, falseShare: 1, medianMs: MINUTE });
  expect(rows).toMatchObject([{ key: "cpu high", incidents: 2 }]);
  const text = await said("alerts", "--by", "group");
  expect(text).toMatch(/^group +incidents +critical +open +absorbed +quiet +acknowledged +reminded +median +false$/m);
  expect(text).toMatch(/^db +1 +1 +0 +0 +0 +0 +0 +1 min +1 of 1 \(100 %\)$/m);
  expect(text).toMatch(/^all +2 /m);
});
