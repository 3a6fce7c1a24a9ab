import type { Incident } from "../../lib/incident/incident.ts";
import type { Verdict } from "../../lib/incident/label.ts";
import type { createMemoryStores } from "../../lib/store/memory.ts";
import { Flag } from "../../lib/watch/apply.ts";
import type { Baseline } from "../../lib/watch/baseline.ts";
import type { HistoryChunk } from "../../lib/watch/history.ts";
import { scorePart } from "../../lib/watch/scoring.ts";
import { newHost } from "../../lib/watch/state.ts";
import { judged, keepChunk } from "../contract/examples.ts";
import { schemaOf } from "../factories.ts";
import { seededRandom } from "../simulation/random.ts";

/** Made-up days of one host by the minute, from Monday 2026-11-23T00:00:00Z. */

export const MONDAY = 1_795_392_000_000;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const SCHEMA = schemaOf("cpu", "load");

/** Adds to the cpu of rows `from` to `to`, the latter not included. */
export interface Shift {
  readonly from: number;
  readonly to: number;
  readonly by: number;
}

/** One row a minute: cpu moves by the hour of the day around 40, load follows it; both are noisy. */
export function recorded(minutes: number, seed = 1, shifts: readonly Shift[] = []): HistoryChunk {
  const random = seededRandom(seed);
  const noise = () => random() + random() + random() + random() - 2; // near enough to a normal one of sd 0.58
  const values = new Float64Array(2 * minutes);
  for (let i = 0; i < minutes; i++) {
    const cpu = 40 + 10 * Math.sin((2 * Math.PI * i) / 1_440) + 2 * noise();
    values[2 * i] = cpu + shifts.reduce((sum, { from, to, by }) => sum + (from <= i && i < to ? by : 0), 0);
    values[2 * i + 1] = 0.05 * cpu + 0.2 * noise();
  }
  const times = Float64Array.from({ length: minutes }, (_, i) => MONDAY + i * MINUTE);
  return { host: "web-07", schema: SCHEMA, times, values, flags: new Uint8Array(minutes) };
}

/** Marks rows `from` to `to` as those of an incident. */
export function inIncident(chunk: HistoryChunk, { from, to }: Pick<Shift, "from" | "to">): HistoryChunk {
  return { ...chunk, flags: chunk.flags.map((flag, i) => (from <= i && i < to ? Flag.anomaly | Flag.incident : flag)) };
}

/** The rows of a chunk for which `keep` holds. */
export function rowsWhere(chunk: HistoryChunk, keep: (row: number) => boolean): HistoryChunk {
  const width = chunk.schema.names.length;
  return {
    ...chunk,
    times: chunk.times.filter((_, i) => keep(i)),
    values: chunk.values.filter((_, k) => keep(Math.floor(k / width))),
    flags: chunk.flags.filter((_, i) => keep(i)),
  };
}

type Stores = ReturnType<typeof createMemoryStores>;

/** Stores a recording as a host's history, in one chunk or cut before these rows. */
export async function keep(stores: Stores, chunk: HistoryChunk, cuts: readonly number[] = []): Promise<void> {
  const { host, times } = chunk;
  await stores.hosts.save({ ...newHost(host, "web"), seen: times.length, newest: times.at(-1) ?? 0 });
  const edges = [0, ...cuts, times.length];
  for (const [k, from] of edges.slice(0, -1).entries()) {
    if (from < edges[k + 1]!)
      await keepChunk(
        stores,
        rowsWhere(chunk, (i) => from <= i && i < edges[k + 1]!),
      );
  }
}

/** Stores the incident of the rows `from` to `to` of a recording, with its label. */
export async function keepIncident(
  stores: Stores,
  host: string,
  { from, to }: Pick<Shift, "from" | "to">,
  verdict?: Verdict,
  id = "ABC234",
): Promise<void> {
  const opened = MONDAY + from * MINUTE;
  const lastAnomaly = MONDAY + (to - 1) * MINUTE;
  const incident: Incident = {
    kind: "anomaly",
    id,
    host,
    group: "web",
    revision: 2,
    opened,
    lastAnomaly,
    resolved: lastAnomaly + 5 * MINUTE,
    samples: to - from,
    anomalies: to - from,
    peak: judged(opened, 50, 8),
    causes: [],
  };
  await stores.incidents.save(incident);
  if (verdict) await stores.incidents.label(host, opened, { verdict, at: lastAnomaly + HOUR, by: "jo" });
}

/** The scorer's results for rows `from` to `to` of a recording, with a fresh memory. */
export function scoresOf(
  baseline: Baseline,
  chunk: HistoryChunk,
  { from, to }: Pick<Shift, "from" | "to">,
): readonly number[] {
  const { values, times } = rowsWhere(chunk, (i) => from <= i && i < to);
  const width = chunk.schema.names.length;
  const before =
    from > 0
      ? { values: chunk.values.slice((from - 1) * width, from * width), time: chunk.times[from - 1]! }
      : undefined;
  const inOrder = [...times.keys()];
  const unscored = { values, times: [...times], inOrder, ...(before ? { before } : {}) };
  return scorePart(baseline, undefined, unscored).scores;
}

/** A host's active baseline. */
export async function activeOf(stores: Stores, owner = "host#web-07"): Promise<Baseline> {
  const active = (await stores.baselines.active([owner])).get(owner);
  if (!active) throw new Error(`${owner} has no baseline`);
  return active;
}
