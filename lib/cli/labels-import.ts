import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { type ImportedLabel, parseLabelCsv } from "../export/label-csv.ts";
import { DAY_MS } from "../time.ts";
import type { Incident, Label } from "../watch/incident.ts";
import type { IncidentStore } from "../watch/ports.ts";
import { byOption } from "./arguments.ts";
import { withStores } from "./connect.ts";
import { print } from "./output.ts";
import { type AnswerOptions, targetCommand } from "./target.ts";

interface Options extends AnswerOptions {
  readonly by: string;
  readonly dryRun?: boolean;
}

export function labelsImportCommand(): Command {
  return targetCommand("import")
    .description("Label incidents from a CSV file: an exported one, or one with host, from and to.")
    .argument("<file>", "CSV with a column verdict")
    .addOption(byOption("who gave the labels, where the file does not say"))
    .option("--dry-run", "show what would be labelled, and label nothing")
    .addHelpText("after", "\nExample:\n  fleetwarden labels import labels.csv --dry-run")
    .action(async (file: string, options: Options) => {
      const rows = parseLabelCsv(file, await readFile(file, "utf8"));
      await withStores(options, async ({ incidents }) => {
        const result = await importLabels(incidents, rows, {
          by: options.by,
          at: Date.now(),
          isTrial: options.dryRun === true,
        });
        print(options.json, { ...result, dryRun: options.dryRun === true }, () =>
          wordsFor(result, options.dryRun === true),
        );
      });
    });
}

interface Imported {
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
async function importLabels(
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
        if (!isTrial) await incidents.label(incident.host, incident.opened, { by, at, ...label });
        result.labelled++;
      }
    }
  }
  return result;
}

/** An incident that began longer before was anomalous for so long that it is no longer looked at by a refit. */
const LOOK_BACK_MS = 30 * DAY_MS;

async function incidentsOf(incidents: IncidentStore, of: ImportedLabel["of"]): Promise<readonly Incident[]> {
  if ("id" in of) return (await incidents.find(of.id)).filter(({ host }) => of.host === undefined || host === of.host);
  const opened = await incidents.ofHost(of.host, of.from - LOOK_BACK_MS, of.to + 1);
  return opened.filter(({ resolved = Number.POSITIVE_INFINITY }) => resolved >= of.from);
}

function isKnown(
  { label, earlierLabels = [] }: Incident,
  wanted: Omit<Label, "at"> & { readonly at?: number },
): boolean {
  return [...earlierLabels, ...(label ? [label] : [])].some(
    ({ verdict, by, note, at }) =>
      verdict === wanted.verdict &&
      by === wanted.by &&
      note === wanted.note &&
      (wanted.at === undefined || wanted.at === at),
  );
}

/** More rows are not named one by one. */
const UNMATCHED_SHOWN_MAX = 10;

function wordsFor({ labelled, known, outdated, unmatched }: Imported, isTrial: boolean): string {
  const lines = [
    `${labelled} labels ${isTrial ? "would be" : "were"} given, ${known} were there already, ${outdated} are older than what is there.`,
  ];
  if (unmatched.length > 0) {
    const shown = unmatched.slice(0, UNMATCHED_SHOWN_MAX).map(({ row, incident }) => `${row} (${incident})`);
    const more = unmatched.length > shown.length ? " …" : "";
    lines.push(`${unmatched.length} rows match no incident: ${shown.join(", ")}${more}`);
  }
  if (labelled > 0 && !isTrial) lines.push("The next refit counts them; `fleetwarden refit` runs one now.");
  return lines.join("\n");
}
