import { Command, Option } from "commander";
import { type FitFilesOptions, fitFiles, formatFit } from "../evaluate/fit-files.ts";
import { print } from "./output.ts";

export function fitCommand(): Command {
  return new Command("fit")
    .requiredOption("--train <file>", "rows of normal behaviour (CSV, gzipped or not)")
    .requiredOption("--validation <file>", "the same columns and `label`: 1 for anomalies, 0 for normal rows")
    .addOption(
      new Option("--covariance <kind>", "how features vary together").choices(["diagonal", "full"]).default("diagonal"),
    )
    .addOption(
      new Option("--divisor <m>", "of the variance of m rows: m, the population's, or m-1, the sample's")
        .choices(["m", "m-1"])
        .default("m"),
    )
    .option("--beta <number>", "weight of recall over precision", Number, 1)
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  fleetwarden fit --train train.csv.gz --validation validation.csv.gz")
    .action(async (options: FitFilesOptions & { json?: boolean }) => {
      const report = await fitFiles(options);
      print(options.json, report, () => formatFit(report));
    });
}
