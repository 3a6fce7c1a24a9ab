import { isMeasure } from "../wire/presets/measures.ts";
import type { HostSamples } from "../wire/samples.ts";
import type { HostPolicy } from "./policy.ts";

/**
 * The samples with marks for the totals among their metrics: people's settings go before the sender's. No settings of
 * people apply to the measures that presets choose.
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
