import { type Cause, direction, isOfLevel } from "../incident/cause.ts";
import { type AnomalyIncident, type FleetIncident, severityOf } from "../incident/incident.ts";
import type { JudgedSample } from "../incident/judgement.ts";
import { readingOf } from "../incident/latest.ts";
import type { Notice } from "../incident/notice.ts";
import { RULE_HITS_MAX } from "../incident/rule-hit.ts";
import { CAUSES_MAX } from "../watch/causes.ts";
import { answerLines } from "./answers.ts";
import { ageOf, reading, type Shown, shown } from "./current.ts";
import {
  baselineText,
  counterfactual,
  endOf,
  HEADLINE_WORD,
  HELD_OPEN,
  happened,
  isByRules,
  ruleReading,
  tagOf,
} from "./explanation.ts";
import { count, decimal, percent, range, value } from "./format.ts";
import { facts, table } from "./lines.ts";
import { shorten } from "./text.ts";
import type { WordsContext } from "./words.ts";

/** Keeps the table's lines on a screen. */
const TABLE_NAME_MAX = 40;

/** The smallest share of the score at which the table mentions the other metrics. */
const OTHERS_MIN = 0.005;

/** The e-mail about an anomalous host: what happened, where, since when, why, and how to answer. */
export function anomalyEmail(notice: Notice<AnomalyIncident>, context: WordsContext): string[] {
  const about = notice.kind === "resolved" ? story(notice.incident, context) : explanation(notice, context);
  return [...headline(notice, context), "", ...about, "", ...answerLines(notice, context)];
}

function headline(notice: Notice<AnomalyIncident>, context: WordsContext): string[] {
  const { kind, incident } = notice;
  const { host, group, opened, anomalies, samples } = incident;
  const who = `${HEADLINE_WORD[tagOf(kind, incident)]}: ${context.name(host)} (group ${context.name(group)})`;
  if (kind === "also") return [`${who} has more trouble. Its incident of ${context.moment(opened)} goes on.`];
  const verb = kind === "shifted" ? "has been" : incident.ending === "settled" ? "has" : "is";
  const how = isByRules(incident) ? "has been beyond what a rule allows since" : "has not been normal since";
  const what = kind === "opened" ? `${how} ${context.moment(opened)}` : `${verb} ${happened(notice, context)}`;
  const since = kind === "opened" ? "then" : context.moment(opened);
  return [
    `${who} ${what}.`,
    ...(kind === "unstable" ? [`${HELD_OPEN}.`] : []),
    ...(incident.ending === "silent"
      ? ["Nobody knows whether it is normal again: its silence has a message of its own."]
      : []),
    ...(kind !== "resolved" && anomalies > 0
      ? [`${count(anomalies)} of ${count(samples)} samples since ${since} are anomalies.`]
      : []),
  ];
}

/** Why the incident opened, in lines: rules that hold, causes, score, the normal value, and the baseline. */
export function explanation(notice: Notice<AnomalyIncident | FleetIncident>, context: WordsContext): string[] {
  const { rules = [], peak } = notice.incident;
  const causes = shown(notice);
  const normalIf = counterfactual(causes, context);
  const hits = rules.slice(0, RULE_HITS_MAX).map((hit) => ruleReading(hit, context.moment, context));
  return [
    ...hits.map((text) => `${text.replace("rule", "Rule")}.`),
    ...(hits.length > 0 && causes.length > 0 ? [""] : []),
    ...why(causes.slice(0, CAUSES_MAX), context),
    ...(isJoint(notice) && !context.redact
      ? ["Each of these is in its normal range, but together they are unusual."]
      : []),
    ...(context.redact || !peak.judgement ? [] : [`Score ${scoreAt(peak, context)}.`]),
    ...(normalIf ? [normalIf] : []),
    ...(peak.judgement ? [`Compared with ${baselineText(peak.judgement.baseline, context)}.`] : []),
  ];
}

/** Whether each cause is in its range, and was in it at its worst. */
function isJoint(notice: Notice<AnomalyIncident | FleetIncident>): boolean {
  const causes = [...notice.incident.causes, ...shown(notice)];
  return causes.length > 0 && causes.every((cause) => direction(cause) === "in range");
}

