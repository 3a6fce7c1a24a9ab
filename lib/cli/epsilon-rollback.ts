import { Command } from "commander";
import { rollback } from "../learn/by-hand.ts";
import { countArgument } from "./arguments.ts";
import { withStores } from "./connect.ts";
import { byOption, type EpsilonOptions, ownerOf } from "./epsilon-options.ts";
import { describeEpsilon, describeForce } from "./epsilon-words.ts";
import { print } from "./output.ts";
import { withTarget } from "./target.ts";

export function rollbackCommand(): Command {
  return withTarget(new Command("rollback"))
    .description(
      "Make an older version's model and epsilon the active ones again; refits keep the epsilon until it is set to auto.",
    )
    .argument("<host>", "or group#NAME")
    .argument(
      "[version]",
      "its number in `epsilon history` (default: the promoted one before the active)",
      countArgument,
    )
    .addOption(byOption())
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  fleetwarden epsilon rollback web-07")
    .action(async (host: string, version: number | undefined, options: EpsilonOptions & { by: string }) => {
      await withStores(options, async ({ baselines }) => {
        const report = await rollback(baselines, ownerOf(host), version, options.by, Date.now());
        print(
          options.json,
          { report },
          () => `${report.owner} v${report.version}: epsilon ${describeEpsilon(report)}. ${describeForce(report)}`,
        );
      });
    });
}
