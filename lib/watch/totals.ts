import type { HostSamples } from "../wire/samples.ts";
import type { HostPolicy } from "./policy.ts";

/** The samples with the totals among their metrics: what people say of a metric goes before what its sender says. */
export function withTotals(part: HostSamples, { takenAs }: HostPolicy): HostSamples {
  if (!takenAs) return part;
  const { counters: said, ...rest } = part;
  const counters = part.schema.names.filter(
    (name) => (takenAs(name) ?? (said?.includes(name) ? "rate" : "gauge")) === "rate",
  );
  return counters.length > 0 ? { ...rest, counters } : rest;
}
