import type { AnomalyIncident } from "../incident/incident.ts";
import type { Notice } from "../incident/notice.ts";
import { RULE_HITS_MAX } from "../incident/rule-hit.ts";
import { CAUSES_MAX } from "../watch/causes.ts";
import { anomalyEmail } from "./anomaly-email.ts";
import { anomalyTexts } from "./anomaly-sms.ts";
import { answerTo } from "./answers.ts";
import { endTexts, reading, shown, valueText } from "./current.ts";
import {
  baselineText,
  counterfactual,
  endOf,
  happened,
  hostSubjects,
  isByRules,
  ruleReading,
  scoreText,
} from "./explanation.ts";
import { count, expectation, percent } from "./format.ts";
import { incidentAttributes, incidentFields } from "./incident-fields.ts";
import type { WebhookFields, Words, WordsContext } from "./words.ts";

/** The words for a host whose samples are anomalies, or for which a rule holds. */
export function anomalyWords(notice: Notice<AnomalyIncident>, context: WordsContext): Words {
  return {
    subject: subjectNews(notice, context).flatMap((news) => hostSubjects(notice, news, context.name)),
    email: anomalyEmail(notice, context),
    sms: anomalyTexts(notice, context),
    webhook: webhookFields(notice, context),
    attributes: incidentAttributes(notice),
  };
}

/** The subject of an opening is its first reason alone, so it keeps that; the others say more. */
function subjectNews(notice: Notice<AnomalyIncident>, context: WordsContext): string[] {
  const { kind, incident } = notice;
  if (kind === "resolved") return Object.values(endTexts(notice, endOf(incident), context));
  const news = happened(notice, context);
  const reasons = firstReason(notice, context);
  if (kind === "shifted")
    return [...reasons.map((reason) => `${news}: ${reason}. New normal?`), `${news}. New normal?`];
  if (kind === "also") return reasons.map((reason) => `${news} ${reason}`);
  const soFar = reasons.map((reason) => `${news.replace(/,.*/, "")}: ${reason}`);
  return kind === "opened" ? reasons : [...reasons.map((reason) => `${news}: ${reason}`), ...soFar, news];
}

/** Fullest form first. A rule goes before a cause: people asked for it. */
function firstReason(notice: Notice<AnomalyIncident>, context: WordsContext): string[] {
  const { redact, name } = context;
  const { rules, peak } = notice.incident;
  const [rule, cause] = [rules?.[0], shown(notice)[0]];
  if (rule) {
    const bare = ruleReading(rule, context.clock, { redact: true, name });
    return redact ? [bare] : [ruleReading(rule, context.clock, context), bare];
  }
  if (cause && redact) return [`${name(cause.metric)} not normal`];
  if (cause) {
    const bare = valueText(cause, context);
    const brief = cause.predicted ? [`${bare}, ${expectation(cause)}`] : cause.sign ? [bare] : [];
    return [reading(cause, context), ...brief];
  }
  return [(!redact && scoreText(peak)) || "not normal"];
}

function webhookFields(notice: Notice<AnomalyIncident>, context: WordsContext): WebhookFields {
  const { redact, name } = context;
  const { host, rules = [], anomalies, samples, peak } = notice.incident;
  const causes = shown(notice);
  return {
    type: "incident",
    fields: incidentFields(notice, context),
    source: name(host),
    component: causes[0] && name(causes[0].metric),
    class: isByRules(notice.incident) ? "rule" : "anomaly",
    custom_details: {
      why: [
        ...rules.slice(0, RULE_HITS_MAX).map((rule) => ruleReading(rule, context.clock, context)),
        ...causes
          .slice(0, CAUSES_MAX)
          .map((cause) => (redact ? name(cause.metric) : `${reading(cause, context)} (${percent(cause.share)})`)),
      ],
      normal_if: counterfactual(causes, context),
      certainty: `${count(anomalies)} of ${count(samples)} samples are anomalies`,
      baseline: peak.judgement && baselineText(peak.judgement.baseline, context),
      answer: answerTo(notice, context),
    },
  };
}
