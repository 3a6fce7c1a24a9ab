import { isObject } from "../../json.ts";
import { fieldsOf, objectsIn, textIn } from "./fields.ts";
import { numbersIn } from "./nested.ts";
import type { Fields, Found } from "./point.ts";

/** `{"sysstat":{"hosts":[{"nodename","statistics":[{"timestamp":{…},"cpu-load":[{"cpu":"all","user":7.5}]}]}]}}`. */
export function isSadf({ sysstat }: Fields): boolean {
  return Array.isArray(fieldsOf(sysstat).hosts);
}

export function* readSadf({ sysstat }: Fields): Iterable<Found> {
  for (const { nodename, statistics } of objectsIn(fieldsOf(sysstat).hosts)) {
    for (const { timestamp, ...activities } of objectsIn(statistics)) {
      const time = isObject(timestamp) ? `${timestamp.date} ${timestamp.time}` : timestamp;
      for (const { path, tags, value } of numbersIn(activities)) {
        yield { host: textIn(nodename), time, series: path, tags, value };
      }
    }
  }
}
