import { type Incident, subjectOf } from "../incident/incident.ts";
import type { Label } from "../incident/label.ts";
import { oneLine } from "../plain-text.ts";
import { DAY_MS } from "../time.ts";
import type { IncidentStore } from "../watch/ports.ts";
import type { ImportedLabel } from "./label-csv.ts";

export interface Imported {
  /** Labels given to incidents. */
  labelled: number;
  /** Those that the incident has or had already. */
  known: number;
  /** Those older than the label that the incident has. */
  outdated: number;
  /** Rows that no incident of ours is meant by. */
  readonly unmatched: { readonly row: number; readonly incident: string }[];
}

interface Import {
  readonly by: string;
  /** Milliseconds since the epoch, where the file does not say. */
  readonly at: number;
  readonly isTrial: boolean;
}

/** Labels row by row; whatever is there already is left, so that the same file may be imported again. */
export async function importLabels(
  incidents: IncidentStore,
  rows: readonly ImportedLabel[],
  { by, at, isTrial }: Import,
): Promise<Imported> {
  const result: Imported = { labelled: 0, known: 0, outdated: 0, unmatched: [] };
  for (const { row, of, label } of rows) {
    const meant = await incidentsOf(incidents, of);
    if (meant.length === 0) result.unmatched.push({ row, incident: "id" in of ? of.id : of.host });
    for (const incident of meant) {
      if (isKnown(incident, { by, ...label })) result.known++;
      else if (label.at !== undefined && incident.label && incident.label.at > label.at) result.outdated++;
      else {
        if (!isTrial) await incidents.label(subjectOf(incident), incident.opened, { by, at, ...label });
        result.labelled++;
      }
    }
  }
  return result;
}

/** An incident that began longer before was anomalous for so long that it is no longer looked at by a refit. */
const LOOK_BACK_MS = 30 * DAY_MS;

async function incidentsOf(incidents: IncidentStore, of: ImportedLabel["of"]): Promise<readonly Incident[]> {
  if ("id" in of)
    return (await incidents.withId(of.id)).filter((one) => of.host === undefined || subjectOf(one) === of.host);
  const opened = await incidents.ofHost(of.host, of.from - LOOK_BACK_MS, of.to + 1);
  return opened.filter(({ resolved = Number.POSITIVE_INFINITY }) => resolved >= of.from);
}

function isKnown(
  { label, earlierLabels = [] }: Incident,
  wanted: Omit<Label, "at"> & { readonly at?: number },
): boolean {
  return [...earlierLabels, ...(label ? [label] : [])].some(
    ({ verdict, by, note = "", at }) =>
      verdict === wanted.verdict &&
      oneLine(by) === wanted.by &&
      oneLine(note) === (wanted.note ?? "") &&
      (wanted.at === undefined || wanted.at === at),
  );
}
