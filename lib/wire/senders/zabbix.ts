import { numberIn } from "./fields.ts";
import { hostIn } from "./identity.ts";
import type { Fields, Found } from "./point.ts";

/** `{"host":{"host":"web-07"},"itemid":4711,"name":"CPU utilization","clock":1795356000,"ns":0,"value":17.6}`. */
export function isZabbix({ itemid, clock }: Fields): boolean {
  return itemid !== undefined && numberIn(clock) !== undefined;
}

/** Item values, and trends by their average. */
export function* readZabbix(item: Fields): Iterable<Found> {
  const { name, clock, ns, value, avg } = item;
  const time = (numberIn(clock) ?? 0) + (numberIn(ns) ?? 0) / 1e9;
  yield { host: hostIn(item), time, series: String(name ?? `item ${item.itemid}`), value: value ?? avg };
}
