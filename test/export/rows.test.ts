// Samples, scores and incidents as rows, from stores in memory.

import { selectedHosts } from "../../lib/cli/selection.ts";
import { storedAnomalies, storedHistory } from "../../lib/export/history-rows.ts";
import { INCIDENT_COLUMNS, incidentRow, incidentsIn } from "../../lib/export/incident-rows.ts";
import { metricNames, plainSamples, sampleColumns, sampleRows } from "../../lib/export/sample-rows.ts";
import { SCORE_COLUMNS, scoreRows } from "../../lib/export/score-rows.ts";
import { gather } from "../../lib/gather-all.ts";
import type { Incident } from "../../lib/incident/incident.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { Flag } from "../../lib/watch/apply.ts";
import { groupOwner, hostOwner } from "../../lib/watch/baseline.ts";
import { fold } from "../../lib/watch/fold.ts";
import { chunksOf } from "../../lib/watch/history.ts";
import { decodeRecord } from "../../lib/wire/decode.ts";
import { Schemas } from "../../lib/wire/schemas.ts";
import {
  aChunk,
  activate,
  aFleetIncident,
  anIncident,
  aReport,
  aSilentIncident,
  aState,
  keepChunk,
  NOON,
} from "../contract/examples.ts";
import { arrived, baseline, part, schemaOf, timeOf } from "../factories.ts";

const DAY = 86_400_000;
const SPAN = { from: NOON, to: NOON + DAY };
const HOSTS = [
  { host: "db-01", group: "db" },
  { host: "web-07", group: "web" },
];

/** db-01 has `disk` and `cpu`, web-07 `cpu` and `load` with one value missing. */
async function stored() {
  const stores = createMemoryStores(() => NOON);
  await keepChunk(stores, aChunk("web-07"));
  const db = { times: Float64Array.of(NOON + 5), values: Float64Array.of(7, 8), flags: Uint8Array.of(0) };
  await keepChunk(stores, aChunk("db-01", { schema: schemaOf("disk", "cpu"), ...db }));
  return stores;
}

// The causes say 97 for a usual 41, from 21 to 61.
test("a metrics history holds the stored samples of a host, and the flagged ones with causes", async () => {
  const stores = await stored();
  const times = Float64Array.of(NOON + DAY / 2, NOON + DAY / 2 + 1_000);
  const schema = schemaOf("cpu_percent", "memory_available_bytes");
  const values = Float64Array.of(97, 2 ** 31, Number.NaN, 2 ** 30);
  await keepChunk(stores, aChunk("web-09", { schema, times, values, flags: Uint8Array.of(Flag.anomaly, 0) }));
  const causes = [{ metric: "cpu_percent", now: 97, expected: 41, low: 21, high: 61, contribution: 9, share: 1 }];
  await stores.incidents.save(anIncident("web-09", { opened: times[0]!, lastAnomaly: times[0]!, causes }));
  const host = { host: "web-09", group: "web" };
  const ports = { ...stores, baselines: stores.baselines };
  const noon = new Date(times[0]!).toISOString().slice(0, 19).replace("T", " ");
  const gap = Number.NaN;
  expect(await gather(storedHistory(ports, host, SPAN))).toEqual([
    [noon, 97, gap, gap, 2, gap, gap, gap, gap, "True", gap],
    [noon.replace(/00$/, "01"), gap, gap, gap, 1, gap, gap, gap, gap, "False", gap],
  ]);
  expect(await gather(storedAnomalies(ports, host, SPAN))).toMatchObject([
    {
      timestamp: noon,
      metrics: { cpu_percent: 97, cpu_frequency: null, memory_available_gb: 2 },
      // (97 − 41) / (40 / 4).
      reason: "cpu_percent 97 is high: usually 41 (5.6 sd)",
      severity_factors: ["severity unknown", "cpu_percent: 97 instead of 41, +5.6 sd, 100 % of the score"],
    },
  ]);
});

