import type { AlertingStore } from "../alert/ports.ts";
import { fleetSubject, type Incident } from "../incident/incident.ts";
import { recordOf } from "../incident/record.ts";
import type { TimeLabel } from "../incident/time-label.ts";
import { isLabelled, type LabelledIncident } from "../learn/conflicts.ts";
import { type Column, columns, type Row } from "../table/columns.ts";
import type { HostStore } from "../watch/ports.ts";
import { isSelected, type Selection, type Span } from "./span.ts";

/**
 * `fleetwarden labels import` reads these columns back. `resolved` is empty while the incident is open. Only labels of
 * times have `from` and `to`, and these have no `id`.
 */
export const LABEL_COLUMNS: readonly Column[] = [
  ...columns("text", "id", "host", "group"),
  ...columns("time", "opened", "resolved", "lastAnomaly"),
  ...columns("text", "verdict", "by"),
  ...columns("time", "at"),
  ...columns("text", "note"),
  ...columns("time", "from", "to"),
  ...columns("text", "category"),
];

interface TimePorts {
  readonly alerting: Pick<AlertingStore, "timeLabels">;
  readonly hosts: Pick<HostStore, "load">;
}

/** The selected labels of times that began in the span. Only the group selects one of a group. */
export async function timesIn(
  { alerting, hosts }: TimePorts,
  selection: Selection,
  { from, to }: Span,
): Promise<readonly TimeLabel[]> {
  const times = (await alerting.timeLabels()).filter((one) => from <= one.from && one.from < to);
  const states = await hosts.load(times.flatMap(({ about }) => ("host" in about ? [about.host] : [])));
  return times.filter(({ about }) =>
    "host" in about
      ? isSelected(selection, { host: about.host, group: states.get(about.host)?.group ?? "" })
      : isSelected(selection, { host: fleetSubject(about.group), group: about.group }),
  );
}

/** Yields the rows of the labelled incidents, and then the rows of labelled times. */
export async function* labelRows(incidents: AsyncIterable<Incident>, times: readonly TimeLabel[]): AsyncGenerator<Row> {
  for await (const incident of incidents) if (isLabelled(incident)) yield labelRow(incident);
  for (const time of times.toSorted((a, b) => a.from - b.from)) yield timeRow(time);
}

function timeRow({ about, from, to, label }: TimeLabel): Row {
  const [host, group] = "host" in about ? [about.host, ""] : ["", about.group];
  const { verdict, by, at, note, category } = label;
  return ["", host, group, undefined, undefined, undefined, verdict, by, at, note, from, to, category];
}

/** A labelled incident in the order of `LABEL_COLUMNS`. */
function labelRow(incident: LabelledIncident): Row {
  const { id, host, group, opened, resolved, lastAnomaly } = recordOf(incident);
  const { label } = incident;
  return [
    id,
    host,
    group,
    opened,
    resolved,
    lastAnomaly,
    label.verdict,
    label.by,
    label.at,
    label.note,
    undefined,
    undefined,
    label.category,
  ];
}
