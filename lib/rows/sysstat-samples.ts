import { isObject } from "../json.ts";
import { isSadf, readSadf } from "../wire/senders/sadf.ts";

/** One object for each host and time in what `sadf -j` writes; undefined for JSON of anything else. */
export function sysstatSamples(value: unknown): readonly Readonly<Record<string, unknown>>[] | undefined {
  if (!isObject(value) || !isSadf(value)) return undefined;
  const samples = new Map<string, Record<string, unknown>>();
  for (const found of readSadf(value)) {
    if ("problem" in found) continue;
    const { host, time, series, tags = {} } = found;
    const id = `${host}\n${time}`;
    const sample = samples.get(id) ?? { host, time };
    samples.set(id, sample);
    sample[[series, ...Object.values(tags)].join(" ")] = found.value;
  }
  return [...samples.values()];
}