describe("samples", () => {
  test("have one column per metric of any host, empty for a host without that metric", async () => {
    const { history } = await stored();
    const names = await metricNames(history, HOSTS, SPAN);
    expect(sampleColumns(names).map(({ name }) => name)).toEqual(["host", "group", "time", "disk", "cpu", "load"]);
    expect(await gather(sampleRows(history, HOSTS, names, SPAN))).toEqual([
      ["db-01", "db", NOON + 5, 7, 8, undefined],
      ["web-07", "web", NOON, undefined, 0.1, 0.2],
      ["web-07", "web", NOON + 10_000, undefined, Number.NaN, 1e-300],
    ]);
  });

  test("come as whole records that begin in the span, so that spans join without gaps or duplicates", async () => {
    const { history } = await stored();
    const times = async (from: number, to: number) =>
      (await gather(sampleRows(history, HOSTS, ["disk", "cpu", "load"], { from, to }))).map(([, , time]) => time);
    expect(await times(NOON, NOON + 1)).toEqual([NOON, NOON + 10_000]);
    expect(await times(NOON + 1, NOON + DAY)).toEqual([NOON + 5]);
  });

  test("with a metric that appeared after the columns were fixed are refused, not dropped", async () => {
    const { history } = await stored();
    await expect(gather(sampleRows(history, HOSTS, ["cpu", "disk"], SPAN))).rejects.toThrow(
      "host web-07 has sent a new metric since the export began: export again",
    );
  });

  test("as documents can be sent to the scorer and read back unchanged", async () => {
    const { history } = await stored();
    const lines = (await gather(plainSamples(history, HOSTS, SPAN))).map((one) => JSON.stringify(one)).join("\n");
    const { parts, problems } = decodeRecord(Buffer.from(lines), NOON, new Schemas());
    expect(problems).toEqual([]);
    const web = parts.find(({ host }) => host === "web-07");
    expect(web?.times).toEqual([NOON, NOON + 10_000]);
    expect(web?.schema.names).toEqual(["cpu", "load"]);
    expect([...(web?.values ?? [])]).toEqual([0.1, 0.2, Number.NaN, 1e-300]);
  });
});

test("patterns of host and group select hosts, sorted by name", async () => {
  const stores = createMemoryStores(() => NOON);
  for (const name of ["web-08", "web-07", "db-01"])
    await stores.hosts.save(aState(name, { group: name.split("-")[0]! }));
  const names = async (selection: { host?: string; group?: string }) =>
    (await selectedHosts(stores, selection)).map(({ host }) => host);
  expect(await names({})).toEqual(["db-01", "web-07", "web-08"]);
  expect(await names({ host: "*7" })).toEqual(["web-07"]);
  expect(await names({ group: "w*", host: "*-0*" })).toEqual(["web-07", "web-08"]);
});

describe("scores", () => {
  const chunk = (host: string, cpu: readonly number[], flags: readonly number[] = cpu.map(() => 0)) =>
    aChunk(host, {
      schema: schemaOf("cpu"),
      times: Float64Array.from(cpu, (_, i) => NOON + i * 10_000),
      values: Float64Array.from(cpu),
      flags: Uint8Array.from(flags),
    });

  test("come from the active baseline of the host or else of its group; a host without one is left out", async () => {
    const stores = createMemoryStores(() => NOON);
    const own = baseline({ owner: hostOwner("web-07"), version: 3, epsilon: 8 });
    const groups = baseline({ owner: groupOwner("db"), version: 5, epsilon: 100 });
    for (const one of [own, groups]) await activate(stores.baselines, aReport(one.owner, one.version), one);
    // With mean 0 and sd 1 the score is the square of the value, halved.
    await keepChunk(
      stores,
      chunk("web-07", [4, 4, 4, -6, -6, -6], [0, 0, Flag.incident, 0, 0, Flag.anomaly | Flag.late]),
    );
    await keepChunk(stores, chunk("db-01", [10, 10, 10]));
    await keepChunk(stores, chunk("new-01", [1]));
    const rows = await gather(scoreRows(stores, [...HOSTS, { host: "new-01", group: "new" }], SPAN));
    const named = rows.map((row) => Object.fromEntries(SCORE_COLUMNS.map(({ name }, i) => [name, row[i]])));
    const judged = { epsilon: 8, baseline: "host#web-07", version: 3, host: "web-07", group: "web" };
    // The third of three alike has their score; before it nothing persists.
    expect(named.map(({ score }) => score)).toEqual([0, 0, 50, 0, 0, 8, 8, 8, 18]);
    expect([named[2], named[5], named[8]]).toEqual([
      expect.objectContaining({
        host: "db-01",
        score: 50,
        epsilon: 100,
        anomaly: false,
        baseline: "group#db",
        version: 5,
      }),
      // The density of a standard normal at 4, and at −6: scipy.stats.norm.logpdf, .pdf.
      {
        ...judged,
        ...{ log_density: expect.closeTo(-8.918938533204672, 12), density: expect.closeTo(0.00013383022576488537, 16) },
        ...{ time: NOON + 20_000, score: 8, anomaly: false, flagged: false, incident: true, late: false },
      },
      {
        ...judged,
        ...{ log_density: expect.closeTo(-18.918938533204674, 12), density: expect.closeTo(6.075882849823286e-9, 20) },
        ...{ time: NOON + 50_000, score: 18, anomaly: true, flagged: true, incident: false, late: true },
      },
    ]);
  });

  test("from a detector with a memory equal those at the arrival of the samples", async () => {
    const stores = createMemoryStores(() => NOON);
    const reference = baseline();
    await activate(stores.baselines, aReport(reference.owner, reference.version), reference);
    const live: number[] = [];
    let state = aState("web-07");
    for (let record = 0; record < 40; record++) {
      const place = (i: number) => 7 * record + i;
      const rows = Array.from({ length: 7 }, (_, i) => [3 * Math.sin(place(i) / 5) + ((place(i) * 37) % 11) / 7]);
      // The last record comes late by one sample.
      const times = rows.map((_, i) => timeOf(record === 39 && i === 6 ? 1.5 : place(i)));
      const folded = fold(state, reference, [arrived(part({ group: "web", rows, times }), timeOf(place(6)))]);
      state = folded.state;
      const [first] = folded.parts;
      const [kept] = first ? chunksOf([first], undefined) : [];
      live.push(...(first?.scores ?? []));
      if (kept) await keepChunk(stores, kept);
    }
    const span = { from: timeOf(0), to: timeOf(1_000) };
    const rows = await gather(scoreRows(stores, [{ host: "web-07", group: "web" }], span));
    const scores = rows.map((row) => row[3]);
    expect(scores).toHaveLength(280);
    expect(scores).toEqual(live);
  });
});

