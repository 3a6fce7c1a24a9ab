import { Command } from "commander";
import { openMetrics } from "../export/open-metrics.ts";
import type { Selection } from "../export/span.ts";
import { withStores } from "./connect.ts";
import { selectedStates, withSelection } from "./selection.ts";
import { type TargetOptions, withTarget } from "./target.ts";
import { writeOut } from "./write-out.ts";

export function exportMetricsCommand(): Command {
  return withSelection(withTarget(new Command("metrics")))
    .description(
      "Write the newest score and state of each host as OpenMetrics text. The twin serves the same at /metrics.",
    )
    .option(
      "-o, --output <file>",
      "the file, replaced in one step, as a textfile collector needs it (default: standard output)",
    )
    .addHelpText("after", "\nExample:\n  fleetwarden export metrics --stack Fleetwarden -o fleetwarden.prom")
    .action(async (options: TargetOptions & Selection & { output?: string }) => {
      await withStores(options, async (stores) => {
        await writeOut(options.output, [await openMetrics(await selectedStates(stores, options))]);
      });
    });
}
