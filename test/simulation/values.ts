import { between, type Random } from "./random.ts";

/** The metrics of hosts; some send fewer. */
export const METRICS = ["cpu", "load", "memory", "requests"];

/** Whole numbers, which are easy to see in a trace. */
export const meanOf = (metric: string) => 10 * (METRICS.indexOf(metric) + 1);
export const sdOf = (metric: string) => 1 + METRICS.indexOf(metric);

/** Within 1.5 standard deviations, rounded so that JSON keeps every digit. Metrics that no baseline knows vary too. */
export function calmValue(random: Random, metric: string): number {
  const known = METRICS.includes(metric) ? metric : "cpu";
  return Math.round((meanOf(known) + (random() * 3 - 1.5) * sdOf(known)) * 1_000) / 1_000;
}

/** So far from the mean that it alone is an anomaly. */
export function strangeValue(random: Random, metric: string): number {
  return meanOf(metric) + sdOf(metric) * between(random, 8, 30);
}
