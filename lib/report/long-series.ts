import { median } from "../model/median.ts";

/** One anomaly: how far it is beyond its limit, and whether a column of the series is among its causes. */
interface Anomaly {
  readonly excess: number;
  readonly marks: (column: number) => boolean;
}

/** The samples of one column in a stretch. */
interface Cell {
  count: number;
  sum: number;
  low: number;
  high: number;
  /** The value of its worst anomaly, and how far that is beyond its limit. */
  marked: number;
  excess: number;
}

interface Stretch {
  /** The place of its first sample. */
  readonly place: number;
  readonly cells: readonly Cell[];
}

/** A series as the page draws it: lists of one length; null: no value. The mean, and where it differs, the extent. */
export interface LongSeries {
  readonly places: readonly number[];
  readonly values: readonly (number | null)[];
  readonly min?: readonly (number | null)[];
  readonly max?: readonly (number | null)[];
  /** Index and value of the worst anomaly in each stretch that has one. */
  readonly marks: readonly (readonly [index: number, value: number | null])[];
  /** All anomalies, also those that share a stretch. */
  readonly anomalies: number;
}

/** The line breaks where two stretches are more than this many usual steps apart. */
const GAP_RATIO = 5;

/**
 * Gathers series of any length, one per column over the same places, in at most `max` stretches of equally many rows.
 * Once there are that many, each two neighbours become one. Memory does not grow with the rows, and no spike is lost.
 */
export function gatherSeries(columns: number, max: number) {
  const capacity = 2 * Math.max(1, Math.floor(max / 2));
  const anomalies = new Float64Array(columns);
  let stretches: Stretch[] = [];
  let [rowsEach, rowsInLast] = [1, 1];

  function add(place: number, values: Float64Array, anomaly?: Anomaly): void {
    if (rowsInLast === rowsEach) {
      if (stretches.length === capacity) halve();
      stretches.push({ place, cells: Array.from({ length: columns }, () => emptyCell()) });
      rowsInLast = 0;
    }
    rowsInLast++;
    for (const [j, cell] of (stretches.at(-1)?.cells ?? []).entries()) {
      const value = values[j] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const isMarked = anomaly?.marks(j) ?? false;
      if (isMarked) anomalies[j] = (anomalies[j] ?? 0) + 1;
      const mark = isMarked && anomaly ? { marked: value, excess: anomaly.excess } : UNMARKED;
      join(cell, { count: 1, sum: value, low: value, high: value, ...mark });
    }
  }

  function halve(): void {
    for (const [i, { cells }] of stretches.entries())
      if (i % 2 === 1) for (const [j, cell] of (stretches[i - 1]?.cells ?? []).entries()) join(cell, cells[j]);
    stretches = stretches.filter((_, i) => i % 2 === 0);
    rowsEach *= 2;
    rowsInLast = rowsEach;
  }

  return {
    add,
    /** The series of each column, in at most `most` stretches. Nothing can be added afterwards. */
    end(most = capacity): readonly LongSeries[] {
      while (stretches.length > Math.max(1, most)) halve();
      const drawn = withGaps(stretches.toSorted((a, b) => a.place - b.place));
      return Array.from(anomalies, (count, j) => ({ ...seriesOf(drawn, j), anomalies: count }));
    },
  };
}

const UNMARKED = { marked: Number.NaN, excess: Number.NEGATIVE_INFINITY };

function emptyCell(): Cell {
  return { count: 0, sum: 0, low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY, ...UNMARKED };
}

function join(cell: Cell, other: Cell = emptyCell()): void {
  cell.count += other.count;
  cell.sum += other.sum;
  cell.low = Math.min(cell.low, other.low);
  cell.high = Math.max(cell.high, other.high);
  if (other.excess > cell.excess) Object.assign(cell, { marked: other.marked, excess: other.excess });
}

/** With an empty stretch in each gap. */
function withGaps(stretches: readonly Stretch[]): readonly Stretch[] {
  const steps = Float64Array.from(stretches.slice(1), ({ place }, i) => place - (stretches[i]?.place ?? place));
  const longest = GAP_RATIO * median(steps.slice());
  return stretches.flatMap((stretch, i) => {
    const step = steps[i - 1] ?? 0;
    const cells = stretch.cells.map(() => emptyCell());
    return step > longest ? [{ place: stretch.place - step / 2, cells }, stretch] : [stretch];
  });
}

function seriesOf(stretches: readonly Stretch[], j: number): Omit<LongSeries, "anomalies"> {
  const cells = stretches.map(({ cells }) => cells[j] ?? emptyCell());
  /** Without it the mean of each stretch is its only sample. */
  const isJoined = cells.some(({ count }) => count > 1);
  const extent = isJoined ? { min: cells.map(({ low }) => known(low)), max: cells.map(({ high }) => known(high)) } : {};
  return {
    places: stretches.map(({ place }) => place),
    values: cells.map(({ sum, count }) => known(sum / count)),
    ...extent,
    marks: cells.flatMap(({ marked }, i) => (Number.isNaN(marked) ? [] : [[i, known(marked)] as const])),
  };
}

/** Five digits are more than a chart shows. JSON has no NaN. */
function known(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(5)) : null;
}
