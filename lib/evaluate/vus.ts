/**
 * VUS-PR: the volume under the surface of precision and recall, with labels that fade out around each event. Source:
 * Paparrizos, Boniol, Palpanas, Tsay, Elmore and Franklin, VLDB 2022; constants and defaults as in TSB-AD, 2024.
 */
import { labelledEvents } from "../replay/labelled-events.ts";

/** Thresholds are the scores at this many evenly spaced ranks, highest first. */
const THRESHOLDS = 250;

interface Run {
  readonly first: number;
  /** Included. */
  readonly last: number;
}

/** The mean of the areas for buffers of 0 to `widest` rows, half of them on each side. Some row must be labelled. */
export function volumeUnderPr(scores: Float64Array, labels: Uint8Array, widest: number): number {
  const events = labelledEvents({ times: scores, labels });
  const ranks = ranksOf(scores);
  const flagged = cumulated(ranks, () => 1);
  let sum = 0;
  for (let buffer = 0; buffer <= widest; buffer++) sum += areaUnderPr(ranks, flagged, labels, events, buffer);
  return sum / (widest + 1);
}

/** The first threshold that flags each row. */
function ranksOf(scores: Float64Array): Uint8Array {
  const descending = scores.slice().sort().reverse();
  const step = (scores.length - 1) / (THRESHOLDS - 1);
  const thresholds = Float64Array.from({ length: THRESHOLDS }, (_, k) => descending[Math.floor(k * step)] ?? 0);
  thresholds[THRESHOLDS - 1] = descending.at(-1) ?? 0;
  return Uint8Array.from(scores, (score) => {
    let [low, high] = [0, THRESHOLDS - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (score >= (thresholds[middle] ?? 0)) high = middle;
      else low = middle + 1;
    }
    return low;
  });
}

/** For each threshold, the sum of the weights of the rows that it flags. */
function cumulated(ranks: Uint8Array, weightOf: (row: number) => number): Float64Array {
  const sums = new Float64Array(THRESHOLDS);
  for (let row = 0; row < ranks.length; row++) {
    const rank = ranks[row] ?? 0;
    sums[rank] = (sums[rank] ?? 0) + weightOf(row);
  }
  for (let k = 1; k < THRESHOLDS; k++) sums[k] = (sums[k] ?? 0) + (sums[k - 1] ?? 0);
  return sums;
}

function areaUnderPr(
  ranks: Uint8Array,
  flagged: Float64Array,
  labels: Uint8Array,
  events: readonly Run[],
  buffer: number,
): number {
  const weights = fadingLabels(labels, events, buffer);
  const caught = cumulated(ranks, (row) => weights[row] ?? 0);
  const around = cumulated(ranks, (row) => (labels[row] === 1 ? 0 : (weights[row] ?? 0)));
  const found = shareFound(ranks, events, buffer);
  const positives = events.reduce((total, { first, last }) => total + last - first + 1, 0);
  let area = 0;
  let before = 0;
  for (let k = 0; k < THRESHOLDS; k++) {
    const [weight = 0, fading = 0, share = 0] = [caught[k], around[k], found[k]];
    const recall = Math.min(weight / (positives + fading / 2), 1) * share;
    area += ((recall - before) * weight) / (flagged[k] ?? 1);
    before = recall;
  }
  return area;
}

/** 1 in an event; up to half a buffer from it √(1 − distance / buffer), for several events the sum, at most 1. */
function fadingLabels(labels: Uint8Array, events: readonly Run[], buffer: number): Float64Array {
  const weights = Float64Array.from(labels);
  const add = (row: number, distance: number) => {
    if (row >= 0 && row < weights.length)
      weights[row] = Math.min(1, (weights[row] ?? 0) + Math.sqrt(1 - distance / buffer));
  };
  for (const { first, last } of events) {
    for (let distance = 1; distance <= buffer >> 1; distance++) {
      add(first - distance, distance);
      add(last + distance, distance);
    }
  }
  return weights;
}

/** For each threshold, the share of the events, joined where their buffers meet, in which it flags a row. */
function shareFound(ranks: Uint8Array, events: readonly Run[], buffer: number): Float64Array {
  const half = buffer >> 1;
  const joined: { first: number; last: number }[] = [];
  for (const { first, last } of events) {
    const earlier = joined.at(-1);
    if (earlier && first - half <= earlier.last) earlier.last = last + half;
    else joined.push({ first: Math.max(0, first - half), last: last + half });
  }
  const ranksFound = joined.map(({ first, last }) => ranks.subarray(first, last + 1).reduce((a, b) => Math.min(a, b)));
  return cumulated(Uint8Array.from(ranksFound), () => 1 / joined.length);
}

/** The rows that give the period, its bounds, and the default for a series without one. */
const PERIOD_ROWS_MAX = 20_000;
const LAG_MIN = 3;
const LAG_MAX = 400;
const PERIOD_MIN = 6;
const PERIOD_MAX = 303;
const PERIOD_OTHERWISE = 125;

/** The lag with the highest local maximum of the autocorrelation, the default window of the measure. */
export function periodOf(series: Float64Array): number {
  const values = series.subarray(0, PERIOD_ROWS_MAX);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = values.map((value) => value - mean);
  const products = Float64Array.from({ length: Math.min(LAG_MAX + 1, values.length) }, (_, lag) =>
    centred.subarray(lag).reduce((sum, value, i) => sum + value * (centred[i] ?? 0), 0),
  );
  let best = 0;
  for (let lag = LAG_MIN + 1; lag < products.length - 1; lag++) {
    const [before = 0, own = 0, after = 0] = products.subarray(lag - 1, lag + 2);
    if (own > before && own > after && (best === 0 || own > (products[best] ?? 0))) best = lag;
  }
  return best >= PERIOD_MIN && best <= PERIOD_MAX ? best : PERIOD_OTHERWISE;
}
