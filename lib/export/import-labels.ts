import { incidentsBetween, labelTime, problemOfTime } from "../alert/label.ts";
import type { AlertingStore } from "../alert/ports.ts";
import { type Incident, subjectOf } from "../incident/incident.ts";
import type { Label } from "../incident/label.ts";
import { TIME_VERDICTS, timeLabelId } from "../incident/time-label.ts";
import { oneLine } from "../plain-text.ts";
import { UserError } from "../user-error.ts";
import type { IncidentStore } from "../watch/ports.ts";
import type { ImportedLabel } from "./label-csv.ts";

export interface Imported {
  /** Labels given to incidents. */
  labelled: number;
  /** Labels given to times in which no incident opened. */
  times: number;
  /** Those that the incident or time has or had already. */
  known: number;
  /** Those older than the label that is stored. */
  outdated: number;
  /** Rows that match no incident, nor a time that can have a label. */
  readonly unmatched: { readonly row: number; readonly incident: string }[];
}

interface Import {
  readonly by: string;
  /** Milliseconds since the epoch, for rows without a time. */
  readonly at: number;
  readonly isTrial: boolean;
}

interface Ports {
  readonly incidents: IncidentStore;
  readonly alerting: Pick<AlertingStore, "timeLabels" | "saveTimeLabel" | "quiets" | "saveQuiet">;
}

/** The label of a row, to compare with the stored ones. */
type Said = Omit<Label, "at"> & { readonly at?: number };

/**
 * Labels row by row; existing labels are left, so that the same file may be imported again. Throws a UserError at the
 * first row whose time cannot be labelled.
 */
export async function importLabels(
  ports: Ports,
  rows: readonly ImportedLabel[],
  { by, at, isTrial }: Import,
): Promise<Imported> {
  const result: Imported = { labelled: 0, times: 0, known: 0, outdated: 0, unmatched: [] };
  for (const { row, of, label } of rows) {
    const said: Said = { by, ...label };
    const meant = await incidentsOf(ports.incidents, of);
    for (const incident of meant) {
      const verdict = compare([...(incident.earlierLabels ?? []), ...(incident.label ? [incident.label] : [])], said);
      result[verdict === "new" ? "labelled" : verdict]++;
      if (verdict === "new" && !isTrial)
        await ports.incidents.label(subjectOf(incident), incident.opened, { at, ...said });
    }
    if (meant.length > 0) continue;
    const time =
      "about" in of && isTimeVerdict(said)
        ? await importTime(ports, row, of, { at, ...said }, said, isTrial)
        : undefined;
    if (time) result[time === "new" ? "times" : time]++;
    else result.unmatched.push({ row, incident: "id" in of ? of.id : nameOf(of) });
  }
  return result;
}

type Span = Exclude<ImportedLabel["of"], { readonly id: string }>;

async function importTime(ports: Ports, row: number, of: Span, label: Label, said: Said, isTrial: boolean) {
  const { about, from, to } = of;
  const problem = problemOfTime({ ...of, label });
  if (problem !== undefined) throw new UserError(`row ${row} (${nameOf(of)}): ${problem}`);
  const id = timeLabelId(about, from);
  const stored = (await ports.alerting.timeLabels()).filter((one) => one.id === id && one.to === to);
  const verdict = compare(
    stored.map((one) => one.label),
    said,
  );
  if (verdict === "new" && !isTrial) await labelTime(ports, { about, from, to, label });
  return verdict;
}

function isTimeVerdict({ verdict }: Said): boolean {
  return TIME_VERDICTS.some((one) => one === verdict);
}

function nameOf({ about }: Span): string {
  return "host" in about ? about.host : `group ${about.group}`;
}

async function incidentsOf(incidents: IncidentStore, of: ImportedLabel["of"]): Promise<readonly Incident[]> {
  if ("id" in of)
    return (await incidents.withId(of.id)).filter((one) => of.host === undefined || subjectOf(one) === of.host);
  return "host" in of.about ? incidentsBetween(incidents, of.about.host, of.from, of.to) : [];
}

/** How a row's label compares with the labels so far, the newest of which comes last. */
function compare(labels: readonly Label[], wanted: Said): "known" | "outdated" | "new" {
  const isKnown = labels.some(
    ({ verdict, category, by, note = "", at }) =>
      verdict === wanted.verdict &&
      category === wanted.category &&
      oneLine(by) === wanted.by &&
      oneLine(note) === (wanted.note ?? "") &&
      (wanted.at === undefined || wanted.at === at),
  );
  if (isKnown) return "known";
  const newest = labels.at(-1);
  return wanted.at !== undefined && newest && newest.at > wanted.at ? "outdated" : "new";
}
