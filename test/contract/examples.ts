import type { Silence } from "../../lib/alert/silence.ts";
import type { AnomalyIncident, FleetIncident, SilentIncident } from "../../lib/incident/incident.ts";
import type { JudgedSample } from "../../lib/incident/judgement.ts";
import type { BaselineLedger, FitReport } from "../../lib/learn/report.ts";
import { type BandsMemory, newBandsMemory } from "../../lib/model/band-memory.ts";
import { scoreBands } from "../../lib/model/band-reading.ts";
import { fitBands } from "../../lib/model/fit-bands.ts";
import { diagonalGaussian, whitenedGaussian } from "../../lib/model/gaussian.ts";
import { seededRandom } from "../../lib/model/random.ts";
import { ACTIVE, baselineKey, itemsOfVersion } from "../../lib/store/baseline-item.ts";
import type { Item } from "../../lib/store/item-table.ts";
import { attributesOfModel } from "../../lib/store/model-item.ts";
import type { Baseline } from "../../lib/watch/baseline.ts";
import type { HistoryChunk } from "../../lib/watch/history.ts";
import type { HistoryStore, SchemaStore } from "../../lib/watch/ports.ts";
import { type HostState, newHost } from "../../lib/watch/state.ts";
import { schemaId } from "../../lib/wire/schemas.ts";
import { historyOf, ripple } from "../model/band-history.ts";

/** Values to store; a test names only the fields that matter to it. */

export const SCHEMA = { id: schemaId(["cpu", "load"]), names: ["cpu", "load"] };

/** Noon of 22 November 2026, UTC. */
export const NOON = Date.UTC(2026, 10, 22, 12);

export function aState(host: string, fields: Partial<HostState> = {}): HostState {
  return { ...newHost(host, "web"), ...fields };
}

/** A sample as a baseline judged it. */
export function judged(time: number, score: number, epsilon = 9.25, owner = "host#web-07"): JudgedSample {
  return { time, judgement: { score, epsilon, baseline: { owner, version: 2 } } };
}

export function anIncident(host: string, fields: Partial<AnomalyIncident> = {}): AnomalyIncident {
  return {
    kind: "anomaly",
    id: "ABC234",
    host,
    group: "web",
    revision: 1,
    opened: NOON,
    lastAnomaly: NOON + 20_000,
    samples: 3,
    anomalies: 3,
    peak: judged(NOON + 10_000, 41.5, 9.25, `host#${host}`),
    // A deviation of 86.5 where 5 are one standard deviation.
    causes: [
      { metric: "cpu", now: 98.5, expected: 12, low: 2, high: 22, contribution: 299.29, share: 0.93, normalAt: 31.4 },
    ],
    ...fields,
  };
}

export function aSilentIncident(host: string, fields: Partial<SilentIncident> = {}): SilentIncident {
  const lastSample = judged(NOON - 1, 4.5, 9.25, `host#${host}`);
  const about = { id: "ABC234", host, group: "web", revision: 1, opened: NOON, noticed: NOON + 240_000 };
  return { kind: "silent", ...about, lastSample, ...fields };
}

export function aFleetIncident(group: string, fields: Partial<FleetIncident> = {}): FleetIncident {
  const { peak, causes } = anIncident("web-07");
  const extent = { affected: 5, total: 9, silent: 0, first: [] };
  const about = { id: "FLEET2", group, revision: 1, opened: NOON, grown: NOON + 20_000, samples: 15, anomalies: 15 };
  return { kind: "fleet", ...about, peak, causes, extent, ...fields };
}

export function aChunk(host: string, fields: Partial<HistoryChunk> = {}): HistoryChunk {
  return {
    host,
    schema: SCHEMA,
    times: Float64Array.of(NOON, NOON + 10_000),
    values: Float64Array.of(0.1, 0.2, Number.NaN, 1e-300),
    flags: Uint8Array.of(0, 3),
    ...fields,
  };
}