function why(causes: readonly Shown[], context: WordsContext): string[] {
  const { redact, name } = context;
  const [first] = causes;
  if (!first) return [];
  if (redact) return [`Not as usual: ${causes.map(({ metric }) => name(metric)).join(", ")}.`];
  const others = 1 - causes.reduce((sum, { share }) => sum + share, 0);
  const isPast = causes.some(({ worst }) => worst !== undefined);
  const past = (cell: string) => (isPast ? [cell] : []);
  const isPredicted = causes.some(({ predicted }) => predicted);
  const prediction = (cell: string) => (isPredicted ? [cell] : []);
  const rows = causes.map((cause) => [
    shorten(name(cause.metric), TABLE_NAME_MAX),
    ...past(value(cause.metric, cause.worst ?? cause.now, cause.unit)),
    value(cause.metric, cause.now, cause.unit),
    ...prediction(value(cause.metric, cause.expected, cause.unit)),
    range(cause),
    percent(cause.share),
    direction(cause),
  ]);
  return [
    ...table([
      [
        ...["metric", ...past("at its worst"), ageOf(first, context).trim() || "now", ...prediction("expected")],
        ...["normal range", "share of score", ""],
      ],
      ...rows,
      ...(others >= OTHERS_MIN ? [["others", ...past(""), "", ...prediction(""), "", percent(others), ""]] : []),
    ]),
    "",
    ...(isPredicted ? ["Expected is what the other metrics and the samples before predict."] : []),
    ...(causes.some(({ sign }) => isOfLevel(sign))
      ? ["An elevated or lowered value is in its normal range, but has been off its usual level for too long."]
      : []),
  ];
}

function story(incident: AnomalyIncident, context: WordsContext): string[] {
  const { redact, name } = context;
  const { rules = [], causes, peak, anomalies, samples, fleet } = incident;
  const [first] = causes;
  const causeText = (cause: Cause) => `${reading(cause, context)} (${percent(cause.share)} of the score)`;
  const ends = endTable(incident, context);
  const lines = facts(
    ["Since", context.moment(incident.opened)],
    ["Until", context.moment(endOf(incident))],
    ["Severity", severityOf(incident)],
    ["Peak", peakText(peak, context)],
    ["First cause", ends.length > 0 ? undefined : first && (redact ? name(first.metric) : causeText(first))],
    ...rules
      .slice(0, RULE_HITS_MAX)
      .map((hit) => ["Reason", ruleReading(hit, context.moment, context, "held since")] as const),
    ["Anomalies", `${count(anomalies)} of ${count(samples)} samples`],
    ["Baseline", peak.judgement && baselineText(peak.judgement.baseline, context)],
    ["Part of", fleet === undefined ? undefined : `incident ${name(fleet)} of its group`],
  );
  return [...lines, ...(ends.length > 0 ? ["", ...ends] : [])];
}

/** Each cause at its worst and at the end; no lines if the end is unknown. */
function endTable({ causes, latest, ending }: AnomalyIncident, { redact, name }: WordsContext): string[] {
  if (redact || !latest) return [];
  const isSettled = ending === "settled";
  const rows = causes.slice(0, CAUSES_MAX).flatMap((cause) => {
    const last = readingOf(latest, cause.metric);
    const { metric, unit, now, expected } = cause;
    const usual = isSettled ? value(metric, expected, unit) : last && range(last);
    if (!last || usual === undefined) return [];
    const [worst, end] = [value(metric, now, unit), value(metric, last.now, unit)];
    return [[shorten(name(metric), TABLE_NAME_MAX), worst, end, usual, direction(last)]];
  });
  const heading = ["metric", "at its worst", "at the end", isSettled ? "usual before" : "normal range", ""];
  return rows.length > 0 ? table([heading, ...rows]) : [];
}

/** The worst sample; undefined when no baseline judged it. */
export function peakText(peak: JudgedSample, context: WordsContext): string | undefined {
  return peak.judgement && (context.redact ? context.moment(peak.time) : `score ${scoreAt(peak, context)}`);
}

/** `65.5 at 22 Nov 14:30 UTC, limit (epsilon) 13.4`; under an ensemble with what each member said. */
function scoreAt({ time, judgement }: JudgedSample, { moment }: WordsContext): string {
  const { score = Number.NaN, epsilon = Number.NaN, members = [] } = judgement ?? {};
  const said = members.map(({ detector, ratio }) => `${detector} ${decimal(ratio)}`).join(", ");
  const each = said && `; each detector by its own limit: ${said}`;
  return `${decimal(score)} at ${moment(time)}, limit (epsilon) ${decimal(epsilon)}${each}`;
}
