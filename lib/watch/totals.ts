import { isMeasure } from "../wire/presets/measures.ts";
import type { HostSamples } from "../wire/samples.ts";
import type { HostPolicy } from "./policy.ts";

/**
 * The samples with the totals among their metrics: what people say of a metric goes before what its sender says. Of
 * the measures that presets choose, people know nothing.
 */
export function withTotals(part: HostSamples, { takenAs }: HostPolicy): HostSamples {
  if (!takenAs) return part;
  const { counters: said, ...rest } = part;
  const asSaid = (name: string) => (said?.includes(name) ? "rate" : "gauge");
  const counters = part.schema.names.filter(
    (name) => ((isMeasure(name) ? undefined : takenAs(name)) ?? asSaid(name)) === "rate",
  );
  return counters.length > 0 ? { ...rest, counters } : rest;
}
