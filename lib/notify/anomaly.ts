import type { AnomalyIncident } from "../incident/incident.ts";
import type { Notice } from "../incident/notice.ts";
import { RULE_HITS_MAX } from "../incident/rule-hit.ts";
import { CAUSES_MAX } from "../watch/causes.ts";
import { anomalyEmail } from "./anomaly-email.ts";
import { anomalyTexts } from "./anomaly-sms.ts";
import { answerTo } from "./answers.ts";
import { baselineText, counterfactual, isByRules, reading, ruleReading, scoreText, tagOf } from "./explanation.ts";
import { count, percent } from "./format.ts";
import { happened } from "./happened.ts";
import { incidentAttributes, incidentFields } from "./incident-fields.ts";
import type { RenderContext } from "./render.ts";
import { clock } from "./time.ts";
import type { WebhookFields, Words, WriteName } from "./words.ts";

/** What is said of a host whose samples are anomalies, or for which a rule holds. */
export function anomalyWords(notice: Notice<AnomalyIncident>, context: RenderContext): Words {
  return {
    subject: (name) => subjects(notice, context, name),
    email: (name) => anomalyEmail(notice, context, name),
    sms: (name) => anomalyTexts(notice, context, name),
    webhook: (name) => webhookFields(notice, context, name),
    attributes: incidentAttributes(notice),
  };
}

function subjects(notice: Notice<AnomalyIncident>, context: RenderContext, name: WriteName): string[] {
  const { kind, incident } = notice;
  const tag = tagOf(kind, incident);
  return subjectNews(notice, context, name).flatMap((news) => [
    `[${tag}] ${name(incident.host)} (${name(incident.group)}): ${news} - ${name(incident.id)}`,
    `[${tag}] ${name(incident.host)}: ${news} - ${name(incident.id)}`,
  ]);
}

/** An opening is nothing but its first reason, so that always stays; all others say more than that. */
function subjectNews(notice: Notice<AnomalyIncident>, context: RenderContext, name: WriteName): string[] {
  const { kind, incident } = notice;
  const news = happened(notice, context);
  if (kind === "resolved") return [news];
  if (kind === "shifted") return [`${news}. New normal?`];
  const reasons = firstReason(incident, context, name);
  return kind === "opened" ? reasons : [...reasons.map((reason) => `${news}: ${reason}`), news];
}

/** Fullest form first. A rule goes before a cause: it is what people asked for. */
function firstReason(incident: AnomalyIncident, { redact = false }: RenderContext, name: WriteName): string[] {
  const {
    rules: [rule] = [],
    causes: [cause],
  } = incident;
  if (rule) {
    const bare = ruleReading(rule, { when: clock, redact: true }, name);
    return redact ? [bare] : [ruleReading(rule, { when: clock }, name), bare];
  }
  if (cause) return [redact ? `${name(cause.metric)} not normal` : reading(cause, name)];
  return [(!redact && scoreText(incident.peak)) || "not normal"];
}

function webhookFields(notice: Notice<AnomalyIncident>, context: RenderContext, name: WriteName): WebhookFields {
  const { host, causes } = notice.incident;
  const [first] = causes;
  return {
    type: "incident",
    fields: incidentFields(notice, context, name),
    source: name(host),
    ...(first ? { component: name(first.metric) } : {}),
    class: isByRules(notice.incident) ? "rule" : "anomaly",
    custom_details: details(notice, context, name),
  };
}

function details(notice: Notice<AnomalyIncident>, { redact = false, labels }: RenderContext, name: WriteName): object {
  const { rules = [], causes, anomalies, samples, peak } = notice.incident;
  const normalIf = redact ? undefined : counterfactual(causes, name);
  return {
    why: [
      ...rules.slice(0, RULE_HITS_MAX).map((rule) => ruleReading(rule, { when: clock, redact }, name)),
      ...causes
        .slice(0, CAUSES_MAX)
        .map((cause) => (redact ? name(cause.metric) : `${reading(cause, name)} (${percent(cause.share)})`)),
    ],
    ...(normalIf ? { normal_if: normalIf } : {}),
    certainty: `${count(anomalies)} of ${count(samples)} samples are anomalies`,
    ...(peak.judgement ? { baseline: baselineText(peak.judgement.baseline, labels, name) } : {}),
    answer: answerTo(notice, name),
  };
}
