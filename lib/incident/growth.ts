import { MINUTE_MS } from "../time.ts";

/**
 * The first cause's distance from its usual value over the anomalous samples of an incident: what a straight line
 * through them needs. Distances are in the metric's own unit, times in minutes since the first of the samples.
 */
export interface Growth {
  readonly metric: string;
  /** The first of these samples, in milliseconds since the epoch. */
  readonly since: number;
  readonly samples: number;
  readonly time: number;
  readonly distance: number;
  /** Sums of squares and of products of the deviations from these means. */
  readonly times: number;
  readonly products: number;
  readonly distances: number;
}

export function growthOf(metric: string, since: number, distance: number): Growth {
  return { metric, since, samples: 1, time: 0, distance, times: 0, products: 0, distances: 0 };
}

/** With one more sample (Welford 1962). */
export function grownBy(growth: Growth, at: number, distance: number): Growth {
  const samples = growth.samples + 1;
  const [byTime, by] = [(at - growth.since) / MINUTE_MS - growth.time, distance - growth.distance];
  const rest = (samples - 1) / samples;
  return {
    ...growth,
    samples,
    time: growth.time + byTime / samples,
    distance: growth.distance + by / samples,
    times: growth.times + rest * byTime ** 2,
    products: growth.products + rest * byTime * by,
    distances: growth.distances + rest * by ** 2,
  };
}

/** Samples and minutes before a line means anything: a load average climbs for a quarter of an hour. */
const SAMPLES_MIN = 10;
const MINUTES_MIN = 30;
/** The share of the variance that the line explains. */
const STRAIGHT = 0.95;
/**
 * The least rise, as a share of the mean distance: the distance at the end is nearly twice the distance at the start.
 */
const RISE_MIN = 0.6;

/** Whether the distance grew all the time and by the same amount each minute, away from the usual value. */
export function isSteadyGrowth(growth: Growth, until: number): boolean {
  const minutes = (until - growth.since) / MINUTE_MS;
  const { samples, distance, times, products, distances } = growth;
  if (samples < SAMPLES_MIN || minutes < MINUTES_MIN || times === 0 || distances === 0) return false;
  const rise = (products / times) * minutes;
  const isStraight = products ** 2 >= STRAIGHT * times * distances;
  return isStraight && rise * Math.sign(distance) >= RISE_MIN * Math.abs(distance);
}
