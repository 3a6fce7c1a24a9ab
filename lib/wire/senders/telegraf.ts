import { isObject } from "../../json.ts";
import { fieldsOf, listOf, objectsIn } from "./fields.ts";
import { hostIn } from "./identity.ts";
import type { Fields, Found } from "./point.ts";

/** `{"name":"cpu","tags":{…},"fields":{"usage_user":11.4},"timestamp":1795356000}`, Telegraf's data_format = "json". */
export function isTelegraf({ name, fields }: Fields): boolean {
  return typeof name === "string" && isObject(fields);
}

/** `{"metrics":[…]}`, with use_batch_format. */
export function isTelegrafBatch({ metrics }: Fields): boolean {
  return Array.isArray(metrics) && metrics.some((metric) => isObject(metric) && isTelegraf(metric));
}

export function* readTelegrafBatch({ metrics }: Fields): Iterable<Found> {
  for (const metric of objectsIn(metrics)) yield* readTelegraf(metric);
  const others = listOf(metrics).filter((metric) => !isObject(metric)).length;
  if (others > 0) yield { problem: "Telegraf's metrics: one is no object" };
}

export function readTelegraf({ name, tags, fields, timestamp: time }: Fields): readonly Found[] {
  const series = String(name);
  const own = fieldsOf(tags);
  const host = hostIn(own);
  const values = fieldsOf(fields);
  // The input that scrapes Prometheus has this name, and fields named as there.
  const isScraped = series === "prometheus";
  return Object.keys(values).map((field) => {
    const isCounter = (isScraped && field.endsWith("_total")) || undefined;
    return { host, time, series, field, tags: own, value: switched(values[field]), isCounter };
  });
}

/** Booleans have no number in Telegraf. */
export function switched(value: unknown): unknown {
  return typeof value === "boolean" ? Number(value) : value;
}
