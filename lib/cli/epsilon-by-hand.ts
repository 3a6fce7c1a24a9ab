import { Argument, type Command } from "commander";
import { rollback, setEpsilon } from "../learn/by-hand.ts";
import { MODEL_DAYS } from "../learn/report.ts";
import { byOption, countArgument, positiveOr } from "./arguments.ts";
import { answer, targetCommand } from "./connect.ts";
import { describeChange } from "./epsilon-words.ts";
import { ownerIn } from "./selection.ts";

/** This word lets refits choose epsilon again. */
const AUTO = "auto";

export function setCommand(): Command {
  return targetCommand("set")
    .description("Set the epsilon of a host or group by hand. Refits keep it until somebody sets it to auto.")
    .argument("<host>", "a host, or group#NAME")
    .addArgument(new Argument("<value>", "the new epsilon; auto lets refits choose again").argParser(positiveOr(AUTO)))
    .addOption(byOption())
    .addHelpText("after", "\nExample:\n  fleetwarden epsilon set web-07 12")
    .action(
      answer(async (stores, host: string, value: number | typeof AUTO, { by }: { by: string }) => {
        const epsilon = value === AUTO ? undefined : value;
        const report = await setEpsilon(stores.baselines, await ownerIn(stores, host), epsilon, {
          by,
          now: Date.now(),
        });
        return [{ report }, describeChange(report)];
      }),
    );
}

export function rollbackCommand(): Command {
  return targetCommand("rollback")
    .description(
      "Activate the model and epsilon of an older version again. " +
        "Refits keep that epsilon until somebody sets it to auto. " +
        `A version keeps its model for ${MODEL_DAYS} days after its replacement.`,
    )
    .argument("<host>", "a host, or group#NAME")
    .argument(
      "[version]",
      "its number in `epsilon history` (default: the version in force before the active one)",
      countArgument,
    )
    .addOption(byOption())
    .addHelpText("after", "\nExample:\n  fleetwarden epsilon rollback web-07")
    .action(
      answer(async (stores, host: string, version: number | undefined, { by }: { by: string }) => {
        const report = await rollback(stores.baselines, await ownerIn(stores, host), version, { by, now: Date.now() });
        return [{ report }, describeChange(report)];
      }),
    );
}
