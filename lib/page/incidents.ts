import type { Extent } from "../incident/extent.ts";
import {
  causesOf,
  type Ending,
  type Incident,
  rulesOf,
  sampleOf,
  severityOf,
  subjectOf,
} from "../incident/incident.ts";
import { ratioOf } from "../incident/judgement.ts";
import type { Acknowledgement, Label } from "../incident/label.ts";
import { type IncidentRecord, recordOf } from "../incident/record.ts";
import type { Severity } from "../incident/severity.ts";
import { decimal, range, value } from "../notify/format.ts";
import { DAY_MS } from "../time.ts";
import { direction } from "../watch/causes.ts";
import type { IncidentStore } from "../watch/ports.ts";
import { short } from "./fleet.ts";

/** One incident as the page shows it, its numbers in words. Times are in milliseconds since the epoch. */
export interface IncidentView {
  /** Tells it from all others, as ids may collide. */
  readonly key: string;
  readonly id: string;
  readonly host: string;
  readonly group: string;
  readonly kind: "anomaly" | "silent" | "fleet";
  readonly severity: Severity;
  readonly opened: number;
  readonly resolved?: number;
  /** What became of the host instead of normal. */
  readonly ending?: Ending;
  readonly lastSeen: number;
  readonly score: number;
  readonly epsilon: number;
  /** How many times epsilon its peak is; 0 without a baseline. */
  readonly ratio: number;
  readonly baseline: string;
  readonly samples: number;
  readonly anomalies: number;
  readonly causes: readonly CauseView[];
  readonly rules: readonly { readonly rule: string; readonly severity: Severity; readonly values: string }[];
  readonly extent?: Extent;
  readonly fleet?: string;
  readonly unstable?: true;
  readonly acknowledged?: Acknowledgement;
  readonly label?: Label;
  readonly earlierLabels: readonly Label[];
}

interface CauseView {
  readonly metric: string;
  readonly now: string;
  readonly usual: string;
  readonly direction: "high" | "low" | "in range";
  /** From 0 to 1. */
  readonly share: number;
}

export function incidentView(incident: Incident): IncidentView {
  const record = recordOf(incident);
  const { id, host, group, opened, resolved, peak, epsilon, baseline, samples, anomalies, causes } = record;
  const { ending, extent, fleet, unstable, acknowledged, label, earlierLabels = [], rules = [] } = record;
  return {
    key: `${host} ${opened}`,
    id,
    host,
    group,
    kind: incident.kind,
    severity: severityOf(incident),
    opened,
    ...(resolved === undefined ? {} : { resolved }),
    ...(ending ? { ending } : {}),
    lastSeen: peak.time,
    score: short(peak.score),
    epsilon: short(epsilon),
    ratio: short(ratioOf(sampleOf(incident))),
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
    ...(extent ? { extent } : {}),
    ...(fleet === undefined ? {} : { fleet }),
    ...(unstable ? { unstable } : {}),
    ...(acknowledged ? { acknowledged } : {}),
    ...(label ? { label } : {}),
    earlierLabels,
  };
}

/** Past incidents that resemble one. */
export interface Similar {
  /** All of them that were looked at. */
  readonly count: number;
  readonly labelled: { readonly fault: number; readonly normal: number };
  /** The newest, at most `SIMILAR_SHOWN_MAX`. */
  readonly newest: readonly SimilarView[];
}

interface SimilarView extends Pick<IncidentRecord, "id" | "host" | "opened"> {
  readonly resolved?: number;
  readonly peak: string;
  readonly verdict?: string;
  readonly note?: string;
}

const SIMILAR_DAYS = 30;
const SIMILAR_LOOKED_AT_MAX = 2_000;
const SIMILAR_SHOWN_MAX = 5;

/** Incidents before this one, of the same host or group, that have the same first cause, or are silences as it is. */
export async function similarTo(incidents: Pick<IncidentStore, "feed">, incident: Incident): Promise<Similar> {
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
      ...(one.resolved === undefined ? {} : { resolved: one.resolved }),
      peak: one.kind === "silent" ? "silent" : `${decimal(ratioOf(one.peak))} × epsilon`,
      ...(one.label ? { verdict: one.label.verdict, ...(one.label.note ? { note: one.label.note } : {}) } : {}),
    })),
  };
}

function causeOf(incident: Incident): string {
  const [first] = causesOf(incident);
  return `${incident.kind} ${first ? `${first.metric} ${direction(first)}` : (rulesOf(incident)[0]?.rule ?? "")}`;
}