/** A baseline of calendar bands, of two days of which the second had more load. */
export function aBandsBaseline(owner: string, version: number): Baseline {
  const days = historyOf(
    { days: 2 },
    (_, minute) => 50 + ripple(minute),
    (day, minute) => 2 + day + ripple(minute) / 10,
  );
  return aBaseline(owner, version, { model: fitBands(days, SCHEMA.names, "Europe/Paris"), epsilon: 1 });
}

/** The memory of calendar bands after ten minutes of a busy processor without a load. */
export function whatBandsRemember(host: "young" | "new" | "grown"): BandsMemory {
  const days = historyOf({ days: host === "young" ? 1 / 12 : 2 }, ...SCHEMA.names.map(() => ripple));
  const model = fitBands(days, SCHEMA.names, "UTC");
  const values = Float64Array.from({ length: 20 }, (_, k) => (k % 2 ? Number.NaN : 99.5));
  const times = Array.from({ length: 10 }, (_, i) => NOON + 60_000 * i);
  return scoreBands(model, newBandsMemory(model, host === "new"), { values, times }).memory;
}

interface KeepPorts {
  readonly baselines: Pick<SchemaStore, "remember">;
  readonly history: Pick<HistoryStore, "keep">;
}

/** Stores a chunk and the names of its metrics, as the scorer does. */
export async function keepChunk(stores: KeepPorts, chunk: HistoryChunk): Promise<void> {
  await stores.baselines.remember(chunk.schema);
  await stores.history.keep(chunk);
}

export function aBaseline(owner: string, version: number, fields: Partial<Baseline> = {}): Baseline {
  const model = diagonalGaussian(Float64Array.of(10, 20), Float64Array.of(1, 2));
  return { owner, version, schema: SCHEMA, model, epsilon: 9.25, samples: 60, fitted: NOON, ...fields };
}

/** A baseline whose model takes two parts: 648,000 bytes of doubles with 52 random bits of 64, so 521,000 at least. */
export function largeBaseline(owner: string, version: number, seed = 1): Baseline {
  const names = Array.from({ length: 400 }, (_, i) => `metric_${i}`);
  const random = seededRandom(seed);
  const numbers = (length: number) =>
    Float64Array.from({ length }, () => 1 + (random() + random() / 2 ** 32) / 2 ** 32);
  const model = whitenedGaussian(numbers(400), numbers(400), numbers((400 * 401) / 2));
  return aBaseline(owner, version, { model, schema: { id: schemaId(names), names } });
}

/** The active baseline as one item that holds its model, as release 0.2.0 wrote it. */
export function wholeItem(report: FitReport, baseline: Baseline): Item {
  const { packing: _, ...head } = itemsOfVersion(report, baseline).head;
  return { ...head, ...baselineKey(report.owner, ACTIVE), ...attributesOfModel(baseline.model), format: { N: "1" } };
}

/** Writes a version and makes it the active one; false when another version than `expected` is active. */
export async function activate(
  ledger: Pick<BaselineLedger, "write" | "promote">,
  report: FitReport,
  baseline: Baseline,
  expected = 0,
): Promise<boolean> {
  await ledger.write(report, baseline);
  return ledger.promote(report, expected);
}

export function aReport(owner: string, version: number, fields: Partial<FitReport> = {}): FitReport {
  return {
    owner,
    version,
    at: NOON,
    detector: "gaussian",
    covariance: "diagonal",
    samples: 60,
    excluded: 4,
    epsilon: 9.25,
    source: "quantile",
    labels: { fault: [], false: [] },
    flagRate: 0.001,
    ...fields,
  };
}

export function aSilence(id: string, fields: Partial<Silence> = {}): Silence {
  return {
    id,
    matcher: { host: "web-*" },
    reason: "new disks",
    by: "ada",
    from: NOON,
    until: NOON + 3_600_000,
    revision: 0,
    ...fields,
  };
}
