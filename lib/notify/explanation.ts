import type { Cause } from "../incident/cause.ts";
import { type AnomalyIncident, endingOf, type Incident, severityOf } from "../incident/incident.ts";
import type { BaselineReference, JudgedSample } from "../incident/judgement.ts";
import { recordOf } from "../incident/record.ts";
import type { RuleHit } from "../incident/rule-hit.ts";
import { count, decimal, isPossible, range, value } from "./format.ts";
import type { WriteName } from "./words.ts";

/** Metrics of one rule that are told with their values; a rule of more is told by its text. */
export const VALUES_MAX = 3;

/** The severity where space is short; of one that is over, `OK`, or `END` if it is not known to be normal again. */
export function tagOf(kind: string, incident: Incident): "CRIT" | "WARN" | "OK" | "END" {
  if (kind !== "resolved") return severityTag(incident);
  return endingOf(incident) ? "END" : "OK";
}

/** The severity where space is short. */
export function severityTag(incident: Incident): "CRIT" | "WARN" {
  return severityOf(incident) === "critical" ? "CRIT" : "WARN";
}

/** The severity as an e-mail begins with it; of one that is over, `RESOLVED`, or `ENDED` if it is not known to be normal again. */
export function headlineWord(kind: string, incident: Incident): string {
  if (kind !== "resolved") return severityOf(incident).toUpperCase();
  return endingOf(incident) ? "ENDED" : "RESOLVED";
}

/** `cpu_user 97, normal 2-31`. */
export function reading(cause: Cause, name: WriteName): string {
  return `${name(cause.metric)} ${value(cause.metric, cause.now)}, normal ${range(cause)}`;
}

/** `rule cpu > 95 for 2m holds since 14:31Z: cpu 97`; without its values when they are not to be told. */
export function ruleReading(
  { rule, since, values }: RuleHit,
  { holds = "holds since", when, redact = false }: { holds?: string; when: (time: number) => string; redact?: boolean },
  name: WriteName,
): string {
  const now = values
    .slice(0, VALUES_MAX)
    .map(({ metric, now }) => `${name(metric)} ${value(metric, now)}`)
    .join(", ");
  return `rule ${name(rule)} ${holds} ${when(since)}${redact || now === "" ? "" : `: ${now}`}`;
}

/** Whether nothing but rules says that something is wrong. */
export function isByRules({ anomalies, rules = [] }: AnomalyIncident): boolean {
  return anomalies === 0 && rules.length > 0;
}

/** The smallest single change that would have made the sample normal; undefined when no metric alone would do. */
export function counterfactual(causes: readonly Cause[], name: WriteName): string | undefined {
  for (const { metric, now, normalAt } of causes) {
    if (normalAt === undefined || normalAt === now || !isPossible(metric, normalAt)) continue;
    const side = normalAt < now ? "below" : "above";
    return `It would be normal if ${name(metric)} were ${side} ${value(metric, normalAt)}.`;
  }
  return undefined;
}

/** `web-07's own baseline v3, 41 labels`, or the group's while the host has none. */
export function baselineText(
  { owner, version }: BaselineReference,
  labels: number | undefined,
  name: WriteName,
): string {
  const [kind, of] = ownerOf(owner);
  const learnt = labels === undefined ? "" : `, ${labelCount(labels)}`;
  if (kind === "group") {
    return `group ${name(of)}'s baseline v${count(version)}${learnt} (provisional: this host has none yet)`;
  }
  return `${name(of)}'s own baseline v${count(version)}${learnt}`;
}

function labelCount(labels: number): string {
  if (labels === 0) return "no labels yet";
  return labels === 1 ? "1 label" : `${count(labels)} labels`;
}

/** `65.5 at 22 Nov 14:30 UTC, limit (epsilon) 13.4`. */
export function scoreAt({ time, judgement }: JudgedSample, when: (time: number) => string): string {
  const { score = Number.NaN, epsilon = Number.NaN } = judgement ?? {};
  return `${decimal(score)} at ${when(time)}, limit (epsilon) ${decimal(epsilon)}`;
}

/** `score 65.5, limit 13.4`, where space is short; "" where no baseline judged it. */
export function scoreText({ judgement }: JudgedSample): string {
  return judgement ? `score ${decimal(judgement.score)}, limit ${decimal(judgement.epsilon)}` : "";
}

/** When it ended; a resolved notice without that time ends with the last anomaly. */
export function endOf(incident: Incident): number {
  return incident.resolved ?? recordOf(incident).lastAnomaly;
}

/** Where an incident can be looked at in full. */
export function detailsLine({ id }: Incident, name: WriteName): string {
  return `Incident ${name(id)}. All of it: fleetwarden explain ${name(id)}`;
}

/** Who takes care of it, or how to say that one does; nothing where nobody would be reminded. */
export function careLines(kind: string, incident: Incident, name: WriteName, when: (time: number) => string): string[] {
  const { acknowledged, label, id } = incident;
  if (acknowledged) return [`Acknowledged by ${name(acknowledged.by)}, ${when(acknowledged.at)}.`];
  if (kind === "resolved" || label || severityOf(incident) !== "critical") return [];
  const why = kind === "reminder" ? "" : ", and nobody is reminded";
  return [`Taking care of it? Say so${why}: fleetwarden ack ${name(id)}`];
}

/** What owns a baseline: `host#web-07` or `group#web`. */
export function ownerOf(owner: string): readonly [kind: "host" | "group", of: string] {
  if (owner.startsWith("group#")) return ["group", owner.slice("group#".length)];
  return ["host", owner.replace(/^host#/, "")];
}
