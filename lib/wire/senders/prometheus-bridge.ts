import { isObject } from "../../json.ts";
import { fieldsOf, objectsIn, textIn, timeIn } from "./fields.ts";
import { hostIn } from "./identity.ts";
import type { Fields, Found, Tags } from "./point.ts";

/** `{"name":"node_load1","time":1795356000000,"value":3.72,"labels":{"instance":"web-07:9100"}}`. */
export function isBridged({ value, labels }: Fields): boolean {
  return isObject(labels) && value !== undefined;
}

const BESIDE_NAME = String.raw`"(?:time|timestamp|value)":(?:"[^"\\]*"|[-+.\deE]+)`;
/** Such a line, with its name left out between these. */
export const BRIDGED_LINE = [
  `(?:${BESIDE_NAME},)*"name":`,
  String.raw`,(?:${BESIDE_NAME},)*"labels":\{[^{}]*\}(?:,${BESIDE_NAME})*`,
] as const;

/** The usual one, with its fields in this order and its time and value as numbers. */
export const USUAL_LINE = [
  `"name":`,
  String.raw`,"time(?:stamp)?":\d+,"value":-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?,"labels":\{[^{}\\]*\}`,
] as const;

export function readBridged(sample: Fields): readonly Found[] {
  return prometheusSample(seriesOf(fieldsOf(sample.labels), textIn(sample.name)), timeIn(sample), sample.value);
}

/** `{"timeseries":[{"labels":[{"name","value"}],"samples":[{"value","timestamp"}]}]}`: remote write as JSON. */
export function isRemoteWrite({ timeseries }: Fields): boolean {
  return objectsIn(timeseries).some(({ labels, samples }) => labels !== undefined && Array.isArray(samples));
}

export function* readRemoteWrite({ timeseries }: Fields): Iterable<Found> {
  for (const { labels, samples } of objectsIn(timeseries)) {
    const series = seriesOf(isObject(labels) ? labels : labelsIn(labels));
    for (const sample of objectsIn(samples)) yield* prometheusSample(series, timeIn(sample), sample.value);
  }
}

function labelsIn(list: unknown): Tags {
  return Object.fromEntries(objectsIn(list).map(({ name, value }) => [String(name), value]));
}

/** What the samples of a series have in common. A series may have as many samples as labels: it is read once. */
export interface Series {
  /** Undefined if it has none. */
  readonly name: string | undefined;
  /** Its other labels. */
  readonly tags: Tags;
  readonly host: string | undefined;
}

export function seriesOf(labels: Tags, name = textIn(labels.__name__)): Series {
  const tags = "__name__" in labels ? withoutName(labels) : labels;
  return { name, tags, host: hostIn(tags) };
}

/** Buckets are left out: count and sum say how much and how long. Prometheus writes NaN for an unknown value. */
export function prometheusSample(
  { name, tags, host }: Series,
  time: unknown,
  value: unknown,
  isCounter: boolean | undefined = name?.endsWith("_total") || undefined,
): readonly Found[] {
  if (name === undefined) return [{ problem: "a Prometheus sample without a name" }];
  if (name.endsWith("_bucket") && "le" in tags) return [];
  return [{ host, time, series: name, tags, value: value === "NaN" ? null : value, isCounter }];
}

function withoutName({ __name__: _, ...tags }: Tags): Tags {
  return tags;
}
