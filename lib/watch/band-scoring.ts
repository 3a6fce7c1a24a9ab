import type { Sign } from "../incident/cause.ts";
import { isProvisional } from "../incident/judgement.ts";
import { attribute } from "../model/attribution.ts";
import { type BandsMemory, carriedOver, memoryAfterFit } from "../model/band-memory.ts";
import { scoreBands } from "../model/band-reading.ts";
import { type Bands, bandRowAt, isLikeWeekend } from "../model/bands.ts";
import { atOwnLevel } from "../model/own-level.ts";
import { SIGNAL } from "../model/signals.ts";
import type { Baseline } from "./baseline.ts";
import { usualBeside } from "./beside-group.ts";
import { ALONE_MAX, beyond, CAUSES_MAX } from "./causes.ts";
import { counts } from "./counting.ts";
import { type HostPolicy, steadyFor } from "./policy.ts";
import { atRows, type Scored, sequenceOf, type Unscored } from "./scored.ts";

/** Scores a part by calendar bands. A late sample has no neighbours with which it could persist: it gets no score. */
export function scoreByBands(
  { owner, schema, epsilon }: Baseline,
  model: Bands,
  memory: BandsMemory | undefined,
  unscored: Unscored,
  policy: HostPolicy,
): Scored<BandsMemory> {
  const { metrics } = model;
  const { times, inOrder } = unscored;
  const rowAt = (table: Float64Array, k: number) => table.subarray(k * metrics, (k + 1) * metrics);
  const policies = schema.names.map((name) => policy.metric(name));
  const isCounted = (metric: number, value: number, expected: number) => {
    const own = policies[metric];
    return own === undefined || Number.isNaN(expected) || counts(own, value, expected);
  };
  const missing = { ...model, steady: steadyFor(model.steady, schema, policy) };
  const read = scoreBands(
    missing,
    memoryFor(model, memory, isProvisional({ owner })),
    sequenceOf(unscored, metrics),
    isCounted,
  );
  const scores = atRows(unscored, read.scores);
  const usualAt = (k: number, time: number) => usualBeside(model, rowAt(read.own, k), time);
  // A score of several samples lasts longer than the trouble: it counts only while the value is out on that side.
  const standingAlone = (row: number, k: number) => {
    const judged = rowAt(read.judged, k);
    const usual = usualAt(k, times[row] ?? 0);
    return rowAt(read.alone, k).map((reading, metric) => {
      const { low, high } = usual(metric);
      const value = judged[metric] ?? Number.NaN;
      return reading === SIGNAL || (reading > 0 ? value > high : value < low) ? Math.abs(reading) : 0;
    });
  };
  const standing = (row: number) => {
    const k = inOrder.indexOf(row);
    const score = scores[row] ?? Number.NaN;
    const alone = rowAt(read.alone, k).reduce((most, reading) => Math.max(most, Math.abs(reading)), 0);
    return score > alone ? score : Math.max(...standingAlone(row, k));
  };
  const explain = (row: number) => {
    const k = inOrder.indexOf(row);
    const time = times[row] ?? 0;
    const judged = rowAt(read.judged, k);
    const own = rowAt(read.own, k);
    const isDayOff = isLikeWeekend(model, time, judged, rowAt(read.alone, k));
    const normalAt = (metric: number) => nearestNormal(model, { epsilon, own, time }, metric, judged[metric]);
    return {
      time,
      values: judged,
      attributions: attribute(causing(rowAt(read.parts, k)), CAUSES_MAX),
      // On a day off nearly all metrics are low, for one reason.
      alone: isDayOff ? [] : beyond(attribute(standingAlone(row, k), ALONE_MAX), epsilon),
      ...(isDayOff ? { isDayOff } : {}),
      usualAt: usualAt(k, time),
      normalAt,
      signOf: (metric: number) =>
        Number.isNaN(judged[metric]) ? undefined : signOf(model, rowAt(read.alone, k), metric),
    };
  };
  const leans = (row: number, metric: string) =>
    Math.abs(rowAt(read.places, inOrder.indexOf(row))[schema.names.indexOf(metric)] ?? 0) > LEANING;
  return { scores, memory: read.memory, explain, standing, leans };
}

/** A gauge that fills has its sign on its way up, too. */
function signOf({ daysLeft }: Bands, alone: Float64Array, metric: number): Sign | undefined {
  if (alone[metric] !== SIGNAL) return undefined;
  return (daysLeft[metric] ?? 0) > 0 ? "filling" : "stuck";
}

/** A metric that is out by less than this share of the furthest one is no cause. */
const CAUSE_SHARE = 0.3;

function causing(parts: Float64Array): Float64Array {
  const sizes = parts.map(Math.abs);
  const least = CAUSE_SHARE * sizes.reduce((most, size) => Math.max(most, size), 0);
  return sizes.map((size) => (size < least ? 0 : size));
}

/** Half of the way from the usual value to the threshold. */
const LEANING = 0.5;

/** A memory of other metrics does not apply to these. */
function memoryFor(model: Bands, memory: BandsMemory | undefined, isOfGroup: boolean): BandsMemory {
  return memory?.place.length === model.metrics
    ? carriedOver(model, memory, isOfGroup)
    : memoryAfterFit(model, isOfGroup);
}

/** The value nearest to `value` that would not alert by itself; undefined if the value alone is no trouble. */
function nearestNormal(
  model: Bands,
  { epsilon, own, time }: { readonly epsilon: number; readonly own: Float64Array; readonly time: number },
  metric: number,
  value = Number.NaN,
): number | undefined {
  const { high, low, offset } = bandRowAt(model, time);
  const level = own[metric] || 0;
  const moved = (limit: number, by: number) =>
    by === 0 ? limit : atOwnLevel(limit, by, model.floor[metric] ?? Number.NaN);
  const widest = epsilon * model.tail;
  const above = moved(
    (high[offset + metric] ?? Number.NaN) + widest * (model.up[metric] ?? Number.NaN),
    Math.max(0, level),
  );
  const below = moved(
    (low[offset + metric] ?? Number.NaN) - widest * (model.down[metric] ?? Number.NaN),
    Math.min(0, level),
  );
  if (value > above) return above;
  return value < below ? below : undefined;
}
