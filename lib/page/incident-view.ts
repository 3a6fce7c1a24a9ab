import { direction } from "../incident/cause.ts";
import { causesOf, type Incident, rulesOf, sampleOf, severityOf, subjectOf } from "../incident/incident.ts";
import { ratioOf } from "../incident/judgement.ts";
import { likenessOf } from "../incident/likeness.ts";
import { recordOf } from "../incident/record.ts";
import { comparison, decimal, range, value } from "../notify/format.ts";
import { likenessText } from "../notify/likeness-words.ts";
import { clock } from "../notify/time.ts";
import { DAY_MS } from "../time.ts";
import type { IncidentStore } from "../watch/ports.ts";
import { short } from "./cards.ts";

export type IncidentView = ReturnType<typeof incidentView>;

/** One incident as the page shows it, its numbers in words. Times are in milliseconds since the epoch. */
export function incidentView(incident: Incident) {
  const record = recordOf(incident);
  const { id, host, group, opened, resolved, peak, epsilon, baseline, samples, anomalies, causes } = record;
  const {
    ending,
    notified,
    held,
    extent,
    fleet,
    unstable,
    quiet,
    acknowledged,
    label,
    earlierLabels = [],
    rules = [],
  } = record;
  const likeness = likenessOf(incident);
  return {
    /** Unique, while ids may collide. */
    key: `${host} ${opened}`,
    id,
    host,
    group,
    kind: incident.kind,
    severity: severityOf(incident),
    opened,
    resolved,
    ending,
    notified,
    held,
    lastSeen: peak.time,
    score: short(peak.score),
    epsilon: short(epsilon),
    /** How many times epsilon its peak is; 0 without a baseline. */
    ratio: short(ratioOf(sampleOf(incident))),
    baseline: `${baseline.owner} v${baseline.version}`,
    /** The peak's score by each detector of an ensemble, relative to the detector's own limit. */
    members: peak.members?.map(({ detector, ratio }) => ({ detector, ratio: short(ratio) })),
    samples,
    anomalies,
    looksLike: likeness && likenessText(likeness, resolved !== undefined, { name: (text) => text, clock }),
    causes: causes.map((cause) => ({
      metric: cause.metric,
      now: value(cause.metric, cause.now, cause.unit),
      usual: range(cause),
      expected: cause.predicted && comparison(cause),
      direction: direction(cause),
      share: cause.share,
    })),
    rules: rules.map(({ rule, severity, values }) => ({
      rule,
      severity,
      values: values.map(({ metric, unit, now }) => `${metric} ${value(metric, now, unit)}`).join(", "),
    })),
    extent,
    fleet,
    unstable,
    quiet,
    acknowledged,
    label,
    earlierLabels,
  };
}

const SIMILAR_DAYS = 30;
const SIMILAR_LOOKED_AT_MAX = 2_000;
const SIMILAR_SHOWN_MAX = 5;

/** Incidents before this one, of the same host or group and kind, with the same first cause. */
export async function similarTo(incidents: Pick<IncidentStore, "feed">, incident: Incident) {
  const { opened, group } = incident;
  const host = subjectOf(incident);
  const before = await incidents.feed(opened - SIMILAR_DAYS * DAY_MS, opened, SIMILAR_LOOKED_AT_MAX);
  const cause = causeOf(incident);
  const alike = before.filter((one) => (subjectOf(one) === host || one.group === group) && causeOf(one) === cause);
  const count = (...verdicts: readonly string[]) =>
    alike.filter(({ label }) => label && verdicts.includes(label.verdict)).length;
  return {
    count: alike.length,
    labelled: { fault: count("fault"), normal: count("false", "expected", "new-normal") },
    newest: alike.slice(0, SIMILAR_SHOWN_MAX).map((one) => ({
      id: one.id,
      host: subjectOf(one),
      opened: one.opened,
      resolved: one.resolved,
      peak: one.kind === "silent" ? "silent" : `${decimal(ratioOf(one.peak))} × epsilon`,
      verdict: one.label?.verdict,
      note: one.label?.note,
    })),
  };
}

function causeOf(incident: Incident): string {
  const [first] = causesOf(incident);
  return `${incident.kind} ${first ? `${first.metric} ${direction(first)}` : (rulesOf(incident)[0]?.rule ?? "")}`;
}