describe("incidents", () => {
  const ofDay = async (opened: readonly number[]) => {
    const stores = createMemoryStores(() => NOON);
    for (const [i, time] of opened.entries()) await stores.incidents.save(anIncident(`web-${i}`, { opened: time }));
    return stores.incidents;
  };
  const found = async (opened: readonly number[], from: number, to: number, host?: string) =>
    (await gather(incidentsIn(await ofDay(opened), host ? { host } : {}, { from, to }))).map((one) => one.opened);

  test("come oldest first across midnight, each once, up to the ends of the span", async () => {
    const times = [NOON + 3 * DAY, NOON, NOON + 12 * 3_600_000, NOON + 12 * 3_600_000 - 1, NOON + DAY];
    expect(await found(times, NOON, NOON + 3 * DAY)).toEqual([...times].sort((a, b) => a - b).slice(0, -1));
    expect(await found(times, NOON + 1, NOON + 1)).toEqual([]);
    expect(await found(times, NOON, NOON + 4 * DAY, "web-3")).toEqual([NOON + 12 * 3_600_000 - 1]);
  });

  const named = (incident: Incident) => {
    const row = incidentRow(incident);
    expect(row).toHaveLength(INCIDENT_COLUMNS.length);
    return Object.fromEntries(INCIDENT_COLUMNS.map(({ name }, i) => [name, row[i]]));
  };

  test("have their first cause, their duration and their label", () => {
    const one = anIncident("web-07", {
      resolved: NOON + 90_500,
      label: { verdict: "fault", category: "software", at: NOON, by: "jo", note: "backup" },
      acknowledged: { at: NOON, by: "ann" },
    });
    expect(named(one)).toEqual({
      ...{ id: "ABC234", kind: "anomaly", severity: "critical", host: "web-07", group: "web" },
      ...{ opened: NOON, resolved: NOON + 90_500, seconds: 90.5, peakTime: NOON + 10_000 },
      // 41.5 / 9.25
      ...{ score: 41.5, epsilon: 9.25, ratio: expect.closeTo(4.486486, 6), samples: 3, anomalies: 3 },
      ...{ cause: "cpu", now: 98.5, expected: 12, low: 2, high: 22, share: 0.93 },
      ...{ acknowledgedBy: "ann", verdict: "fault", labelledBy: "jo", note: "backup" },
      ...{ baseline: "host#web-07", version: 2, category: "software" },
    });
  });

  test("of other kinds name their kind", () => {
    const rules = ["cpu > 95 for 2m", "disk > 90"].map(
      (rule) => ({ rule, severity: "warning", since: NOON, values: [] }) as const,
    );
    expect(named(anIncident("a", { rules }))).toMatchObject({ kind: "rule", rules: "cpu > 95 for 2m; disk > 90" });
    expect(named(aSilentIncident("a", { lastSample: { time: NOON - 1 } }))).toMatchObject({
      kind: "silent",
      severity: "critical",
      ratio: undefined,
      cause: undefined,
      resolved: undefined,
      seconds: undefined,
    });
    const extent = { affected: 7, total: 9, silent: 1, first: [] };
    expect(named(aFleetIncident("web", { extent }))).toMatchObject({ kind: "fleet", affected: 7 });
  });
});
