import type { News } from "../alert/news.ts";
import { incidentsIn, kindOf } from "../export/incident-rows.ts";
import type { Span } from "../export/span.ts";
import type { Cause } from "../incident/cause.ts";
import { causesOf, type Incident, severityOf, subjectOf } from "../incident/incident.ts";
import { isFalseAlarm, type Verdict } from "../incident/label.ts";
import { type IncidentRecord, recordOf } from "../incident/record.ts";
import type { Severity } from "../incident/severity.ts";
import { evaluateEpsilon } from "../model/best-epsilon.ts";
import type { TopicMessage } from "../notify/publish.ts";
import { SEVERAL } from "../notify/words.ts";
import { DAY_MS } from "../time.ts";
import { labelledEvents, touches } from "./labelled-events.ts";
import type { HostRecording } from "./recording.ts";
import type { Published, VirtualDeployment } from "./virtual-deployment.ts";

type ReportedCause = Pick<Cause, "metric" | "now" | "expected" | "share">;

/** Times are in ISO 8601. */
export interface ReportedIncident {
  readonly id: string;
  /** `group#…` for a fleet. */
  readonly host: string;
  readonly group: string;
  readonly kind: ReturnType<typeof kindOf>;
  readonly severity: Severity;
  readonly opened: string;
  /** Its last anomaly so far; when a silence was noticed. */
  readonly lastAnomaly: string;
  readonly resolved: string | null;
  readonly peakScore: number;
  /** The largest first. */
  readonly causes: readonly ReportedCause[];
  /** The person's answer. */
  readonly verdict?: Verdict;
  /** A false alarm by the person's answer, else by the labels of the host's rows; absent without either. */
  readonly isFalse?: boolean;
}

export interface ReportedNotice {
  /** When it was published. */
  readonly at: string;
  readonly kind: string;
  /** Absent for a message about many hosts. */
  readonly host?: string;
  readonly group?: string;
  /** Ids; a digest names several. */
  readonly incidents: readonly string[];
  /** As sent; a digest names metrics alone. */
  readonly causes: readonly (ReportedCause | Pick<Cause, "metric">)[];
  readonly subject: string;
  readonly sms: string;
}

export interface BacktestReport {
  /** The recording's time, from its first minute to the end of its last. */
  readonly from: string;
  readonly to: string;
  readonly hosts: number;
  readonly records: number;
  readonly samples: number;
  readonly rejected: number;
  readonly anomalies: number;
  /** The computer's own time, refits included. */
  readonly seconds: number;
  /** Those of the scheduled refits. */
  readonly refitSeconds: number;
  readonly answers: { readonly given: number; readonly withoutIncident: number };
  readonly incidents: readonly ReportedIncident[];
  /** Incidents without a message, because people had called the same a false alarm. */
  readonly quiet: readonly ReportedIncident[];
  readonly notices: readonly ReportedNotice[];
  /** Per sample, where the files have a column `label`. */
  readonly precision?: number;
  readonly recall?: number;
  readonly f1?: number;
  /** Share of the labelled runs that an incident of their host touches. */
  readonly eventRecall?: number;
}

/** The deployment's account of the recording. Incidents come in the order in which they opened. */
export async function reportOf(
  recording: readonly HostRecording[],
  { from, to }: Span,
  deployment: VirtualDeployment,
  played: Pick<BacktestReport, "seconds" | "refitSeconds" | "answers">,
): Promise<BacktestReport> {
  const { stores, counts, published, anomalies } = deployment;
  const incidents: Incident[] = [];
  const quiet: Incident[] = [];
  for await (const incident of incidentsIn(stores.incidents, {}, { from, to: to + DAY_MS }))
    (isQuiet(incident) ? quiet : incidents).push(incident);
  const labelled = recording.filter(({ labels }) => labels);
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    hosts: recording.length,
    ...counts,
    ...played,
    incidents: incidents.map((incident) => reportedIncident(incident, labelled)),
    quiet: quiet.map((incident) => reportedIncident(incident, labelled)),
    notices: published.map(reportedNotice),
    ...qualityOf(labelled, anomalies, incidents.map(recordOf)),
  };
}

