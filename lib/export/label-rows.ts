import { isLabelled, type LabelledIncident } from "../learn/conflicts.ts";
import type { Column, Row } from "../table/columns.ts";
import type { Incident } from "../watch/incident.ts";

/** What `fleetwarden labels import` reads back; `resolved` is empty while the incident is open. */
export const LABEL_COLUMNS: readonly Column[] = [
  { name: "id", type: "text" },
  { name: "host", type: "text" },
  { name: "group", type: "text" },
  { name: "opened", type: "time" },
  { name: "resolved", type: "time" },
  { name: "lastAnomaly", type: "time" },
  { name: "verdict", type: "text" },
  { name: "by", type: "text" },
  { name: "at", type: "time" },
  { name: "note", type: "text" },
];

/** The rows of those that are labelled. */
export async function* labelRows(incidents: AsyncIterable<Incident>): AsyncGenerator<Row> {
  for await (const incident of incidents) if (isLabelled(incident)) yield labelRow(incident);
}

/** A labelled incident in the order of `LABEL_COLUMNS`. */
function labelRow({ id, host, group, opened, resolved, lastAnomaly, label }: LabelledIncident): Row {
  return [id, host, group, opened, resolved, lastAnomaly, label.verdict, label.by, label.at, label.note];
}
