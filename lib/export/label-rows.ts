import type { Incident } from "../incident/incident.ts";
import { recordOf } from "../incident/record.ts";
import { isLabelled, type LabelledIncident } from "../learn/conflicts.ts";
import { type Column, columns, type Row } from "../table/columns.ts";

/** `fleetwarden labels import` reads these columns back. `resolved` is empty while the incident is open. */
export const LABEL_COLUMNS: readonly Column[] = [
  ...columns("text", "id", "host", "group"),
  ...columns("time", "opened", "resolved", "lastAnomaly"),
  ...columns("text", "verdict", "by"),
  ...columns("time", "at"),
  ...columns("text", "note"),
];

/** Yields the rows of the labelled incidents. */
export async function* labelRows(incidents: AsyncIterable<Incident>): AsyncGenerator<Row> {
  for await (const incident of incidents) if (isLabelled(incident)) yield labelRow(incident);
}

/** A labelled incident in the order of `LABEL_COLUMNS`. */
function labelRow(incident: LabelledIncident): Row {
  const { id, host, group, opened, resolved, lastAnomaly } = recordOf(incident);
  const { label } = incident;
  return [id, host, group, opened, resolved, lastAnomaly, label.verdict, label.by, label.at, label.note];
}
