import { isObject } from "../../json.ts";
import { fieldsOf } from "./fields.ts";
import { hostIn } from "./identity.ts";
import { cloudWatchValues } from "./otlp.ts";
import type { Fields, Found } from "./point.ts";

/** `{"namespace":"AWS/EC2","metric_name":"CPUUtilization","dimensions":{…},"timestamp":…,"value":{"count":…}}`. */
export function isMetricStream({ namespace, metric_name, value }: Fields): boolean {
  return typeof namespace === "string" && typeof metric_name === "string" && isObject(value);
}

export function* readMetricStream({
  namespace,
  metric_name,
  dimensions,
  timestamp,
  value,
  unit,
}: Fields): Iterable<Found> {
  const tags = fieldsOf(dimensions);
  const { count, sum, max } = fieldsOf(value);
  const about = { host: hostIn(tags), time: timestamp, series: `${namespace}/${metric_name}`, tags, unit };
  yield* cloudWatchValues(about, { count, sum, max });
}
