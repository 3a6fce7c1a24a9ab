import { decimal, range, value } from "../notify/format.ts";
import { DAY_MS } from "../time.ts";
import { direction } from "../watch/causes.ts";
import { type Incident, ratioOf, severityOf, type Verdict } from "../watch/incident.ts";
import type { IncidentStore } from "../watch/ports.ts";
import { short } from "./cards.ts";

export type IncidentView = ReturnType<typeof incidentView>;

/** One incident as the page shows it, its numbers in words. Times are in milliseconds since the epoch. */
export function incidentView(incident: Incident) {
  const { id, host, group, opened, resolved, peak, epsilon, baseline, samples, anomalies, causes } = incident;
  const { ending, extent, fleet, unstable, acknowledged, label, earlierLabels = [], rules = [] } = incident;
  return {
    /** Unique, while ids may collide. */
    key: `${host} ${opened}`,
    id,
    host,
    group,
    kind: incident.kind ?? "anomaly",
    severity: severityOf(incident),
    opened,
    resolved,
    ending,
    lastSeen: peak.time,
    score: short(peak.score),
    epsilon: short(epsilon),
    /** How many times epsilon its peak is; 0 without a baseline. */
    ratio: short(ratioOf(incident)),
    baseline: `${baseline.owner} v${baseline.version}`,
    samples,
    anomalies,
    causes: causes.map((cause) => ({
      metric: cause.metric,
      now: value(cause.metric, cause.now),
      usual: range(cause),
      direction: direction(cause),
      share: cause.share,
    })),
    rules: rules.map(({ rule, severity, values }) => ({
      rule,
      severity,
      values: values.map(({ metric, now }) => `${metric} ${value(metric, now)}`).join(", "),
    })),
    extent,
    fleet,
    unstable,
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
  const { opened, host, group } = incident;
  const before = await incidents.feed(opened - SIMILAR_DAYS * DAY_MS, opened, SIMILAR_LOOKED_AT_MAX);
  const cause = causeOf(incident);
  const alike = before.filter((one) => (one.host === host || one.group === group) && causeOf(one) === cause);
  const count = (...verdicts: readonly Verdict[]) =>
    alike.filter(({ label }) => label && verdicts.includes(label.verdict)).length;
  return {
    count: alike.length,
    labelled: { fault: count("fault"), normal: count("false", "expected", "new-normal") },
    newest: alike.slice(0, SIMILAR_SHOWN_MAX).map((one) => ({
      id: one.id,
      host: one.host,
      opened: one.opened,
      resolved: one.resolved,
      peak: one.kind === "silent" ? "silent" : `${decimal(ratioOf(one))} × epsilon`,
      verdict: one.label?.verdict,
      note: one.label?.note,
    })),
  };
}

function causeOf({ kind, causes: [first], rules }: Incident): string {
  return `${kind ?? "anomaly"} ${first ? `${first.metric} ${direction(first)}` : (rules?.[0]?.rule ?? "")}`;
}
