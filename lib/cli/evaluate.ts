import { Command, Option } from "commander";
import { type EvaluateOptions, evaluate } from "../evaluate/evaluate-folder.ts";
import { formatEvaluation } from "../evaluate/evaluation-table.ts";
import { REFITS } from "../evaluate/play.ts";
import { OFFLINE } from "../evaluate/play-offline.ts";
import { DEFAULT_SETTINGS, SENSITIVITIES } from "../learn/fit-settings.ts";
import { DETECTORS, type EnsembleChoice } from "../model/detector.ts";
import { COVARIANCES } from "../model/gaussian.ts";
import { UserError } from "../user-error.ts";
import { countArgument, durationOption, wholeNumber, winsorizeArgument } from "./arguments.ts";
import { byOfEnsemble, ensembleOf, ensembleOption } from "./ensemble-options.ts";
import { print } from "./output.ts";
import { withProgress } from "./progress.ts";
import { writeOut } from "./write-out.ts";

interface Options
  extends Pick<EvaluateOptions, "detector" | "covariance" | "sensitivity" | "refit" | "winsorize" | "answers"> {
  readonly interval: number;
  readonly ensemble?: EnsembleChoice["members"];
  readonly by?: EnsembleChoice["by"];
  readonly windows?: number;
  readonly stride?: number;
  readonly report?: string;
  readonly json?: boolean;
}

export function evaluateCommand(): Command {
  return new Command("evaluate")
    .argument(
      "<folder>",
      "a folder with <name>.train.csv and <name>.test.csv, gzipped or not; or with SMD's or NAB's files",
    )
    .addOption(
      new Option("--detector <name>", `the detector; ${OFFLINE} is never deployed, and opens no incidents`)
        .choices([...DETECTORS, OFFLINE])
        .default(DEFAULT_SETTINGS.detector),
    )
    .addOption(ensembleOption())
    .addOption(byOfEnsemble())
    .addOption(
      new Option("--covariance <kind>", "with gaussian: how features vary together")
        .choices(COVARIANCES)
        .default(DEFAULT_SETTINGS.covariance),
    )
    .addOption(
      new Option("--sensitivity <word>", "as in the configuration")
        .choices(Object.keys(SENSITIVITIES))
        .default("normal"),
    )
    .addOption(
      new Option("--refit <when>", "daily, as deployed; or never: fit once, to the whole train part")
        .choices(REFITS)
        .default("daily"),
    )
    .option("--winsorize <share>", "as in the configuration, not for bands", winsorizeArgument)
    .addOption(durationOption("--interval <duration>", "time between two rows", "60s"))
    .option(
      "--answers <n>",
      "half-way through each test part, label this many incidents of `labels queue` by the rows; measure the second half",
      wholeNumber(0, 1_000, "Use a whole number from 0 to 1000; 0 measures the second half without answers."),
    )
    .option(
      "--windows <rows>",
      "find the best threshold for windows of this many rows, not for single rows",
      countArgument,
    )
    .option("--stride <rows>", "from the start of a window to that of the next (default: 1)", countArgument)
    .option("--report <file>", "write a page with scores, labels, incidents and causes")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  fleetwarden evaluate machines --sensitivity sensitive --report machines.html")
    .action(async (folder: string, { interval, windows, stride, report, json, ensemble, by, ...options }: Options) => {
      const detector = ensembleOf(ensemble, by) ?? options.detector;
      if (stride !== undefined && windows === undefined)
        throw new UserError("--stride is between windows: give --windows too, or leave it out");
      if (options.answers !== undefined && options.refit === "never")
        throw new UserError("--answers reach a baseline by refits: leave out --refit never, or --answers");
      if (options.detector === OFFLINE && options.refit !== "never")
        throw new UserError(`${OFFLINE} is fitted once: add --refit never`);
      const evaluation = await withProgress("evaluating", (progress) =>
        evaluate({
          ...{ ...options, detector, folder, intervalMs: interval },
          ...(windows === undefined ? {} : { windows: { length: windows, stride: stride ?? 1 } }),
          ...{ clock: Date.now, progress },
        }),
      );
      if (report) await writeOut(report, [evaluation.page()]);
      print(json, evaluation.report, () => formatEvaluation(evaluation.report));
    });
}
