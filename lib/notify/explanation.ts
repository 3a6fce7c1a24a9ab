import { type BaselineReference, type Cause, type Incident, type Notice, severityOf } from "../watch/incident.ts";
import { count, range, value } from "./format.ts";
import { clock, duration } from "./time.ts";

/** Writes a host, group or metric name the way a channel can carry it. */
export type WriteName = (name: string) => string;

/** The severity where space is short. */
export function severityTag(incident: Incident): "CRIT" | "WARN" {
  return severityOf(incident) === "critical" ? "CRIT" : "WARN";
}

/** `cpu_user 97, normal 2-31`. */
export function reading(cause: Cause, name: WriteName): string {
  return `${name(cause.metric)} ${value(cause.metric, cause.now)}, normal ${range(cause)}`;
}

/** Where the value lies against the metric's own band; `in range` when it is strange only together with others. */
export function direction({ now, low, high }: Cause): "high" | "low" | "in range" {
  if (now > high) return "high";
  return now < low ? "low" : "in range";
}

/** The smallest single change that would have made the sample normal; undefined when no metric alone would do. */
export function counterfactual(causes: readonly Cause[], name: WriteName): string | undefined {
  for (const { metric, now, normalAt } of causes) {
    if (normalAt === undefined || !Number.isFinite(normalAt) || normalAt === now) continue;
    const side = normalAt < now ? "below" : "above";
    return `It would be normal if ${name(metric)} were ${side} ${value(metric, normalAt)}.`;
  }
  return undefined;
}

/** `web-07's own baseline v3`, or the group's while the host has none. */
export function baselineText({ owner, version }: BaselineReference, name: WriteName): string {
  const [kind, of] = ownerOf(owner);
  if (kind === "group") {
    return `group ${name(of)}'s baseline v${count(version)} (provisional: this host has none yet)`;
  }
  return `${name(of)}'s own baseline v${count(version)}`;
}

export function isProvisional({ owner }: BaselineReference): boolean {
  return ownerOf(owner)[0] === "group";
}

/** When it ended; a resolved notice without that time ends with the last anomaly. */
export function endOf({ resolved, lastAnomaly }: Incident): number {
  return resolved ?? lastAnomaly;
}

/** Of a silent host, `silent for 4 min, last seen 14:03Z`; when it is over, `sends again after 19 min`. */
export function silenceNews({ kind, incident }: Notice): string {
  const { peak, lastAnomaly, samples } = incident;
  if (kind === "opened") return `silent for ${duration(lastAnomaly - peak.time)}, last seen ${clock(peak.time)}`;
  const lasted = duration(endOf(incident) - peak.time);
  return samples > 0 ? `sends again after ${lasted}` : `retired after ${lasted} of silence`;
}

function ownerOf(owner: string): readonly [kind: "host" | "group", of: string] {
  if (owner.startsWith("group#")) return ["group", owner.slice("group#".length)];
  return ["host", owner.replace(/^host#/, "")];
}
