import { type Incident, severityOf, subjectOf } from "../incident/incident.ts";
import { recordOf } from "../incident/record.ts";
import { type Column, columns, type Row } from "../table/columns.ts";
import { DAY_MS } from "../time.ts";
import type { IncidentStore } from "../watch/ports.ts";
import { isSelected, type Selection, type Span } from "./span.ts";

/** For one day; with their causes they take about 100 MB. */
const DAY_INCIDENTS_MAX = 50_000;

/** Yields the selected incidents of the span, oldest first, one day in memory. Only the group selects a fleet's. */
export async function* incidentsIn(
  store: Pick<IncidentStore, "feed">,
  selection: Selection,
  { from, to }: Span,
): AsyncGenerator<Incident> {
  for (let start = from; start < to; ) {
    const end = Math.min(to, (Math.floor(start / DAY_MS) + 1) * DAY_MS);
    const found = await store.feed(start, end, DAY_INCIDENTS_MAX);
    if (found.length === DAY_INCIDENTS_MAX)
      throw new Error(`${DAY_INCIDENTS_MAX} incidents or more in one day: take less at a time by --since and --until`);
    for (const incident of [...found].reverse())
      if (isSelected(selection, { host: subjectOf(incident), group: incident.group })) yield incident;
    start = end;
  }
}

/** A row has only the first cause; JSON has the incident as it is stored. */
export const INCIDENT_COLUMNS: readonly Column[] = [
  ...columns("text", "id", "kind", "severity", "host", "group"),
  ...columns("time", "opened", "resolved"),
  ...columns("number", "seconds"),
  ...columns("time", "peakTime"),
  ...columns("number", "score", "epsilon", "ratio", "samples", "anomalies"),
  ...columns("text", "cause"),
  ...columns("number", "now", "expected", "low", "high", "share"),
  ...columns("text", "rules"),
  ...columns("number", "affected"),
  ...columns("text", "fleet", "acknowledgedBy", "verdict", "labelledBy", "note", "baseline"),
  ...columns("number", "version"),
  ...columns("text", "category"),
];

/** The kind of an incident; if several apply, alerts name the first. */
export function kindOf(incident: Incident): "silent" | "fleet" | "rule" | "anomaly" {
  return incident.kind === "anomaly" && incident.rules ? "rule" : incident.kind;
}

/** An incident in the order of `INCIDENT_COLUMNS`. */
export function incidentRow(incident: Incident): Row {
  const record = recordOf(incident);
  const { id, host, group, opened, resolved, peak, epsilon, samples, anomalies, baseline, label } = record;
  const [cause] = record.causes;
  return [
    ...[id, kindOf(incident), severityOf(incident), host, group],
    ...[opened, resolved, resolved === undefined ? undefined : (resolved - opened) / 1_000],
    ...[peak.time, peak.score, epsilon, epsilon > 0 ? peak.score / epsilon : undefined, samples, anomalies],
    ...[cause?.metric, cause?.now, cause?.expected, cause?.low, cause?.high, cause?.share],
    ...[record.rules?.map(({ rule }) => rule).join("; "), record.extent?.affected, record.fleet],
    ...[record.acknowledged?.by, label?.verdict, label?.by, label?.note, baseline.owner, baseline.version],
    label?.category,
  ];
}
