import { direction } from "../incident/cause.ts";
import { median } from "../model/median.ts";
import { Flag } from "../watch/apply.ts";
import { type Baseline, project } from "../watch/baseline.ts";
import { usualFor } from "../watch/beside-group.ts";
import type { Usual } from "../watch/causes.ts";
import type { HistoryChunk } from "../watch/history.ts";
import type { HostMemory } from "../watch/host-memory.ts";
import type { Schema } from "../wire/samples.ts";
import { placeIn } from "../wire/schemas.ts";

/** Points of one chart at most: a phone can show half as many, a wide screen twice as many. */
const POINTS_MAX = 480;

/** The samples of one stretch of time, by metric. */
interface Stretch {
  /** Milliseconds since the epoch of its first sample. */
  readonly time: number;
  /** Samples with a value of the metric. */
  readonly counts: Float64Array;
  readonly sums: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly usual: readonly Usual[];
  /** The value of an anomalous sample that is farthest from the usual one. */
  strange?: Float64Array;
}

/** The time of one series. `last` takes that many samples instead of drawing the whole time. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly last?: number;
  /** After a longer time without a sample (ms) the line breaks, but never below five times the median step. */
  readonly gap: number;
}

/**
 * Every metric in [from, to), in at most `POINTS_MAX` stretches of the time from the first sample on. A stretch has the
 * mean of its samples, and their smallest and largest value. So no spike is lost and no calm time looks strange. Holds
 * in memory only the stretches.
 */
export async function seriesOf(
  chunks: AsyncIterable<HistoryChunk>,
  schema: Schema,
  usual: (time: number) => readonly Usual[],
  { from, to, last, gap }: Span,
) {
  const stretches: Stretch[] = [];
  let first: number | undefined;
  for await (const chunk of chunks) {
    const rows = project(chunk.values, chunk.schema, schema);
    for (const [i, time] of chunk.times.entries()) {
      if (!(time >= from && time < to)) continue;
      first ??= time;
      const row = rows.subarray(i * schema.names.length, (i + 1) * schema.names.length);
      const isStrange = ((chunk.flags[i] ?? 0) & Flag.anomaly) !== 0;
      const before = stretches.at(-1);
      const isSame = before && last === undefined && placeOf(before.time, first) === placeOf(time, first);
      const stretch = isSame ? before : newStretch(time, usual(time), row.length);
      if (!isSame) stretches.push(stretch);
      take(stretch, row, isStrange);
      if (last !== undefined && stretches.length > last) stretches.shift();
    }
  }
  return seriesFrom(withGaps(stretches, gap), schema);

  function placeOf(time: number, start: number): number {
    return Math.floor(((time - start) * POINTS_MAX) / (to - start));
  }
}

/**
 * The usual value of each metric of the schema: by the baseline, and by the host's memory if its group's baseline
 * judges it.
 */
export function usualIn(
  schema: Schema,
  baseline: Baseline | undefined,
  memory: HostMemory | undefined,
): (time: number) => readonly Usual[] {
  if (!baseline) return () => [];
  const places = schema.names.map((name) => placeIn(baseline.schema, name, schema));
  const usual = usualFor(baseline, memory);
  return (time) => {
    const usualNow = usual(time);
    return places.map((place) => (place >= 0 ? usualNow(place) : NO_BAND));
  };
}

function newStretch(time: number, usual: readonly Usual[], width: number): Stretch {
  const filled = (value: number) => new Float64Array(width).fill(value);
  const [counts, sums] = [filled(0), filled(0)];
  return { time, counts, sums, min: filled(Number.POSITIVE_INFINITY), max: filled(Number.NEGATIVE_INFINITY), usual };
}

function take(stretch: Stretch, row: Float64Array, isStrange: boolean): void {
  const { counts, sums, min, max, usual } = stretch;
  if (isStrange) stretch.strange ??= new Float64Array(row.length).fill(Number.NaN);
  for (const [j, value] of row.entries()) {
    if (Number.isNaN(value)) continue;
    counts[j] = (counts[j] ?? 0) + 1;
    sums[j] = (sums[j] ?? 0) + value;
    min[j] = Math.min(min[j] ?? value, value);
    max[j] = Math.max(max[j] ?? value, value);
    if (!isStrange || !stretch.strange) continue;
    const before = stretch.strange[j] ?? Number.NaN;
    const expected = usual[j]?.expected ?? Number.NaN;
    const isFarther = Math.abs(value - expected) > Math.abs(before - expected);
    if (Number.isNaN(before) || isFarther) stretch.strange[j] = value;
  }
}

const GAP_RATIO = 5;

/** In order of time, with an empty stretch in each gap. */
function withGaps(stretches: readonly Stretch[], gap: number): readonly Stretch[] {
  const ordered = stretches.toSorted((a, b) => a.time - b.time);
  const steps = Float64Array.from(ordered.slice(1), ({ time }, i) => time - (ordered[i]?.time ?? time));
  const longest = Math.max(gap, steps.length > 0 ? GAP_RATIO * median(steps.slice()) : 0);
  return ordered.flatMap((stretch, i) => {
    const step = steps[i - 1] ?? 0;
    return step > longest ? [newStretch(stretch.time - step / 2, [], stretch.counts.length), stretch] : [stretch];
  });
}

const NO_BAND: Usual = { expected: Number.NaN, low: Number.NaN, high: Number.NaN };

function seriesFrom(stretches: readonly Stretch[], { names }: Schema) {
  const bandAt = ({ usual }: Stretch, j: number) => usual[j] ?? NO_BAND;
  const isOutside = (stretch: Stretch, j: number) =>
    ["high", "low"].includes(direction({ now: stretch.strange?.[j] ?? Number.NaN, ...bandAt(stretch, j) }));
  const strange = [...stretches.entries()].filter(([, stretch]) => stretch.strange);
  /** Without it the mean of each stretch is its only sample. */
  const isJoined = stretches.some(({ counts }) => counts.some((count) => count > 1));
  const metrics = names.map((metric, j) => ({
    metric,
    values: stretches.map(({ sums, counts }) => known((sums[j] ?? 0) / (counts[j] ?? 0))),
    ...(isJoined
      ? { min: stretches.map(({ min }) => known(min[j])), max: stretches.map(({ max }) => known(max[j])) }
      : {}),
    low: stretches.map((stretch) => known(bandAt(stretch, j).low)),
    high: stretches.map((stretch) => known(bandAt(stretch, j).high)),
    /** Place and value of anomalies outside the band; also of those where every metric lies within its band. */
    marks: strange
      .filter(([, stretch]) => isOutside(stretch, j) || !names.some((_, other) => isOutside(stretch, other)))
      .map(([place, stretch]) => [place, known(stretch.strange?.[j])] as const),
  }));
  return { times: stretches.map(({ time }) => time), metrics };
}

/** Six digits are more than a chart shows. JSON has no NaN. */
function known(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? Number(value.toPrecision(6)) : null;
}
