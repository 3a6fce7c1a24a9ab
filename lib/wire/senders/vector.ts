import { shown } from "../name.ts";
import { fieldsOf, numberIn, objectsIn } from "./fields.ts";
import { hostIn } from "./identity.ts";
import type { Fields, Found, Point } from "./point.ts";

const KINDS: readonly unknown[] = ["absolute", "incremental"];
const VALUES = ["gauge", "counter", "set", "distribution", "aggregated_histogram", "aggregated_summary"];

/** `{"name":"load1","namespace":"host","kind":"absolute","tags":{…},"gauge":{"value":3.72}}` of metric_to_log. */
export function isVector(event: Fields): boolean {
  return typeof event.name === "string" && KINDS.includes(event.kind) && VALUES.some((key) => key in event);
}

export function* readVector(event: Fields): Iterable<Found> {
  const { name, namespace, kind, timestamp } = event;
  const tags = fieldsOf(event.tags);
  const isTotal = kind === "absolute";
  const series = typeof namespace === "string" && namespace !== "" ? `${namespace}_${name}` : String(name);
  const about = { host: hostIn(event) ?? hostIn(tags), time: timestamp, series, tags };
  if ("gauge" in event) yield { ...about, value: fieldsOf(event.gauge).value };
  else if ("counter" in event) yield { ...about, value: fieldsOf(event.counter).value, isCounter: isTotal };
  else if ("distribution" in event) yield* distribution(about, objectsIn(fieldsOf(event.distribution).samples));
  else if ("set" in event) yield { problem: `Vector's set ${shown(series)}: a set has no number` };
  else yield* summed(about, fieldsOf(event.aggregated_histogram ?? event.aggregated_summary), isTotal);
}

type About = Omit<Point, "value">;

/** Count and sum as two totals; of one interval only, the count and the mean. */
export function* summed(about: About, { count, sum }: Fields, isTotal: boolean): Iterable<Found> {
  yield { ...about, field: "count", value: count, isCounter: isTotal };
  if (isTotal) yield { ...about, field: "sum", value: sum, isCounter: true };
  else yield { ...about, field: "mean", value: ratio(sum, count) };
}

/** The sum divided by the count; undefined if one is unknown or nothing was counted. */
export function ratio(sum: unknown, count: unknown): number | undefined {
  const [total, times] = [numberIn(sum), numberIn(count)];
  return total === undefined || !times ? undefined : total / times;
}

function* distribution(about: About, samples: readonly Fields[]): Iterable<Found> {
  let [count, sum] = [0, 0];
  for (const { value, rate } of samples) {
    const times = numberIn(rate) ?? 1;
    count += times;
    sum += times * (numberIn(value) ?? 0);
  }
  yield* summed(about, { count, sum }, false);
}
