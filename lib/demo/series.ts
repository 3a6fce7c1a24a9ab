import { DEFAULT_GROUP } from "../wire/samples.ts";
import type { FleetSample } from "./fleet-samples.ts";
import { normalOf, uniformOf } from "./machine.ts";
import type { PlacedFault, Timetable } from "./plan.ts";

/** One host with one metric of independent normal values: the simplest series there is. */
export interface Series {
  readonly mean: number;
  readonly deviation: number;
}

/** Points that are no normal values, each with its usual distance from the mean in deviations. */
export const POINT_KINDS = { spike: 6, dip: -6, extreme: 7 } as const;

export interface Point {
  readonly kind: keyof typeof POINT_KINDS;
  /** Counted from 0. */
  readonly row: number;
  /** Absent: the usual distance of its kind from the mean. */
  readonly value?: number;
}

const HOST = "server-1";
export const SERIES_METRICS = ["server_load_percent"] as const;

/** Each point as a fault of one sample. */
export function placePoints(points: readonly Point[], { from, to, interval }: Timetable): readonly PlacedFault[] {
  const rows = Math.ceil((to - from) / interval);
  const late = points.find(({ row }) => row >= rows);
  if (late) throw new RangeError(`${late.kind}@${late.row}: the rows are 0 to ${rows - 1}: take one of these`);
  const twice = points.find(({ row }, i) => points.some((other, j) => j < i && other.row === row));
  if (twice) throw new RangeError(`${twice.kind}@${twice.row}: this row has a point already: take another`);
  return points
    .map(({ kind, row }) => ({ kind, host: HOST, from: from + row * interval, to: from + (row + 1) * interval }))
    .sort((a, b) => a.from - b.from);
}

/** The samples in order; the same seed gives the same values, whatever the points. */
export function* seriesSamples(
  { mean, deviation }: Series,
  { from, to, interval }: Timetable,
  points: readonly Point[],
  seed: number,
): Generator<FleetSample> {
  const normal = normalOf(uniformOf(`series ${seed}`));
  for (let time = from, row = 0; time < to; time += interval, row++) {
    const usual = mean + deviation * normal();
    const point = points.find((one) => one.row === row);
    const value = point ? (point.value ?? mean + POINT_KINDS[point.kind] * deviation) : usual;
    yield { host: HOST, group: DEFAULT_GROUP, time, names: SERIES_METRICS, row: [value], faulty: point !== undefined };
  }
}
