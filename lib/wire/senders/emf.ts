import { fieldsOf, listOf, meanOf, objectsIn } from "./fields.ts";
import { hostIn } from "./identity.ts";
import type { Fields, Found } from "./point.ts";

/** `{"_aws":{"Timestamp":…,"CloudWatchMetrics":[{"Metrics":[{"Name":"cpu"}]}]},"cpu":17.6}`: embedded metric format. */
export function isEmf({ _aws }: Fields): boolean {
  return Array.isArray(fieldsOf(_aws).CloudWatchMetrics);
}

/** The metrics that the document declares, by the dimensions of all their sets. */
export function* readEmf(document: Fields): Iterable<Found> {
  const { Timestamp: time, CloudWatchMetrics } = fieldsOf(document._aws);
  const host = hostIn(document);
  const measured = new Map<string, unknown>();
  // One metric may be declared again and again, and its list of values may be long.
  const measuredAs = (name: string) => {
    if (!measured.has(name)) measured.set(name, measuredIn(document[name]));
    return measured.get(name);
  };
  for (const { Dimensions, Metrics } of objectsIn(CloudWatchMetrics)) {
    const dimensions = new Set(listOf(Dimensions).flatMap(listOf).map(String));
    const tags = Object.fromEntries([...dimensions].map((name) => [name, document[name]]));
    for (const { Name, Unit: unit } of objectsIn(Metrics)) {
      const series = String(Name);
      yield { host, time, series, tags, value: measuredAs(series), unit };
    }
  }
}

function measuredIn(value: unknown): unknown {
  return Array.isArray(value) ? meanOf(value) : value;
}
