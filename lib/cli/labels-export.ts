import type { Command } from "commander";
import { incidentsIn } from "../export/incident-rows.ts";
import { LABEL_COLUMNS, labelRows, timesIn } from "../export/label-rows.ts";
import type { Selection } from "../export/span.ts";
import { objectsOf, tableChunks } from "../table/write.ts";
import { durationOption } from "./arguments.ts";
import { targetCommand, withStores } from "./connect.ts";
import { print } from "./output.ts";
import { explainNothing, orExplain, withSelection } from "./selection.ts";
import type { TargetOptions } from "./target.ts";
import { writeOut } from "./write-out.ts";

export function labelsExportCommand(): Command {
  return withSelection(targetCommand("export"))
    .description("Print labelled incidents, and then labelled times, as CSV, oldest first.")
    .addOption(durationOption("--since <duration>", "only incidents and times that began within this time", "30d"))
    .addHelpText("after", "\nExample:\n  fleetwarden labels export --since 90d > labels.csv")
    .action(async (options: TargetOptions & Selection & { since: number; json?: boolean }) => {
      await withStores(options, async (stores) => {
        const now = Date.now();
        const span = { from: now - options.since, to: now + 1 };
        const labels = labelRows(incidentsIn(stores.incidents, options, span), await timesIn(stores, options, span));
        const rows = orExplain(labels, () => explainNothing(stores, options));
        if (!options.json) return writeOut(undefined, tableChunks("csv", LABEL_COLUMNS, rows));
        const listed: unknown[] = [];
        for await (const label of objectsOf(LABEL_COLUMNS, rows)) listed.push(label);
        print(true, { labels: listed }, () => "");
      });
    });
}
