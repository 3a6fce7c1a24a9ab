import { decimal, range, value } from "../notify/format.ts";
import { DAY_MS } from "../time.ts";
import { type Direction, direction } from "../watch/causes.ts";
import { type Ending, type Incident, ratioOf, type Severity, severityOf } from "../watch/incident.ts";
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
  readonly extent?: NonNullable<Incident["extent"]>;
  readonly fleet?: string;
  readonly unstable?: true;
  readonly acknowledged?: NonNullable<Incident["acknowledged"]>;
  readonly label?: NonNullable<Incident["label"]>;
  readonly earlierLabels: NonNullable<Incident["earlierLabels"]>;
}

interface CauseView {
  readonly metric: string;
  readonly now: string;
  readonly usual: string;
  readonly direction: Direction;
  /** From 0 to 1. */
  readonly share: number;
}

export function incidentView(incident: Incident): IncidentView {
  const { id, host, group, opened, resolved, peak, epsilon, baseline, samples, anomalies, causes } = incident;
  const { ending, extent, fleet, unstable, acknowledged, label, earlierLabels = [], rules = [] } = incident;
  return {
    key: `${host} ${opened}`,
    id,
    host,
    group,
    kind: incident.kind ?? "anomaly",
    severity: severityOf(incident),
    opened,
    ...(resolved === undefined ? {} : { resolved }),
    ...(ending ? { ending } : {}),
    lastSeen: peak.time,
    score: short(peak.score),
    epsilon: short(epsilon),
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

interface SimilarView extends Pick<Incident, "id" | "host" | "opened"> {
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
  const { opened, host, group } = incident;
  const before = await incidents.feed(opened - SIMILAR_DAYS * DAY_MS, opened, SIMILAR_LOOKED_AT_MAX);
  const cause = causeOf(incident);
  const alike = before.filter((one) => (one.host === host || one.group === group) && causeOf(one) === cause);
  const count = (...verdicts: readonly string[]) =>
    alike.filter(({ label }) => label && verdicts.includes(label.verdict)).length;
  return {
    count: alike.length,
    labelled: { fault: count("fault"), normal: count("false", "expected", "new-normal") },
    newest: alike.slice(0, SIMILAR_SHOWN_MAX).map((one) => ({
      id: one.id,
      host: one.host,
      opened: one.opened,
      ...(one.resolved === undefined ? {} : { resolved: one.resolved }),
      peak: one.kind === "silent" ? "silent" : `${decimal(ratioOf(one))} × epsilon`,
      ...(one.label ? { verdict: one.label.verdict, ...(one.label.note ? { note: one.label.note } : {}) } : {}),
    })),
  };
}

function causeOf({ kind, causes: [first], rules }: Incident): string {
  return `${kind ?? "anomaly"} ${first ? `${first.metric} ${direction(first)}` : (rules?.[0]?.rule ?? "")}`;
}
