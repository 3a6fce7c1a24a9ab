import type { Column, Row } from "../table/columns.ts";
import { DAY_MS } from "../time.ts";
import { type Incident, ratioOf, severityOf } from "../watch/incident.ts";
import type { IncidentStore } from "../watch/ports.ts";
import { isSelected, type Selection, type Span } from "./span.ts";

/** Of one day, with their causes about 100 MB. */
const DAY_INCIDENTS_MAX = 50_000;

/** The selected incidents that opened in the span, oldest first, one day in memory. A fleet's goes by its group alone. */
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
    for (const incident of [...found].reverse()) if (isSelected(selection, incident)) yield incident;
    start = end;
  }
}

/** Of the causes the first, and of all of them nothing else: JSON has the incident as it is stored. */
export const INCIDENT_COLUMNS: readonly Column[] = [
  { name: "id", type: "text" },
  { name: "kind", type: "text" },
  { name: "severity", type: "text" },
  { name: "host", type: "text" },
  { name: "group", type: "text" },
  { name: "opened", type: "time" },
  { name: "resolved", type: "time" },
  { name: "seconds", type: "number" },
  { name: "peakTime", type: "time" },
  { name: "score", type: "number" },
  { name: "epsilon", type: "number" },
  { name: "ratio", type: "number" },
  { name: "samples", type: "number" },
  { name: "anomalies", type: "number" },
  { name: "cause", type: "text" },
  { name: "now", type: "number" },
  { name: "expected", type: "number" },
  { name: "low", type: "number" },
  { name: "high", type: "number" },
  { name: "share", type: "number" },
  { name: "rules", type: "text" },
  { name: "affected", type: "number" },
  { name: "fleet", type: "text" },
  { name: "acknowledgedBy", type: "text" },
  { name: "verdict", type: "text" },
  { name: "labelledBy", type: "text" },
  { name: "note", type: "text" },
  { name: "baseline", type: "text" },
  { name: "version", type: "number" },
];

/** What an incident is one of: of several, people are told of the first. */
export type IncidentKind = "silent" | "fleet" | "rule" | "anomaly";

export function kindOf({ kind, rules }: Pick<Incident, "kind" | "rules">): IncidentKind {
  return kind ?? (rules ? "rule" : "anomaly");
}

/** An incident in the order of `INCIDENT_COLUMNS`. */
export function incidentRow(incident: Incident): Row {
  const { id, host, group, opened, resolved, peak, epsilon, samples, anomalies, baseline, label } = incident;
  const [cause] = incident.causes;
  return [
    ...[id, kindOf(incident), severityOf(incident), host, group],
    ...[opened, resolved, resolved === undefined ? undefined : (resolved - opened) / 1_000],
    ...[peak.time, peak.score, epsilon, epsilon > 0 ? ratioOf(incident) : undefined, samples, anomalies],
    ...[cause?.metric, cause?.now, cause?.expected, cause?.low, cause?.high, cause?.share],
    ...[incident.rules?.map(({ rule }) => rule).join("; "), incident.extent?.affected, incident.fleet],
    ...[incident.acknowledged?.by, label?.verdict, label?.by, label?.note, baseline.owner, baseline.version],
  ];
}
