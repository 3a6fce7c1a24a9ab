import {
  type AnomalyIncident,
  endingOf,
  type FleetIncident,
  type HostIncident,
  type Incident,
  severityOf,
} from "../incident/incident.ts";
import type { BaselineReference, JudgedSample } from "../incident/judgement.ts";
import type { Notice } from "../incident/notice.ts";
import type { Pattern } from "../incident/pattern.ts";
import { recordOf } from "../incident/record.ts";
import type { RuleHit } from "../incident/rule-hit.ts";
import { FLAP_MIN_MS } from "../watch/life.ts";
import { endTexts, type Shown } from "./current.ts";
import { count, decimal, isPossible, value } from "./format.ts";
import { duration } from "./time.ts";
import { SEVERAL, type WordsContext, type WriteName, type WriteTime } from "./words.ts";

/** Values that are shown of one rule; the rule's text names the others. */
export const VALUES_MAX = 3;

/**
 * The severity where space is short; after the end `OK`, or `END` if it is unknown whether the host is normal again.
 */
export function tagOf(kind: string, incident: Incident): "CRIT" | "WARN" | "OK" | "END" {
  if (kind !== "resolved") return severityOf(incident) === "critical" ? "CRIT" : "WARN";
  return endingOf(incident) ? "END" : "OK";
}

/** The first word of an e-mail. */
export const HEADLINE_WORD = { CRIT: "CRITICAL", WARN: "WARNING", OK: "RESOLVED", END: "ENDED" } as const;

/** With the group, and without it if that is too long. */
export function hostSubjects({ kind, incident }: Notice<HostIncident>, news: string, name: WriteName): string[] {
  const [tag, host, id] = [tagOf(kind, incident), name(incident.host), name(incident.id)];
  return [`[${tag}] ${host} (${name(incident.group)}): ${news} - ${id}`, `[${tag}] ${host}: ${news} - ${id}`];
}

/** The news about an anomalous host, as a phrase after its name. */
export function happened(notice: Notice<AnomalyIncident>, context: WordsContext): string {
  const { kind, incident } = notice;
  const { opened, lastAnomaly } = incident;
  const { now, clock } = context;
  switch (kind) {
    case "opened":
      return `since ${clock(opened)}`;
    case "also":
      return "now also";
    case "grown":
      return `still ${severityOf(incident)}`;
    case "worsened":
      return `${severityOf(incident)} now, was a warning`;
    case "unstable":
      return "unstable, back soon after its end";
    case "shifted":
      return `anomalous for ${duration(lastAnomaly - opened)} but steady`;
    case "reminder":
      return `still ${severityOf(incident)} after ${duration(now - opened)}, nobody has acknowledged it`;
    case "resolved":
      return endTexts(notice, endOf(incident), context).full;
  }
}

/** How an unstable incident goes on. */
export const HELD_OPEN = `Held open until it is calm for ${duration(FLAP_MIN_MS)} or more`;

/** `rule cpu > 95 for 2m holds since 14:31Z: cpu 97`; without the values when redacted. */
export function ruleReading(
  { rule, since, values }: RuleHit,
  when: WriteTime,
  { redact, name }: Pick<WordsContext, "redact" | "name">,
  holds = "holds since",
): string {
  const now = values.slice(0, VALUES_MAX).map(({ metric, unit, now }) => `${name(metric)} ${value(metric, now, unit)}`);
  return `rule ${name(rule)} ${holds} ${when(since)}${redact || now.length === 0 ? "" : `: ${now.join(", ")}`}`;
}

/** Whether only rules found the trouble. */
export function isByRules({ anomalies, rules = [] }: AnomalyIncident): boolean {
  return anomalies === 0 && rules.length > 0;
}

/**
 * The smallest change of the first cause that would have made the sample normal. Undefined if redacted, if there is
 * none, and if its value has changed by now.
 */
export function counterfactual([first]: readonly Shown[], { redact, name }: WordsContext): string | undefined {
  if (redact || first?.normalAt === undefined || first.worst !== undefined) return undefined;
  const { metric, unit, now, normalAt } = first;
  if (normalAt === now || !isPossible(first, normalAt)) return undefined;
  const limit = value(metric, normalAt, unit);
  return `It would be normal if ${name(metric)} were ${normalAt < now ? "below" : "above"} ${limit}.`;
}

/** `web-07's own baseline v3, 41 labels`, or the group's while the host has none. */
export function baselineText({ owner, version }: BaselineReference, { labels, name }: WordsContext): string {
  const [kind, of] = ownerOf(owner);
  const number = labels === 0 ? "no labels yet" : labels === 1 ? "1 label" : `${count(labels ?? 0)} labels`;
  const learnt = labels === undefined ? "" : `, ${number}`;
  return kind === "group"
    ? `group ${name(of)}'s baseline v${count(version)}${learnt} (provisional: this host has none yet)`
    : `${name(of)}'s own baseline v${count(version)}${learnt}`;
}

/** `score 65.5, limit 13.4`, where space is short; "" where no baseline judged it. */
export function scoreText({ judgement }: JudgedSample): string {
  return judgement ? `score ${decimal(judgement.score)}, limit ${decimal(judgement.epsilon)}` : "";
}

/** When it ended; a resolved notice without that time ends with the last anomaly. */
export function endOf(incident: Incident): number {
  return incident.resolved ?? recordOf(incident).lastAnomaly;
}

/** A pattern as a phrase: `cpu_user high`, `rule cpu > 95 for 2m`; without the side when redacted. */
export function patternText(pattern: Pattern, { redact, name }: Pick<WordsContext, "redact" | "name">): string {
  const side = SIDES.find(([prefix]) => pattern.startsWith(prefix));
  if (!side) return name(pattern);
  const [prefix, is] = side;
  return `${name(pattern.slice(prefix.length))} ${redact ? "not normal" : is}`;
}

const SIDES = [
  ["high ", "high"],
  ["low ", "low"],
  ["missing ", "missing"],
  ["stuck ", "stuck"],
  ["filling ", "filling"],
  ["elevated ", "elevated"],
  ["lowered ", "lowered"],
  ["in range ", "not as usual"],
] as const;

/** Whether all hosts of a fleet's incident have stopped sending. */
export function isAllSilent(incident: Incident): boolean {
  return incident.kind === "fleet" && incident.extent.silent >= incident.extent.affected;
}

/** Whether no host sends anything: then the hosts are not at fault. */
export function isNothing(incident: FleetIncident): boolean {
  return incident.group === SEVERAL && isAllSilent(incident);
}

/** The parts of a baseline's owner: `host#web-07` or `group#web`. */
export function ownerOf(owner: string): readonly [kind: "host" | "group", of: string] {
  if (owner.startsWith("group#")) return ["group", owner.slice("group#".length)];
  return ["host", owner.replace(/^host#/, "")];
}
