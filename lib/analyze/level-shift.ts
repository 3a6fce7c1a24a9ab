import { addRow, emptyMoments, type Moments, meanOf, varianceOf } from "../model/moments.ts";
import { quantile } from "../model/quantile.ts";
import type { Sample } from "./training-rows.ts";

/** Each half of the rows is looked at in so many parts, so that an event in a few of them does not count. */
const PARTS = 8;
/** In standard deviations within a part: a level that moves by less is noise, and the less the more rows a part has. */
const SHIFT_MAX = 0.2;
/** Fewer rows show no standard deviation. */
const PART_ROWS_MIN = 4;

interface Halves {
  rows: number;
  readonly parts: readonly Moments[];
}

/**
 * Compares the halves of each host's rows. `rows` is their number for a host; `end` names the metrics whose usual level
 * in the second half is not that of the first. A short file with a daily rhythm is so, and one with a trend.
 */
export function compareHalves(metrics: number, rows: number) {
  const hosts = new Map<string, Halves>();
  return {
    add(host: string, { values }: Sample): void {
      const one = hosts.get(host) ?? { rows: 0, parts: Array.from({ length: 2 * PARTS }, () => emptyMoments(metrics)) };
      hosts.set(host, one);
      const part = Math.min(2 * PARTS - 1, Math.floor((2 * PARTS * one.rows++) / rows));
      const moments = one.parts[part];
      if (moments) addRow(moments, values);
    },
    /** The indices of the metrics that moved, by host; hosts without any are left out. */
    end(): ReadonlyMap<string, readonly number[]> {
      const moved = [...hosts].map(([host, { parts }]) => [host, movedMetrics(parts, metrics)] as const);
      return new Map(moved.filter(([, found]) => found.length > 0));
    },
  };
}

function movedMetrics(parts: readonly Moments[], metrics: number): number[] {
  return Array.from({ length: metrics }, (_, j) => j).filter((j) => {
    const rows = Math.min(...parts.map((part) => part.count[j] ?? 0));
    if (rows < PART_ROWS_MIN) return false;
    const middle = (of: (part: Moments) => number, from: number, to: number) =>
      quantile(Float64Array.from(parts.slice(from, to), of), 0.5);
    const level = (from: number) => middle((part) => meanOf(part, j), from, from + PARTS);
    const noise = middle((part) => Math.sqrt(varianceOf(part, j)), 0, 2 * PARTS);
    return Math.abs(level(0) - level(PARTS)) > (SHIFT_MAX + 1 / Math.sqrt(rows)) * noise;
  });
}
