import { Argument, Command } from "commander";
import { setEpsilon } from "../learn/by-hand.ts";
import { withStores } from "./connect.ts";
import { byOption, type EpsilonOptions, ownerOf, positiveOr } from "./epsilon-options.ts";
import { describeEpsilon, describeForce } from "./epsilon-words.ts";
import { print } from "./output.ts";
import { withTarget } from "./target.ts";

/** The word that ends what was set by hand. */
const AUTO = "auto";

export function setCommand(): Command {
  return withTarget(new Command("set"))
    .description("Set the epsilon of a host or group by hand; refits keep it until it is set to auto.")
    .argument("<host>", "or group#NAME")
    .addArgument(new Argument("<value>", "the new epsilon, or auto: back to automatic").argParser(positiveOr(AUTO)))
    .addOption(byOption())
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  fleetwarden epsilon set web-07 12")
    .action(async (host: string, value: number | typeof AUTO, options: EpsilonOptions & { by: string }) => {
      await withStores(options, async ({ baselines }) => {
        const epsilon = value === AUTO ? undefined : value;
        const report = await setEpsilon(baselines, ownerOf(host), epsilon, options.by, Date.now());
        print(
          options.json,
          { report },
          () => `${report.owner} v${report.version}: epsilon ${describeEpsilon(report)}. ${describeForce(report)}`,
        );
      });
    });
}