function isQuiet(incident: Incident): boolean {
  return incident.kind === "anomaly" && incident.quiet !== undefined;
}

function reportedIncident(incident: Incident, labelled: readonly HostRecording[]): ReportedIncident {
  const { id, host, group, opened, lastAnomaly, resolved, peak, causes, label } = recordOf(incident);
  const isFalse = isFalseOf(incident, labelled);
  return {
    ...{ id, host, group, kind: kindOf(incident), severity: severityOf(incident) },
    opened: new Date(opened).toISOString(),
    lastAnomaly: new Date(lastAnomaly).toISOString(),
    resolved: resolved === undefined ? null : new Date(resolved).toISOString(),
    peakScore: peak.score,
    causes: causes.map(reportedCause),
    ...(label && { verdict: label.verdict }),
    ...(isFalse === undefined ? {} : { isFalse }),
  };
}

function reportedCause({ metric, now, expected, share }: Cause): ReportedCause {
  return { metric, now, expected, share };
}

/** A person's answer counts more than the labels of the rows. */
function isFalseOf(incident: Incident, labelled: readonly HostRecording[]): boolean | undefined {
  if (isFalseAlarm(incident.label)) return true;
  if (incident.label?.verdict === "fault") return false;
  // A silent host has no rows that could be labelled.
  if (incident.kind === "silent") return undefined;
  const host = subjectOf(incident);
  const own = labelled.filter(
    (one) => one.host === host || (incident.kind === "fleet" && one.group === incident.group),
  );
  if (own.length === 0) return undefined;
  const record = recordOf(incident);
  return !own.some((one) => labelledEvents(one).some((event) => touches(record, event)));
}

function reportedNotice({ at, news, message: { subject, bodies, attributes } }: Published): ReportedNotice {
  const { host, group } = whereOf(news, attributes);
  return {
    at: new Date(at).toISOString(),
    kind: news.kind,
    ...(host === undefined ? {} : { host }),
    ...(group === undefined ? {} : { group }),
    incidents: incidentsOf(news),
    causes: causesIn(news),
    subject,
    sms: bodies.sms ?? "",
  };
}

/** The attributes of a message have a star if it is about several hosts or groups. */
function whereOf(news: News, attributes: TopicMessage["attributes"]) {
  if ("incident" in news) {
    const { incident } = news;
    return { host: incident.kind === "fleet" ? undefined : incident.host, group: incident.group };
  }
  const named = (name: string | undefined) => (name === SEVERAL ? undefined : name);
  return { host: named(attributes.host), group: named(attributes.group) };
}

function incidentsOf(news: News): readonly string[] {
  if ("incident" in news) return [news.incident.id];
  return news.kind === "digest" ? news.first.map(({ id }) => id) : [];
}

function causesIn(news: News): ReportedNotice["causes"] {
  if ("incident" in news) return causesOf(news.incident).map(reportedCause);
  return news.kind === "digest" ? news.causes.map(({ metric }) => ({ metric })) : [];
}

/** How well samples and incidents meet the labels, over all labelled hosts together. */
function qualityOf(
  labelled: readonly HostRecording[],
  anomalies: VirtualDeployment["anomalies"],
  incidents: readonly IncidentRecord[],
) {
  if (labelled.length === 0) return {};
  const flagged = labelled.flatMap(({ host, times }) =>
    Array.from(times, (time) => Number(anomalies.get(host)?.has(time) ?? false)),
  );
  const labels = labelled.flatMap((one) => [...(one.labels ?? [])]);
  const { precision, recall, f1 } = evaluateEpsilon(Float64Array.from(flagged), Uint8Array.from(labels), 0);
  const events = labelled.flatMap((one) => labelledEvents(one).map((event) => ({ ...event, host: one.host })));
  const touched = events.filter((event) => incidents.some((one) => one.host === event.host && touches(one, event)));
  return { precision, recall, f1, eventRecall: events.length > 0 ? touched.length / events.length : 0 };
}
