import type { Command } from "commander";
import { LABEL_COLUMNS } from "../export/label-rows.ts";
import { type Selection, spanUntilNow } from "../export/span.ts";
import { gather } from "../gather-all.ts";
import { objectsOf, tableChunks } from "../table/write.ts";
import { durationOption } from "./arguments.ts";
import { targetCommand, withStores } from "./connect.ts";
import { print } from "./output.ts";
import { selectedLabels, withSelection } from "./selection.ts";
import type { TargetOptions } from "./target.ts";
import { writeOut } from "./write-out.ts";

export function labelsExportCommand(): Command {
  return withSelection(targetCommand("export"))
    .description("Print labelled incidents, and then labelled times, as CSV, oldest first.")
    .addOption(durationOption("--since <duration>", "only incidents and times that began within this time", "30d"))
    .addHelpText("after", "\nExample:\n  fleetwarden labels export --since 90d > labels.csv")
    .action(async (options: TargetOptions & Selection & { since: number; json?: boolean }) => {
      await withStores(options, async (stores) => {
        const span = spanUntilNow(options.since, Date.now());
        const rows = await selectedLabels(stores, options, span);
        if (!options.json) return writeOut(undefined, tableChunks("csv", LABEL_COLUMNS, rows));
        print(true, { labels: await gather(objectsOf(LABEL_COLUMNS, rows)) }, () => "");
      });
    });
}
