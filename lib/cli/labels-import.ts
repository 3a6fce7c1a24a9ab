import type { Command } from "commander";
import { type Imported, importLabels } from "../export/import-labels.ts";
import { parseLabelCsv } from "../export/label-csv.ts";
import { readWhole } from "../rows/csv-lines.ts";
import { byOption } from "./arguments.ts";
import { answer, targetCommand } from "./connect.ts";

/** Ten thousand rows, which is the most, of two kilobytes. */
const BYTES_MAX = 20e6;

export function labelsImportCommand(): Command {
  return targetCommand("import")
    .description(
      "Label incidents from a CSV file: an exported one, or one with host or group, from and to. " +
        "A time without an incident gets the label itself.",
    )
    .argument("<file>", "CSV with a column verdict")
    .addOption(byOption("author of the labels in rows that name none"))
    .option("--dry-run", "show the labels it would add, and add none")
    .addHelpText("after", "\nExample:\n  fleetwarden labels import labels.csv --dry-run")
    .action(
      answer(async (stores, file: string, { by, dryRun = false }: { by: string; dryRun?: boolean }) => {
        const rows = parseLabelCsv(file, (await readWhole(file, BYTES_MAX)).toString());
        const result = await importLabels(stores, rows, { by, at: Date.now(), isTrial: dryRun });
        return [{ ...result, dryRun }, wordsFor(result, dryRun)];
      }),
    );
}

/** The text names no more rows. */
const UNMATCHED_SHOWN_MAX = 10;

function wordsFor({ labelled, times, known, outdated, unmatched }: Imported, isTrial: boolean): string {
  const lines = [
    `${labelled} labels ${isTrial ? "would be" : "were"} added to incidents and ${times} to times without one, ` +
      `${known} were stored already, ${outdated} are older than the stored ones.`,
  ];
  if (unmatched.length > 0) {
    const shown = unmatched.slice(0, UNMATCHED_SHOWN_MAX).map(({ row, incident }) => `${row} (${incident})`);
    const more = unmatched.length > shown.length ? " …" : "";
    lines.push(`${unmatched.length} rows match no incident: ${shown.join(", ")}${more}`);
  }
  if (labelled + times > 0 && !isTrial) lines.push("The next refit counts them; `fleetwarden refit` runs one now.");
  return lines.join("\n");
}
