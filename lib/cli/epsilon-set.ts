import { Argument, type Command } from "commander";
import { setEpsilon } from "../learn/by-hand.ts";
import { byOption, positiveOr } from "./arguments.ts";
import { withStores } from "./connect.ts";
import { describeChange, ownerOf } from "./epsilon-words.ts";
import { print } from "./output.ts";
import { type AnswerOptions, targetCommand } from "./target.ts";

/** The word that ends what was set by hand. */
const AUTO = "auto";

export function setCommand(): Command {
  return targetCommand("set")
    .description("Set the epsilon of a host or group by hand. Refits keep it until somebody sets it to auto.")
    .argument("<host>", "a host, or group#NAME")
    .addArgument(new Argument("<value>", "the new epsilon; auto lets refits choose again").argParser(positiveOr(AUTO)))
    .addOption(byOption())
    .addHelpText("after", "\nExample:\n  fleetwarden epsilon set web-07 12")
    .action(async (host: string, value: number | typeof AUTO, options: AnswerOptions & { by: string }) => {
      await withStores(options, async ({ baselines }) => {
        const epsilon = value === AUTO ? undefined : value;
        const report = await setEpsilon(baselines, ownerOf(host), epsilon, options.by, Date.now());
        print(options.json, { report }, () => describeChange(report));
      });
    });
}
