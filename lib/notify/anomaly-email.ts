import type { Cause } from "../incident/cause.ts";
import { type AnomalyIncident, type FleetIncident, severityOf } from "../incident/incident.ts";
import type { JudgedSample } from "../incident/judgement.ts";
import type { Notice } from "../incident/notice.ts";
import { RULE_HITS_MAX } from "../incident/rule-hit.ts";
import { CAUSES_MAX, direction } from "../watch/causes.ts";
import { answerLines } from "./answers.ts";
import { facts, table } from "./email.ts";
import {
  baselineText,
  counterfactual,
  endOf,
  headlineWord,
  isByRules,
  reading,
  ruleReading,
  scoreAt,
} from "./explanation.ts";
import { count, percent, range, value } from "./format.ts";
import { HELD_OPEN, happened } from "./happened.ts";
import type { RenderContext } from "./render.ts";
import { shorten } from "./text.ts";
import { moment } from "./time.ts";
import type { WriteName } from "./words.ts";

/** Keeps the table's lines on a screen. */
const TABLE_NAME_MAX = 40;

/** The smallest part of the score that the other metrics are mentioned for. */
const OTHERS_MIN = 0.005;

/** The e-mail about an anomalous host: what, where, since when, why, and how to answer. */
export function anomalyEmail(notice: Notice<AnomalyIncident>, context: RenderContext, name: WriteName): string[] {
  const about = notice.kind === "resolved" ? story : explanation;
  return [
    ...headline(notice, context, name),
    "",
    ...about(notice.incident, context, name),
    "",
    ...answerLines(notice, context, name),
  ];
}

function headline(notice: Notice<AnomalyIncident>, context: RenderContext, name: WriteName): string[] {
  const { kind, incident } = notice;
  const { host, group, opened, anomalies, samples } = incident;
  const who = `${headlineWord(kind, incident)}: ${name(host)} (group ${name(group)})`;
  const verb = kind === "shifted" ? "has been" : "is";
  const what = kind === "opened" ? `${openedHow(incident)} ${moment(opened)}` : `${verb} ${happened(notice, context)}`;
  const since = kind === "opened" ? "then" : moment(opened);
  return [
    `${who} ${what}.`,
    ...(kind === "unstable" ? [`${HELD_OPEN}.`] : []),
    ...(kind !== "resolved" && anomalies > 0
      ? [`${count(anomalies)} of ${count(samples)} samples since ${since} are anomalies.`]
      : []),
  ];
}

function openedHow(incident: AnomalyIncident): string {
  return isByRules(incident) ? "has been beyond what a rule allows since" : "has not been normal since";
}

/** Why an incident is one, in lines: rules that hold, causes, score, what would be normal, and what it was compared with. */
export function explanation(
  incident: AnomalyIncident | FleetIncident,
  { redact = false, labels }: RenderContext,
  name: WriteName,
): string[] {
  const { rules = [], causes, peak } = incident;
  const normalIf = redact ? undefined : counterfactual(causes, name);
  const hits = rules.slice(0, RULE_HITS_MAX).map((hit) => ruleReading(hit, { when: moment, redact }, name));
  return [
    ...hits.map((text) => `${text.replace("rule", "Rule")}.`),
    ...(hits.length > 0 && causes.length > 0 ? [""] : []),
    ...why(causes.slice(0, CAUSES_MAX), redact, name),
    ...(redact || !peak.judgement ? [] : [`Score ${scoreAt(peak, moment)}.`]),
    ...(normalIf ? [normalIf] : []),
    ...(peak.judgement ? [`Compared with ${baselineText(peak.judgement.baseline, labels, name)}.`] : []),
  ];
}

function why(causes: readonly Cause[], redact: boolean, name: WriteName): string[] {
  if (causes.length === 0) return [];
  if (redact) return [`Not as usual: ${causes.map(({ metric }) => name(metric)).join(", ")}.`];
  const together = "Each of these is in its own range; together they are strange.";
  return [
    ...table(causeRows(causes, name)),
    "",
    ...(causes.every((cause) => direction(cause) === "in range") ? [together] : []),
  ];
}

function causeRows(causes: readonly Cause[], name: WriteName): string[][] {
  const others = 1 - causes.reduce((sum, { share }) => sum + share, 0);
  return [
    ["metric", "now", "normal range", "share of score", ""],
    ...causes.map((cause) => [
      shorten(name(cause.metric), TABLE_NAME_MAX),
      value(cause.metric, cause.now),
      range(cause),
      percent(cause.share),
      direction(cause),
    ]),
    ...(others >= OTHERS_MIN ? [["others", "", "", percent(others), ""]] : []),
  ];
}

function story(incident: AnomalyIncident, { redact = false, labels }: RenderContext, name: WriteName): string[] {
  const { rules = [], causes, peak, anomalies, samples, fleet } = incident;
  const [first] = causes;
  const held = { holds: "held since", when: moment, redact };
  return facts(
    ["Since", moment(incident.opened)],
    ["Until", moment(endOf(incident))],
    ["Severity", severityOf(incident)],
    ["Peak", peakText(peak, redact)],
    ["First cause", first && causeText(first, redact, name)],
    ...rules.slice(0, RULE_HITS_MAX).map((hit) => ["Reason", ruleReading(hit, held, name)] as const),
    ["Anomalies", `${count(anomalies)} of ${count(samples)} samples`],
    ["Baseline", peak.judgement && baselineText(peak.judgement.baseline, labels, name)],
    ["Part of", fleet === undefined ? undefined : `incident ${name(fleet)} of its group`],
  );
}

/** Its worst sample; undefined when there was no baseline to judge it. */
export function peakText(peak: JudgedSample, redact: boolean): string | undefined {
  if (!peak.judgement) return undefined;
  return redact ? moment(peak.time) : `score ${scoreAt(peak, moment)}`;
}

function causeText(cause: Cause, redact: boolean, name: WriteName): string {
  return redact ? name(cause.metric) : `${reading(cause, name)} (${percent(cause.share)} of the score)`;
}
