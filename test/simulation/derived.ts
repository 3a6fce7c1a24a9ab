import { type FeatureStep, featuresOf } from "../../lib/watch/features.ts";
import type { HostPolicy } from "../../lib/watch/policy.ts";
import type { Fleet, Host } from "./fleet.ts";

/** This one is judged; it equals its source metric, so that trouble is critical at once. */
export const LOG = "cpu_log";
export const SMOOTH = "cpu_smooth";
export const WINDOW = 4;
export const SHARE = "load_share";
const DROPPED = "memory";

const STEPS: readonly FeatureStep[] = [
  { name: LOG, kind: "log", of: ["cpu"], samples: 0 },
  { name: SMOOTH, kind: "rollingMean", of: ["cpu"], samples: WINDOW },
  { name: SHARE, kind: "ratio", of: ["load", "cpu"], samples: 0 },
  { kind: "drop", of: [DROPPED] },
];
/** The derived metrics of some hosts, by the configuration. */
export const FEATURES = featuresOf(STEPS);

/** The metrics of a host that the scorer judges as they were sent. */
export function keptMetrics({ metrics, isDerived }: Host): readonly string[] {
  return isDerived ? metrics.filter((metric) => metric !== DROPPED) : metrics;
}

/** The policy of a host in this fleet: one that has features, if the host has. */
export function withFeatures({ hosts }: Fleet, policy: HostPolicy): (host: string) => HostPolicy {
  const derived = new Set(hosts.filter(({ isDerived }) => isDerived).map(({ name }) => name));
  const own = { ...policy, features: FEATURES };
  return (host) => (derived.has(host) ? own : policy);
}
