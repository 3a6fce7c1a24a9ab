import { hostIn, hostOfKey } from "./identity.ts";
import { ownersOf } from "./owners.ts";
import type { Found, Point, Refused, Tags } from "./point.ts";
import { ratio, summed } from "./vector.ts";

/** One metric of OTLP, whichever encoding it came in. */
export interface OtlpMetric {
  readonly name: string;
  /** As UCUM writes it; absent if the sender does not say. */
  readonly unit?: unknown;
  /** Histograms of both kinds are `summed`: their buckets do not matter here. */
  readonly kind: "gauge" | "sum" | "summed" | "summary";
  /** Whether each point covers its own interval, and not the whole time since the start. */
  readonly isDelta: boolean;
  readonly isMonotonic: boolean;
  readonly points: readonly OtlpPoint[];
}

export interface OtlpPoint {
  readonly attributes: Tags;
  readonly time: unknown;
  /** A gauge's or sum's. */
  readonly value?: unknown;
  readonly count?: unknown;
  readonly sum?: unknown;
  /** A summary's greatest value, if it has one. */
  readonly max?: unknown;
  /** Whether the sender says that it has no value. */
  readonly isEmpty?: boolean;
}

export const OTHER_SIGNAL: Refused = { problem: "OTLP logs or traces: export metrics only to this stream" };

/** CloudWatch's metric streams in OpenTelemetry format name their metrics so. */
const CLOUDWATCH = "amazonaws.com/";

export function* readOtlpMetric(metric: OtlpMetric, resource: Tags): Iterable<Found> {
  if (metric.name.startsWith(CLOUDWATCH)) return yield* readCloudWatch(metric);
  const { unit } = metric;
  const resourceHost = hostIn(resource) ?? idOf(resource);
  const owners = ownersOf(metric.name, resource);
  for (const { attributes, time, value, count, sum, isEmpty } of metric.points) {
    if (isEmpty) continue;
    const host = resourceHost ?? hostIn(attributes);
    const tags = { ...owners, ...attributes };
    const about = { host, group: resource.group, time, series: metric.name, tags, about: resource };
    const isTotal = metric.isMonotonic && !metric.isDelta;
    if (metric.kind === "gauge" || metric.kind === "sum") yield { ...about, value, isCounter: isTotal, unit };
    else yield* summed(about, { count, sum }, !metric.isDelta);
  }
}

/** The instance of a service may be random, a machine's id is not. */
function idOf(resource: Tags): string | undefined {
  const { "host.id": machine, "service.instance.id": service } = resource;
  if (typeof machine === "string") return machine;
  return typeof service === "string" ? hostOfKey(service) : undefined;
}

/** Summaries of one period each, about the instance of the dimensions; named as in the JSON format. */
function* readCloudWatch({ name, unit, points }: OtlpMetric): Iterable<Found> {
  const series = name.slice(CLOUDWATCH.length);
  for (const { attributes, time, count, sum, max } of points) {
    const { Namespace: _, MetricName: __, Dimensions, ...labels } = attributes;
    const tags = typeof Dimensions === "object" && Dimensions !== null ? (Dimensions as Tags) : labels;
    yield* cloudWatchValues({ host: hostIn(tags), time, series, tags, unit }, { count, sum, max });
  }
}

/** The mean of the period under the metric's own name, its greatest value and its sum. */
export function* cloudWatchValues(
  about: Pick<Point, "host" | "time" | "series" | "tags" | "unit">,
  { count, sum, max }: { readonly count: unknown; readonly sum: unknown; readonly max: unknown },
): Iterable<Found> {
  yield { ...about, value: ratio(sum, count) };
  yield { ...about, field: "max", value: max };
  yield { ...about, field: "sum", value: sum };
}
