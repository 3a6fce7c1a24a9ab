import type { BandsMemory } from "./band-memory.ts";
import { type BandRow, type Bands, GAP_INTERVALS, isRead } from "./bands.ts";
import { averageRates } from "./drift.ts";
import { FEATURES } from "./joint.ts";
import { placeRateOf } from "./joint-features.ts";

/** A sample, the one before it, and the milliseconds between them. */
export interface Step {
  readonly values: Float64Array;
  /** Undefined for the first of a host. */
  readonly before: Float64Array | undefined;
  readonly time: number;
  readonly elapsed: number;
}

/** Whether a deviation counts, by a person's policy. */
export type Counts = (metric: number, value: number, expected: number) => boolean;

/** The results of one sample, which the next one overwrites. */
export interface Rows {
  /** D: each metric's part in the score, its part without the joint score, and the value that was judged. */
  readonly parts: Float64Array;
  readonly alone: Float64Array;
  readonly judged: Float64Array;
  /** D: the values that count by a person's policy, and their changes since the sample before. */
  readonly counted: Float64Array;
  readonly changes: Float64Array;
  /** The features of all metrics together (joint.ts). */
  readonly features: Float64Array;
  /** D: each metric's persistent excess and the drift of its level, in thresholds and with their signs. */
  readonly excesses: Float64Array;
  readonly drifts: Float64Array;
  /** D: the drifts of the averages of hours alone. */
  readonly levels: Float64Array;
  /** D: 1 or −1 where a metric's part in the score is that of a level above or below the usual one, else 0. */
  readonly offLevel: Float64Array;
  /** D: `SIGNAL` for a metric with a sign that is no excess, else 0. */
  readonly signs: Float64Array;
  /** D: how far the host lies from its group. */
  readonly own: Float64Array;
}

export function newRows(metrics: number): Rows {
  const row = () => new Float64Array(metrics);
  return {
    parts: row(),
    alone: row(),
    judged: row(),
    counted: row(),
    changes: row(),
    features: new Float64Array(FEATURES * metrics),
    excesses: row(),
    drifts: row(),
    levels: row(),
    offLevel: row(),
    signs: row(),
    own: row(),
  };
}

/** The model, the memory and the buffers with which the scorer reads the samples of a host. */
export interface Reader {
  readonly model: Bands;
  /** Moves on with each sample, in place. */
  readonly memory: BandsMemory;
  readonly counts: Counts;
  readonly rowAt: (time: number) => BandRow;
  readonly rows: Rows;
}

/** A sample and what holds for all its metrics. */
export interface Moment extends Step {
  /** Undefined for a host without bands. */
  readonly row: BandRow | undefined;
  /** Whether the sample moves the memory on: once a minute, or each without bands. */
  readonly isNext: boolean;
  /** The milliseconds that averages move by. */
  readonly passed: number;
  readonly rates: readonly number[];
  readonly placeRate: number;
}

export function momentOf({ model, rowAt }: Reader, step: Step): Moment {
  const { days, interval } = model;
  const { time, elapsed } = step;
  const passed = Math.min(days === 0 ? elapsed : Math.max(elapsed, interval), GAP_INTERVALS * interval);
  return {
    ...step,
    row: days > 0 ? rowAt(time) : undefined,
    isNext: days === 0 || isRead(time, time - elapsed),
    passed,
    rates: averageRates(passed),
    placeRate: placeRateOf(passed),
  };
}
