import { Command, Option } from "commander";
import { type FitFilesOptions, fitFiles, formatFit } from "../evaluate/fit-files.ts";
import { fitScores, formatScores, type Scoring } from "../evaluate/fit-scores.ts";
import { OFFLINE } from "../evaluate/play-offline.ts";
import { durationOption, winsorizeArgument } from "./arguments.ts";
import { print } from "./output.ts";
import { withProgress } from "./progress.ts";

interface Options extends FitFilesOptions {
  readonly detector: "gaussian" | Scoring;
  readonly interval: number;
  readonly json?: boolean;
}

export function fitCommand(): Command {
  return new Command("fit")
    .requiredOption("--train <file>", "rows of normal behaviour (CSV, gzipped or not)")
    .requiredOption("--validation <file>", "the same columns and `label`: 1 for anomalies, 0 for normal rows")
    .addOption(
      new Option("--detector <name>", "other than gaussian: epsilon is a limit on scores, not on densities")
        .choices(["gaussian", "zscore", "iforest", "reconstruction", OFFLINE])
        .default("gaussian"),
    )
    .addOption(durationOption("--interval <duration>", "time between two rows, for detectors that see windows", "60s"))
    .addOption(
      new Option("--covariance <kind>", "how features vary together").choices(["diagonal", "full"]).default("diagonal"),
    )
    .addOption(
      new Option("--divisor <m>", "of the variance of m rows: m, the population's, or m-1, the sample's")
        .choices(["m", "m-1"])
        .default("m"),
    )
    .option("--winsorize <share>", "of each feature's training values at either end", winsorizeArgument)
    .option("--beta <number>", "weight of recall over precision", Number, 1)
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  fleetwarden fit --train train.csv.gz --validation validation.csv.gz")
    .action(async ({ detector, interval, json, ...options }: Options) => {
      if (detector === "gaussian") {
        const report = await fitFiles(options);
        return print(json, report, () => formatFit(report));
      }
      const report = await withProgress("training", (progress) =>
        fitScores({ ...options, detector, intervalMs: interval, progress }),
      );
      print(json, report, () => formatScores(report));
    });
}
