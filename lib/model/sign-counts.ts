import { HOUR_MS, MINUTE_MS } from "../time.ts";
import type { Signals } from "./signals.ts";

/** The memory of D metrics that shows their signs. */
export interface SignCounts {
  /** D: how often in a row the value repeated the sample before, for gauges that can be stuck. */
  readonly run: Float64Array;
  /** D: samples in a row without a value. */
  readonly gone: Float64Array;
}

export function newSignCounts(metrics: number): SignCounts {
  return { run: new Float64Array(metrics), gone: new Float64Array(metrics) };
}

/** More samples in a row are not counted. */
export const COUNT_MAX = 65_535;

/** Counts every sample, however close: a value that is refreshed once a minute is the same at each reading. */
export function countRun(
  { stuckAfter }: Pick<Signals, "stuckAfter">,
  { run }: SignCounts,
  j: number,
  value: number,
  before: number | undefined,
): void {
  run[j] = stuckAfter[j]! > 0 && value === before ? Math.min(run[j]! + 1, COUNT_MAX) : 0;
}

export function countGone({ gone }: SignCounts, j: number, value: number): void {
  gone[j] = Number.isNaN(value) ? Math.min(gone[j]! + 1, COUNT_MAX) : 0;
}

/** Whether a metric repeats one value for too long. */
export function isStuck({ stuckAfter }: Pick<Signals, "stuckAfter">, { run }: SignCounts, j: number): boolean {
  return stuckAfter[j]! > 0 && run[j]! + 1 >= stuckAfter[j]!;
}

/** A metric that is missing for as long is absent: its last value says nothing of its present one. */
const ABSENT_MS = 30 * MINUTE_MS;

export function isAbsent({ interval }: Pick<Signals, "interval">, { gone }: SignCounts, j: number): boolean {
  return gone[j]! >= ABSENT_MS / interval;
}

/** A metric is not gone sooner: a collector that is restarted, updated or slow is back by then, and no trouble. */
const GONE_MS = HOUR_MS;

/** Whether a metric is missing for so long that it means trouble. */
export function isGone({ interval, goneAfter }: Omit<Signals, "stuckAfter">, { gone }: SignCounts, j: number): boolean {
  return goneAfter[j]! > 0 && gone[j]! >= Math.max(goneAfter[j]!, GONE_MS / interval);
}

/**
 * Whether it counts that a metric is stuck or gone that is usually at `usual`. Its real distance is unknown: the loss
 * or the double of the usual value would have to count.
 */
export function isLossMinded(counts: (value: number) => boolean, usual: number): boolean {
  return counts(0) || counts(2 * usual);
}
