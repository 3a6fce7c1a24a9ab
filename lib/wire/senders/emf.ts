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
  for (const { Dimensions, Metrics } of objectsIn(CloudWatchMetrics)) {
    const dimensions = new Set(listOf(Dimensions).flatMap(listOf).map(String));
    const tags = Object.fromEntries([...dimensions].map((name) => [name, document[name]]));
    for (const { Name, Unit: unit } of objectsIn(Metrics)) {
      const value = document[String(Name)];
      yield { host, time, series: String(Name), tags, value: Array.isArray(value) ? meanOf(value) : value, unit };
    }
  }
}
