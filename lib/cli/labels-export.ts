import { Command } from "commander";
import { durationOption } from "./arguments.ts";
import { withStores } from "./connect.ts";
import { labelCsv, labelRowOf } from "./label-csv.ts";
import { labelledSince } from "./labelled-incidents.ts";
import { print } from "./output.ts";
import { type TargetOptions, withTarget } from "./target.ts";

interface Options extends TargetOptions {
  readonly since: number;
  readonly json?: boolean;
}

export function labelsExportCommand(): Command {
  return withTarget(new Command("export"))
    .description("Print labelled incidents as CSV, oldest first.")
    .addOption(durationOption("--since <duration>", "how far back they opened", "30d"))
    .option("--json", "print JSON instead")
    .addHelpText("after", "\nExample:\n  fleetwarden labels export --since 90d > labels.csv")
    .action(async (options: Options) => {
      await withStores(options, async ({ incidents }) => {
        const now = Date.now();
        const labels = (await labelledSince(incidents, now - options.since, now)).map(labelRowOf);
        print(options.json, { labels }, () => labelCsv(labels));
      });
    });
}
