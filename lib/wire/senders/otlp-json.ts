import { isObject } from "../../json.ts";
import { fieldsOf, numberIn, objectsIn } from "./fields.ts";
import { type OtlpMetric, type OtlpPoint, readOtlpMetric } from "./otlp.ts";
import type { Fields, Found, Tags } from "./point.ts";

/** `{"resourceMetrics":[{"resource":{…},"scopeMetrics":[{"metrics":[…]}]}]}`: OTLP in JSON. */
export function isOtlpJson({ resourceMetrics }: Fields): boolean {
  return Array.isArray(resourceMetrics);
}

export function* readOtlpJson({ resourceMetrics }: Fields): Iterable<Found> {
  for (const { resource, scopeMetrics, instrumentationLibraryMetrics } of objectsIn(resourceMetrics)) {
    const attributes = attributesIn(fieldsOf(resource).attributes);
    for (const { metrics } of objectsIn(scopeMetrics ?? instrumentationLibraryMetrics)) {
      for (const metric of objectsIn(metrics)) yield* readOtlpMetric(metricOf(metric), attributes);
    }
  }
}

const DELTA = [1, "1", "AGGREGATION_TEMPORALITY_DELTA"];

function metricOf(metric: Fields): OtlpMetric {
  const { name, unit, gauge, sum, histogram, exponentialHistogram, summary } = metric;
  const kind = isObject(gauge) ? "gauge" : isObject(sum) ? "sum" : isObject(summary) ? "summary" : "summed";
  const data = fieldsOf(gauge ?? sum ?? histogram ?? exponentialHistogram ?? summary);
  return {
    name: String(name),
    unit,
    kind,
    isDelta: DELTA.some((delta) => delta === data.aggregationTemporality),
    isMonotonic: data.isMonotonic === true,
    points: objectsIn(data.dataPoints).map(pointOf),
  };
}

function pointOf(point: Fields): OtlpPoint {
  const { timeUnixNano, asDouble, asInt, count, sum, flags } = point;
  const quantiles = objectsIn(point.quantileValues);
  return {
    attributes: attributesIn(point.attributes),
    time: numberIn(timeUnixNano) === 0 ? undefined : timeUnixNano,
    value: asDouble ?? asInt,
    count,
    sum,
    max: quantiles.find(({ quantile }) => quantile === 1)?.value,
    isEmpty: ((numberIn(flags) ?? 0) & 1) === 1,
  };
}

/** `[{"key":"host.name","value":{"stringValue":"web-07"}}]` → fields. CloudWatch has dimensions one level down. */
function attributesIn(list: unknown, isNested = false): Tags {
  const entries = objectsIn(list).map(({ key, value }) => {
    const { stringValue, boolValue, intValue, doubleValue, kvlistValue } = fieldsOf(value);
    const text = stringValue ?? (typeof boolValue === "boolean" ? String(boolValue) : undefined);
    const nested = isNested ? undefined : fieldsOf(kvlistValue).values;
    return [String(key), text ?? intValue ?? doubleValue ?? (nested && attributesIn(nested, true))] as const;
  });
  return Object.fromEntries(entries);
}
