import { isObject } from "../../json.ts";
import { fieldsOf, textIn } from "./fields.ts";
import { hostIn } from "./identity.ts";
import { numbersIn } from "./nested.ts";
import type { Fields, Found } from "./point.ts";

/** `{"@timestamp","host":{"name"},"metricset":{"name":"cpu"},"system":{"cpu":{"total":{"pct":0.18}}}}`. */
export function isMetricbeat(event: Fields): boolean {
  return "@timestamp" in event && (isObject(event.metricset) || fieldsOf(event.agent).type === "metricbeat");
}

/** The fields of the event's module; the others are about its origin. */
export function* readMetricbeat(event: Fields): Iterable<Found> {
  const module = textIn(fieldsOf(event.event).module) ?? textIn(fieldsOf(event.metricset).module) ?? moduleOf(event);
  const host = hostIn(event);
  const fields = module === undefined ? undefined : event[module];
  if (module === undefined || !isObject(fields)) {
    yield { problem: "a Metricbeat event without the fields of its module" };
    return;
  }
  for (const { path, tags, value } of numbersIn(fields, module)) {
    yield { host, time: event["@timestamp"], series: path, tags, value };
  }
}

function moduleOf(event: Fields): string | undefined {
  return textIn(fieldsOf(event.service).type) ?? ("system" in event ? "system" : undefined);
}
