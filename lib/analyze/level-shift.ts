import { addRow, emptyMoments, type Moments, meanOf, varianceOf } from "../model/moments.ts";
import { quantile } from "../model/quantile.ts";
import { DAY_MS } from "../time.ts";
import type { Sample } from "./training-rows.ts";

/** Each half of the rows is looked at in so many parts, so that an event in a few of them does not count. */
const PARTS = 8;
/** In standard deviations within a part: a level that moves by less is noise, and the less the more rows a part has. */
const SHIFT_MAX = 0.2;
/** Fewer rows show no standard deviation. */
const PART_ROWS_MIN = 4;
/** A level lasts if that many parts have it: a shorter one is an event. */
const LASTS_PARTS = 4;
/** A lasting change explains this share of what a rhythm of days leaves (`npm run bench:calm` shows how often). */
const EXPLAINED_MIN = 0.75;
/** Two columns of a regression are one if this is left of a column: the parts are whole days long. */
const LEFT_MIN = 1e-6;

interface Parts {
  rows: number;
  readonly moments: readonly Moments[];
  /** The time of the first row of each part; without times, as if the file lasted a day. */
  readonly begins: number[];
}

/** Indices of metrics, by host; hosts without any are left out. */
export interface LevelShifts {
  /** The two halves have different usual levels. A short file with a daily rhythm is so. */
  readonly halves: ReadonlyMap<string, readonly number[]>;
  /** The level changes once and stays. A rhythm of days does not explain it, and variation between the days neither. */
  readonly lasting: ReadonlyMap<string, readonly number[]>;
}

export const NO_SHIFTS: LevelShifts = { halves: new Map(), lasting: new Map() };

/** Compares the levels of each host's metrics over the file; `rows` is the number of rows of a host. */
export function compareLevels(metrics: number, rows: number) {
  const hosts = new Map<string, Parts>();
  const found = (isFound: (parts: Parts, metric: number) => boolean) => {
    const all = Array.from({ length: metrics }, (_, j) => j);
    const entries = [...hosts].map(([host, parts]) => [host, all.filter((j) => isFound(parts, j))] as const);
    return new Map(entries.filter(([, moved]) => moved.length > 0));
  };
  return {
    add(host: string, { values, time }: Sample): void {
      const one = hosts.get(host) ?? {
        rows: 0,
        moments: Array.from({ length: 2 * PARTS }, () => emptyMoments(metrics)),
        begins: [],
      };
      hosts.set(host, one);
      const part = Math.min(2 * PARTS - 1, Math.floor((2 * PARTS * one.rows) / rows));
      one.begins[part] ??= time ?? (one.rows / rows) * DAY_MS;
      one.rows++;
      const moments = one.moments[part];
      if (moments) addRow(moments, values);
    },
    end: (): LevelShifts => ({
      halves: found(({ moments }, j) => halvesDiffer(moments, j)),
      lasting: found(changesForGood),
    }),
  };
}

function halvesDiffer(parts: readonly Moments[], metric: number): boolean {
  const level = (from: number) => middle(parts.slice(from, from + PARTS), (part) => meanOf(part, metric));
  return Math.abs(level(0) - level(PARTS)) > noiseOf(parts, metric);
}

/**
 * Explains the means of the parts by a daily sine (least squares), and what is left by a step. Each part averages the
 * sine over the same time, so its means are a sine again, however long the file is.
 */
function changesForGood({ moments, begins }: Parts, metric: number): boolean {
  const angles = begins.map((time) => (2 * Math.PI * time) / DAY_MS);
  const rhythm: number[][] = [];
  for (const column of [angles.map(() => 1), angles.map(Math.cos), angles.map(Math.sin)]) {
    const own = without(column, rhythm);
    if (squares(own) > LEFT_MIN) rhythm.push(own);
  }
  const means = moments.map((part) => meanOf(part, metric));
  const left = without(means, rhythm);
  const noise = noiseOf(moments, metric);
  return Array.from({ length: 2 * (PARTS - LASTS_PARTS) + 1 }, (_, i) => LASTS_PARTS + i).some((from) => {
    const step = without(
      means.map((_, i) => Number(i >= from)),
      rhythm,
    );
    const height = dot(left, step) / squares(step);
    return Math.abs(height) > noise && height * height * squares(step) > EXPLAINED_MIN * squares(left);
  });
}

/** The column less its projections on others, which are orthogonal to each other. */
function without(column: readonly number[], others: readonly (readonly number[])[]): number[] {
  return others.reduce<number[]>(
    (rest, other) => {
      const share = dot(rest, other) / squares(other);
      return rest.map((value, i) => value - share * (other[i] ?? 0));
    },
    [...column],
  );
}

function squares(a: readonly number[]): number {
  return dot(a, a);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

/** A level that moves by less has not moved; infinite where the parts have too few rows to tell. */
function noiseOf(parts: readonly Moments[], metric: number): number {
  const rows = Math.min(...parts.map((part) => part.count[metric] ?? 0));
  if (rows < PART_ROWS_MIN) return Number.POSITIVE_INFINITY;
  return (SHIFT_MAX + 1 / Math.sqrt(rows)) * middle(parts, (part) => Math.sqrt(varianceOf(part, metric)));
}

function middle(parts: readonly Moments[], of: (part: Moments) => number): number {
  return quantile(Float64Array.from(parts, of), 0.5);
}
