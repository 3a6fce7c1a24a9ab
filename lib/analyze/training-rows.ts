import { addRow, emptyMoments, type Moments } from "../model/moments.ts";
import { MINUTE_MS } from "../time.ts";

/** A sample in a file: the metrics of one host at one time. */
export interface Sample {
  /** One value per metric; NaN = missing. */
  readonly values: Float64Array;
  /** Milliseconds since the epoch. */
  readonly time?: number;
}

/** The training data of one host: the first part of its rows. */
export interface Training {
  readonly metrics: number;
  /** Sums over every row. */
  readonly moments: Moments;
  /** The number of all rows. */
  readonly seen: number;
  /** The kept rows, which are the first ones; row-major. */
  readonly values: Float64Array;
  /** Milliseconds since the epoch for each kept row; a file without times has one row per minute. */
  readonly times: Float64Array;
}

/** 8 MB of doubles for all hosts together. */
const TRAINING_VALUES_MAX = 1_000_000;
const ROWS_AT_FIRST = 256;

interface Growing {
  readonly moments: Moments;
  seen: number;
  kept: number;
  values: Float64Array;
  times: Float64Array;
}

/**
 * Gathers training rows of any number of hosts in bounded memory. It keeps the first rows of each host, fewer if there
 * are more hosts; the sums cover all rows.
 */
export function gatherTraining(metrics: number, valuesMax = TRAINING_VALUES_MAX) {
  const hosts = new Map<string, Growing>();
  const rowsMax = () => Math.max(1, Math.floor(valuesMax / (metrics * hosts.size)));
  const created = (host: string) => {
    const one = { moments: emptyMoments(metrics), seen: 0, kept: 0, ...emptyRows(metrics) };
    hosts.set(host, one);
    for (const other of hosts.values()) shorten(other, metrics, rowsMax());
    return one;
  };
  return {
    add(host: string, { values, time }: Sample): void {
      const one = hosts.get(host) ?? created(host);
      addRow(one.moments, values);
      if (one.kept < rowsMax() && one.kept === one.seen) {
        if (one.kept === one.times.length) resize(one, metrics, Math.min(rowsMax(), 2 * one.kept));
        one.values.set(values, one.kept * metrics);
        one.times[one.kept++] = time ?? one.seen * MINUTE_MS;
      }
      one.seen++;
    },
    /** The training data of each host, in the order of their first rows. */
    hosts(): ReadonlyMap<string, Training> {
      return new Map([...hosts].map(([host, one]) => [host, trainingOf(one, metrics)]));
    },
  };
}

function emptyRows(metrics: number) {
  return { values: new Float64Array(ROWS_AT_FIRST * metrics), times: new Float64Array(ROWS_AT_FIRST) };
}

function shorten(one: Growing, metrics: number, rows: number): void {
  if (one.times.length <= rows) return;
  one.kept = Math.min(one.kept, rows);
  resize(one, metrics, rows);
}

function resize(one: Growing, metrics: number, rows: number): void {
  const values = new Float64Array(rows * metrics);
  const times = new Float64Array(rows);
  values.set(one.values.subarray(0, one.kept * metrics));
  times.set(one.times.subarray(0, one.kept));
  one.values = values;
  one.times = times;
}

function trainingOf({ moments, seen, kept, values, times }: Growing, metrics: number): Training {
  return { metrics, moments, seen, values: values.subarray(0, kept * metrics), times: times.subarray(0, kept) };
}
