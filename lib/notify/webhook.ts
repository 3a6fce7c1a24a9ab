import { type Cause, type Incident, type Notice, severityOf } from "../watch/incident.ts";
import { baselineText, counterfactual, isProvisional, reading, silenceNews, type WriteName } from "./explanation.ts";
import { count, percent } from "./format.ts";
import type { RenderContext } from "./render.ts";
import { clean, firstFitting, shorten } from "./text.ts";
import { iso } from "./time.ts";

/** Small enough for every receiver behind SNS. */
const BYTES_MAX = 8 * 1024;

/** 256 is what a Kinesis partition key, so a host, can have; shorter forms serve only names of several bytes a character. */
const NAME_LENGTHS = [256, 128, 64, 16];

const CAUSES_MAX = 3;

/**
 * The JSON for https, sqs and lambda, version 1. Beside our own fields it has those of the PagerDuty common event format
 * (https://support.pagerduty.com/main/docs/pd-cef); severity and group are the same in both. At most 8 KB of UTF-8.
 */
export function renderWebhook(notice: Notice, summary: string, { stack, link }: RenderContext): string {
  const forms = NAME_LENGTHS.map((length) => {
    const name = (text: string) => shorten(clean(text), length);
    const links = link === undefined || notice.incident.kind ? {} : { links: { feedback: link } };
    const body = { ...incidentFields(notice, name), ...links, ...eventFields(notice, summary, stack, name) };
    return JSON.stringify(body, withoutRoundingNoise);
  });
  return firstFitting(BYTES_MAX, forms);
}

/** Fifteen significant digits are what a decimal survives a double with: 0.2 instead of 0.19999999999999996. */
function withoutRoundingNoise(_key: string, field: unknown): unknown {
  return typeof field === "number" ? Number(field.toPrecision(15)) : field;
}

function incidentFields({ kind, incident }: Notice, name: WriteName) {
  return {
    type: "fleetwarden.incident",
    v: 1,
    kind,
    revision: incident.revision,
    incident: name(incident.id),
    host: name(incident.host),
    group: name(incident.group),
    severity: severityOf(incident),
    opened: iso(incident.opened),
    lastAnomaly: iso(incident.lastAnomaly),
    ...(incident.resolved === undefined ? {} : { resolved: iso(incident.resolved) }),
    samples: incident.samples,
    anomalies: incident.anomalies,
    peak: iso(incident.peak.time),
    score: incident.peak.score,
    epsilon: incident.epsilon,
    causes: incident.causes.slice(0, CAUSES_MAX).map((cause) => causeFields(cause, name)),
    baseline: {
      owner: name(incident.baseline.owner),
      version: incident.baseline.version,
      provisional: isProvisional(incident.baseline),
    },
    ...(incident.label ? { label: incident.label.verdict } : {}),
  };
}

function causeFields({ metric, now, expected, low, high, share, normalAt }: Cause, name: WriteName) {
  return { metric: name(metric), now, expected, low, high, share, ...(normalAt === undefined ? {} : { normalAt }) };
}

function eventFields(notice: Notice, summary: string, stack: string, name: WriteName) {
  const { incident } = notice;
  const [first] = incident.causes;
  const isSilent = incident.kind === "silent";
  return {
    summary,
    source: name(incident.host),
    ...(first ? { component: name(first.metric) } : {}),
    class: isSilent ? "silence" : "anomaly",
    custom_details: {
      ...(isSilent ? silenceDetails(notice, name) : anomalyDetails(incident, name)),
      stack: name(stack),
    },
  };
}

function anomalyDetails(incident: Incident, name: WriteName) {
  const normalIf = counterfactual(incident.causes, name);
  return {
    why: incident.causes.slice(0, CAUSES_MAX).map((cause) => `${reading(cause, name)} (${percent(cause.share)})`),
    ...(normalIf ? { normal_if: normalIf } : {}),
    certainty: `${count(incident.anomalies)} of ${count(incident.samples)} samples are anomalies`,
    baseline: baselineText(incident.baseline, name),
    answer: `fleetwarden label ${name(incident.id)} fault|false`,
  };
}

function silenceDetails(notice: Notice, name: WriteName) {
  const { incident } = notice;
  return { why: [silenceNews(notice)], answer: `fleetwarden hosts retire ${name(incident.host)}` };
}
