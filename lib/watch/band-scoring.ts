import type { Sign } from "../incident/cause.ts";
import { isProvisional } from "../incident/judgement.ts";
import { attribute } from "../model/attribution.ts";
import { type BandsMemory, carriedOver, memoryAfterFit } from "../model/band-memory.ts";
import { type BandScores, scoreBands } from "../model/band-reading.ts";
import { type Bands, bandRowAt, isLikeWeekend } from "../model/bands.ts";
import { atOwnLevel } from "../model/own-level.ts";
import { SIGNAL } from "../model/signals.ts";
import type { Baseline } from "./baseline.ts";
import { usualBeside } from "./beside-group.ts";
import { ALONE_MAX, beyond, CAUSES_MAX, type Explanation, type Usual } from "./causes.ts";
import { counts } from "./counting.ts";
import { goneAfterFor, type HostPolicy } from "./policy.ts";
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
  const policies = schema.names.map((name) => policy.metric(name));
  const isCounted = (metric: number, value: number, expected: number) => {
    const own = policies[metric];
    return own === undefined || Number.isNaN(expected) || counts(own, value, expected);
  };
  const read = scoreBands(
    { ...model, goneAfter: goneAfterFor(model.goneAfter, schema, policy) },
    memoryFor(model, memory, isProvisional({ owner })),
    sequenceOf(unscored, metrics),
    isCounted,
  );
  const scores = atRows(unscored, read.scores);
  const sampleAt = (row: number) => sampleOf(read, metrics, unscored.inOrder.indexOf(row), unscored.times[row] ?? 0);
  return {
    scores,
    together: atRows(unscored, read.together),
    memory: read.memory,
    explain: (row) => explained(model, epsilon, sampleAt(row)),
    standing: (row) => standingScore(model, scores[row] ?? Number.NaN, sampleAt(row)),
    leans: (row, metric) => isLeaning(sampleAt(row), schema.names.indexOf(metric)),
  };
}

/** One sample as the bands read it: a value for each metric, but none of `own` under the host's own bands. */
interface BandSample extends Omit<BandScores, "scores" | "together" | "memory"> {
  readonly time: number;
}

function sampleOf(read: BandScores, metrics: number, k: number, time: number): BandSample {
  const rowOf = (table: Float64Array) => table.subarray(k * metrics, (k + 1) * metrics);
  const { parts, alone, judged, places, levels, offLevel, own } = read;
  return {
    ...{ parts: rowOf(parts), alone: rowOf(alone), judged: rowOf(judged), own: rowOf(own) },
    ...{ places: rowOf(places), levels: rowOf(levels), offLevel: rowOf(offLevel) },
    time,
  };
}

/** A score of several samples lasts longer than the trouble: it counts only while the value is out on that side. */
function standingAlone(model: Bands, { alone, judged, own, time }: BandSample): Float64Array {
  const usual = usualBeside(model, own, time);
  return alone.map((reading, metric) => {
    if (reading === 0 || reading === SIGNAL) return reading;
    const { low, high } = usual(metric);
    const value = judged[metric] ?? Number.NaN;
    return (reading > 0 ? value > high : value < low) ? Math.abs(reading) : 0;
  });
}

function standingScore(model: Bands, score: number, sample: BandSample): number {
  const most = sample.alone.reduce((most, reading) => Math.max(most, Math.abs(reading)), 0);
  return score > most ? score : Math.max(...standingAlone(model, sample));
}

function explained(model: Bands, epsilon: number, sample: BandSample): Explanation {
  const { parts, alone, judged, own, time } = sample;
  const isDayOff = isLikeWeekend(model, time, judged, alone);
  const usualAt = usualBeside(model, own, time);
  return {
    time,
    values: judged,
    attributions: attribute(causing(parts), CAUSES_MAX),
    // On a day off nearly all metrics are low, for one reason.
    alone: isDayOff ? [] : beyond(attribute(standingAlone(model, sample), ALONE_MAX), epsilon),
    ...(isDayOff ? { isDayOff } : {}),
    usualAt,
    normalAt: (metric) => nearestNormal(model, epsilon, sample, metric),
    signOf: (metric) => signOf(model, sample, metric, usualAt(metric)),
  };
}

/** A gauge that fills has its sign on its way up, too. A value beyond its range needs no level to be strange. */
function signOf(
  { daysLeft }: Bands,
  { judged, alone, parts, offLevel }: BandSample,
  metric: number,
  { low, high }: Usual,
): Sign | undefined {
  const now = judged[metric] ?? Number.NaN;
  if (Number.isNaN(now)) return undefined;
  if (alone[metric] === SIGNAL) return (daysLeft[metric] ?? 0) > 0 ? "filling" : "stuck";
  const side = offLevel[metric] ?? 0;
  if (side === 0 || Math.abs(parts[metric] ?? 0) < LEVEL_OUT || now < low || now > high) return undefined;
  return side > 0 ? "elevated" : "lowered";
}

/** A metric that is out by less than this share of the furthest one is no cause. */
const CAUSE_SHARE = 0.3;

function causing(parts: Float64Array): Float64Array {
  const sizes = parts.map(Math.abs);
  const least = CAUSE_SHARE * sizes.reduce((most, size) => Math.max(most, size), 0);
  return sizes.map((size) => (size < least ? 0 : size));
}

/** Half of the way from the usual value to the threshold, on the average of hours. */
const LEANING = 0.5;
/** A level of hours is back once it is out by less than this share of its threshold. */
const LEVEL_OUT = 0.4;

function isLeaning({ places, levels }: BandSample, metric: number): boolean {
  return Math.abs(places[metric] ?? 0) > LEANING || Math.abs(levels[metric] ?? 0) > LEVEL_OUT;
}

/** A memory of other metrics does not apply to these. */
function memoryFor(model: Bands, memory: BandsMemory | undefined, isOfGroup: boolean): BandsMemory {
  return memory?.place.length === model.metrics
    ? carriedOver(model, memory, isOfGroup)
    : memoryAfterFit(model, isOfGroup);
}

/** The nearest value that would not alert by itself; undefined if the metric's value alone is no trouble. */
function nearestNormal(
  model: Bands,
  epsilon: number,
  { judged, own, time }: BandSample,
  metric: number,
): number | undefined {
  const value = judged[metric] ?? Number.NaN;
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
