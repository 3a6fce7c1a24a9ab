import { MINUTE_MS } from "../time.ts";
import { direction } from "./cause.ts";
import { isSteadyGrowth } from "./growth.ts";
import { type AnomalyIncident, type Incident, rulesOf } from "./incident.ts";
import { ratioOf } from "./judgement.ts";
import { readingOf } from "./latest.ts";
import { CRITICAL_RATIO } from "./severity.ts";
import { TRAFFIC } from "./surroundings.ts";

/** The kind of trouble that an incident looks like, and the values that show it. */
export type Likeness =
  | { readonly name: "cascade" }
  /** Metrics that are far above their range at the same time. */
  | { readonly name: "contention" | "background work" | "network flood" | "disk saturation"; readonly metrics: Names }
  | { readonly name: "leak"; readonly metric: string; readonly side: "high" | "low"; readonly since: number }
  /** The value is usual at `usualAt` and not at `at` (ms since the epoch). */
  | { readonly name: "unusual hour"; readonly metric: string; readonly usualAt: number; readonly at: number }
  /** A workday that is like a weekend. */
  | { readonly name: "day off" }
  /** How long it lasted, in milliseconds. */
  | { readonly name: "spike"; readonly metric: string; readonly lasted: number };

type Names = readonly string[];

/**
 * The one name that is certain by an incident's plain data; undefined for most incidents. The code tries the names that
 * say more first. `isUnprompted`: no event and no silence is known shortly before, so hosts that follow one another do
 * not follow a release.
 */
export function likenessOf(incident: Incident, isUnprompted = false): Likeness | undefined {
  if (incident.dependents || (incident.kind === "fleet" && incident.spread && isUnprompted)) return { name: "cascade" };
  if (incident.kind !== "anomaly") return undefined;
  if (incident.surroundings?.isDayOff) return { name: "day off" };
  return resourceOf(incident) ?? leakOf(incident) ?? unusualHourOf(incident) ?? spikeOf(incident);
}

const CPU = ["cpu_busy_percent"];
const MEMORY = ["memory_used_percent", "memory_pressure_some_percent"];
const DISK = ["disk_busy_percent"];
/** Programs wait for the disk. A solid state disk may be busy all the time and make nobody wait. */
const DISK_WAIT = ["cpu_iowait_percent", "io_pressure_some_percent"];
const BYTES_IN = ["network_in_bytes_per_second"];
/** A download brings as many bytes as a flood, but by few connections and without loss. */
const CROWD = ["tcp_connections", "conntrack_used_percent", "network_drops_per_second"];

/** Each needs a metric of every list far above its range. */
const RESOURCES = [
  { name: "contention", of: [CPU, [...DISK, ...DISK_WAIT], MEMORY] },
  { name: "background work", of: [CPU, [...DISK, ...DISK_WAIT]] },
  { name: "network flood", of: [BYTES_IN, CROWD] },
  { name: "disk saturation", of: [DISK, DISK_WAIT] },
] as const;

/** The first of the causes must be among the metrics, or they only go along with other trouble. */
function resourceOf({ causes, surroundings = {} }: AnomalyIncident): Likeness | undefined {
  const { far = [], usual = [] } = surroundings;
  const isQuiet = TRAFFIC.every((metric) => usual.includes(metric));
  for (const { name, of } of RESOURCES) {
    const found = of.map((metrics) => metrics.find((metric) => far.includes(metric)));
    const metrics = found.filter((metric) => metric !== undefined);
    const isCause = causes.slice(0, 1).some(({ metric }) => of.flat().includes(metric));
    if (metrics.length < of.length || !isCause || (name === "background work" && !isQuiet)) continue;
    return { name, metrics };
  }
  return undefined;
}

/** Words in the names of what programs hold and give back. Traffic that grows for hours is no leak. */
const HELD =
  /(^|[^a-z])(mem|memory|heap|rss|swap|handles?|descriptors?|fds?|threads?|processes|connections?|sockets?|sessions?|conntrack)([^a-z]|$)/i;
/** Names of what is left of it; that falls. */
const LEFT = /(^|[^a-z])(free|available|left|idle)([^a-z]|$)/i;
/** Names of what happens in a time, which nobody holds. */
const RATE = /per_second|pressure|_total$/i;

function leakOf({ causes: [first], growth, lastAnomaly }: AnomalyIncident): Likeness | undefined {
  if (!first || growth?.metric !== first.metric) return undefined;
  const { metric } = first;
  const side = direction(first);
  if (!HELD.test(metric) || RATE.test(metric) || side !== (LEFT.test(metric) ? "low" : "high")) return undefined;
  return isSteadyGrowth(growth, lastAnomaly) ? { name: "leak", metric, side, since: growth.since } : undefined;
}

function unusualHourOf({ causes: [first], surroundings, peak }: AnomalyIncident): Likeness | undefined {
  const usualAt = surroundings?.usualAt;
  return first && usualAt !== undefined
    ? { name: "unusual hour", metric: first.metric, usualAt, at: peak.time }
    : undefined;
}

/** Trouble of a few minutes that is over by itself. */
const SPIKE_MAX_MS = 15 * MINUTE_MS;

/** Only its end shows that it was one. */
function spikeOf(incident: AnomalyIncident): Likeness | undefined {
  const { causes, resolved, ending, unstable, also, peak, opened, lastAnomaly, latest } = incident;
  const [first] = causes;
  if (!first || resolved === undefined || ending || unstable || also || rulesOf(incident).length > 0) return undefined;
  const last = readingOf(latest, first.metric);
  const lasted = lastAnomaly - opened;
  const isHigh = direction(first) === "high" && ratioOf(peak) >= CRITICAL_RATIO;
  if (!isHigh || lasted > SPIKE_MAX_MS || !last || direction(last) !== "in range") return undefined;
  return { name: "spike", metric: first.metric, lasted };
}
