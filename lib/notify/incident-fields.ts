import type { Cause } from "../incident/cause.ts";
import { EXTENT_HOSTS_MAX, type Extent } from "../incident/extent.ts";
import { type Incident, severityOf } from "../incident/incident.ts";
import type { Notice } from "../incident/notice.ts";
import { recordOf } from "../incident/record.ts";
import { RULE_HITS_MAX, type RuleHit } from "../incident/rule-hit.ts";
import { isProvisional } from "../watch/baseline.ts";
import { CAUSES_MAX } from "../watch/causes.ts";
import { VALUES_MAX } from "./explanation.ts";
import type { RenderContext } from "./render.ts";
import { iso } from "./time.ts";
import { type Attributes, SEVERAL, type WriteName } from "./words.ts";

/** The JSON's own fields of any incident: of an anomalous host, a silent one, or a fleet. */
export function incidentFields(
  notice: Notice,
  { redact = false, link, labels }: RenderContext,
  name: WriteName,
): object {
  const incident = recordOf(notice.incident);
  const { rules = [], extent, fleet, acknowledged, label, unstable } = incident;
  return {
    revision: incident.revision,
    incident: name(incident.id),
    host: name(hostOf(notice.incident)),
    group: name(incident.group),
    opened: iso(incident.opened),
    lastAnomaly: iso(incident.lastAnomaly),
    ...(incident.resolved === undefined ? {} : { resolved: iso(incident.resolved) }),
    ...(incident.ending ? { ending: incident.ending } : {}),
    samples: incident.samples,
    anomalies: incident.anomalies,
    peak: iso(incident.peak.time),
    ...(redact ? {} : { score: incident.peak.score, epsilon: incident.epsilon }),
    causes: incident.causes.slice(0, CAUSES_MAX).map((cause) => causeFields(cause, redact, name)),
    ...(rules.length > 0 ? { rules: ruleFields(rules, redact, name) } : {}),
    baseline: {
      owner: name(incident.baseline.owner),
      version: incident.baseline.version,
      provisional: isProvisional(incident.baseline),
      ...(labels === undefined ? {} : { labels }),
    },
    ...(extent ? { extent: extentFields(extent, name) } : {}),
    ...(fleet === undefined ? {} : { fleet: name(fleet) }),
    ...(unstable ? { unstable } : {}),
    ...(acknowledged ? { acknowledged: { at: iso(acknowledged.at), by: name(acknowledged.by) } } : {}),
    ...(label ? { label: label.verdict } : {}),
    ...(link === undefined ? {} : { links: { feedback: link } }),
  };
}

/** What filter policies find of any incident. */
export function incidentAttributes({ kind, incident }: Notice): Attributes {
  return { severity: severityOf(incident), kind, group: incident.group, host: hostOf(incident) };
}

/** A fleet's incident has a stand-in where others have their host. */
function hostOf(incident: Incident): string {
  return incident.kind === "fleet" ? SEVERAL : incident.host;
}

function causeFields(cause: Cause, redact: boolean, name: WriteName): object {
  const metric = name(cause.metric);
  if (redact) return { metric };
  const { now, expected, low, high, share, normalAt } = cause;
  return { metric, now, expected, low, high, share, ...(normalAt === undefined ? {} : { normalAt }) };
}

function ruleFields(rules: readonly RuleHit[], redact: boolean, name: WriteName): object[] {
  return rules.slice(0, RULE_HITS_MAX).map(({ rule, severity, since, values }) => ({
    rule: name(rule),
    severity,
    since: iso(since),
    ...(redact
      ? {}
      : { values: values.slice(0, VALUES_MAX).map(({ metric, now }) => ({ metric: name(metric), now })) }),
  }));
}

function extentFields({ affected, total, silent, remaining, first }: Extent, name: WriteName): object {
  const hosts = first.slice(0, EXTENT_HOSTS_MAX).map(({ host, id }) => ({ host: name(host), incident: name(id) }));
  return { affected, total, silent, ...(remaining === undefined ? {} : { remaining }), first: hosts };
}
