import { direction } from "../incident/cause.ts";
import { median } from "../model/median.ts";
import { Flag } from "../watch/apply.ts";
import { type Baseline, project } from "../watch/baseline.ts";
import { type Usual, usualOf } from "../watch/causes.ts";
import type { HistoryChunk } from "../watch/history.ts";
import type { Schema } from "../wire/samples.ts";
import { placeIn } from "../wire/schemas.ts";

/** Points of one chart at most: a phone can show half as many, a wide screen twice as many. */
const POINTS_MAX = 480;

interface Point {
  readonly time: number;
  readonly values: Float64Array;
  readonly usual: readonly Usual[];
  strange: boolean;
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
 * Every metric in [from, to), in at most `POINTS_MAX` stretches of time. A stretch shows its value farthest from the
 * usual one, so that no spike is lost. Holds in memory only the points that it draws.
 */
export async function seriesOf(
  chunks: AsyncIterable<HistoryChunk>,
  schema: Schema,
  baseline: Baseline | undefined,
  { from, to, last, gap }: Span,
) {
  const usual = usualIn(schema, baseline);
  const stretch = last === undefined ? (to - from) / POINTS_MAX : 0;
  const points: Point[] = [];
  for await (const chunk of chunks) {
    const rows = project(chunk.values, chunk.schema, schema);
    for (const [i, time] of chunk.times.entries()) {
      if (!(time >= from && time < to)) continue;
      const row = rows.subarray(i * schema.names.length, (i + 1) * schema.names.length);
      const strange = ((chunk.flags[i] ?? 0) & Flag.anomaly) !== 0;
      const before = points.at(-1);
      const isSame = before && stretch > 0 && placeOf(before.time) === placeOf(time);
      if (isSame) join(before, row, strange);
      else points.push({ time, values: row.slice(), usual: usual(time), strange });
      if (last !== undefined && points.length > last) points.shift();
    }
  }
  return seriesFrom(withGaps(points, gap), schema);

  function placeOf(time: number): number {
    return Math.floor((time - from) / stretch);
  }
}

function usualIn(schema: Schema, baseline: Baseline | undefined): (time: number) => readonly Usual[] {
  const places = schema.names.map((name) => (baseline ? placeIn(baseline.schema, name, schema) : -1));
  return (time) => places.map((place) => (baseline && place >= 0 ? usualOf(baseline, place, time) : NO_BAND));
}

function join(point: Point, row: Float64Array, strange: boolean): void {
  point.strange ||= strange;
  for (const [j, value] of row.entries()) {
    const before = point.values[j] ?? Number.NaN;
    const expected = point.usual[j]?.expected ?? Number.NaN;
    const isFarther = Math.abs(value - expected) > Math.abs(before - expected);
    if (Number.isNaN(before) || isFarther) point.values[j] = value;
  }
}

const GAP_RATIO = 5;

/** In order of time, with an empty point in each gap. */
function withGaps(points: readonly Point[], gap: number): readonly Point[] {
  const ordered = points.toSorted((a, b) => a.time - b.time);
  const steps = Float64Array.from(ordered.slice(1), ({ time }, i) => time - (ordered[i]?.time ?? time));
  const longest = Math.max(gap, steps.length > 0 ? GAP_RATIO * median(steps.slice()) : 0);
  return ordered.flatMap((point, i) => {
    const step = steps[i - 1] ?? 0;
    const nothing: Point = { time: point.time - step / 2, values: new Float64Array(0), usual: [], strange: false };
    return step > longest ? [nothing, point] : [point];
  });
}

const NO_BAND: Usual = { expected: Number.NaN, low: Number.NaN, high: Number.NaN };

function seriesFrom(points: readonly Point[], { names }: Schema) {
  const bandAt = ({ usual }: Point, j: number) => usual[j] ?? NO_BAND;
  const isOutside = (point: Point, j: number) =>
    ["high", "low"].includes(direction({ now: point.values[j] ?? Number.NaN, ...bandAt(point, j) }));
  const strange = [...points.entries()].filter(([, point]) => point.strange);
  const metrics = names.map((metric, j) => ({
    metric,
    values: points.map(({ values }) => known(values[j])),
    low: points.map((point) => known(bandAt(point, j).low)),
    high: points.map((point) => known(bandAt(point, j).high)),
    /** Places of anomalous points outside the band; also of those where every metric lies within its band. */
    marks: strange
      .filter(([, point]) => isOutside(point, j) || !names.some((_, other) => isOutside(point, other)))
      .map(([place]) => place),
  }));
  return { times: points.map(({ time }) => time), metrics };
}

/** Six digits are more than a chart shows. JSON has no NaN. */
function known(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? Number(value.toPrecision(6)) : null;
}
