import type { Command } from "commander";
import { rollback } from "../learn/by-hand.ts";
import { byOption, countArgument } from "./arguments.ts";
import { withStores } from "./connect.ts";
import { describeChange, ownerOf } from "./epsilon-words.ts";
import { print } from "./output.ts";
import { type AnswerOptions, targetCommand } from "./target.ts";

export function rollbackCommand(): Command {
  return targetCommand("rollback")
    .description(
      "Activate the model and epsilon of an older version again. Refits keep that epsilon until somebody sets it to auto.",
    )
    .argument("<host>", "a host, or group#NAME")
    .argument(
      "[version]",
      "its number in `epsilon history` (default: the version promoted before the active one)",
      countArgument,
    )
    .addOption(byOption())
    .addHelpText("after", "\nExample:\n  fleetwarden epsilon rollback web-07")
    .action(async (host: string, version: number | undefined, options: AnswerOptions & { by: string }) => {
      await withStores(options, async ({ baselines }) => {
        const report = await rollback(baselines, ownerOf(host), version, options.by, Date.now());
        print(options.json, { report }, () => describeChange(report));
      });
    });
}
