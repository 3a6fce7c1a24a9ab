import type { Cause } from "../incident/cause.ts";
import { EXTENT_HOSTS_MAX, type Extent } from "../incident/extent.ts";
import { type Incident, severityOf } from "../incident/incident.ts";
import { isProvisional } from "../incident/judgement.ts";
import type { Latest } from "../incident/latest.ts";
import type { Notice } from "../incident/notice.ts";
import { recordOf } from "../incident/record.ts";
import { RULE_HITS_MAX, type RuleHit } from "../incident/rule-hit.ts";
import { CAUSES_MAX } from "../watch/causes.ts";
import { VALUES_MAX } from "./explanation.ts";
import { symbolOf } from "./format.ts";
import { iso } from "./time.ts";
import { type Attributes, SEVERAL, type WordsContext } from "./words.ts";

/** The JSON's own fields of an incident of any kind. */
export function incidentFields({ incident, whole }: Notice, context: WordsContext): object {
  const { redact, link, labels, name } = context;
  const record = recordOf(incident);
  const { resolved, rules = [], baseline, extent, fleet, acknowledged } = record;
  return {
    revision: record.revision,
    incident: name(record.id),
    incidentSeverity: whole,
    host: name(hostOf(incident)),
    group: name(record.group),
    opened: iso(record.opened),
    lastAnomaly: iso(record.lastAnomaly),
    resolved: resolved === undefined ? undefined : iso(resolved),
    ending: record.ending,
    samples: record.samples,
    anomalies: record.anomalies,
    peak: iso(record.peak.time),
    ...(redact ? {} : { score: record.peak.score, epsilon: record.epsilon }),
    causes: record.causes.slice(0, CAUSES_MAX).map((cause) => causeFields(cause, context)),
    latest: latestFields(record.latest, context),
    rules: rules.length > 0 ? rules.slice(0, RULE_HITS_MAX).map((hit) => ruleFields(hit, context)) : undefined,
    baseline: {
      owner: name(baseline.owner),
      version: baseline.version,
      provisional: isProvisional(baseline),
      labels,
    },
    extent: extent && extentFields(extent, context),
    fleet: fleet === undefined ? undefined : name(fleet),
    unstable: record.unstable,
    acknowledged: acknowledged && { at: iso(acknowledged.at), by: name(acknowledged.by) },
    label: record.label?.verdict,
    category: record.label?.category,
    links: link === undefined ? undefined : { feedback: link },
  };
}

/** Filter policies choose an incident by these. */
export function incidentAttributes({ kind, incident }: Notice): Attributes {
  return { severity: severityOf(incident), kind, group: incident.group, host: hostOf(incident) };
}

function hostOf(incident: Incident): string {
  return incident.kind === "fleet" ? SEVERAL : incident.host;
}

function causeFields(cause: Cause, { redact, name }: WordsContext) {
  const { metric, unit: declared, now, expected, low, high, share, normalAt, sign, predicted } = cause;
  const unit = symbolOf(metric, declared);
  const values = { unit, now, expected, predicted, low, high, share, normalAt, sign };
  return { metric: name(metric), ...(redact ? {} : values) };
}

function latestFields(latest: Latest | undefined, { redact, name }: WordsContext): object | undefined {
  if (!latest || redact) return undefined;
  const values = latest.readings.slice(0, CAUSES_MAX).map(({ metric, unit, ...one }) => ({
    metric: name(metric),
    unit: symbolOf(metric, unit),
    ...one,
  }));
  return { at: iso(latest.time), values };
}

function ruleFields({ rule, severity, since, values }: RuleHit, { redact, name }: WordsContext): object {
  const shown = values.slice(0, VALUES_MAX).map(({ metric, unit, now }) => ({
    metric: name(metric),
    unit: symbolOf(metric, unit),
    now,
  }));
  return { rule: name(rule), severity, since: iso(since), values: redact ? undefined : shown };
}

function extentFields({ affected, total, silent, remaining, first }: Extent, { name }: WordsContext): object {
  const hosts = first.slice(0, EXTENT_HOSTS_MAX).map(({ host, id }) => ({ host: name(host), incident: name(id) }));
  return { affected, total, silent, remaining, first: hosts };
}
