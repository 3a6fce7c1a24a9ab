import { Command, Option } from "commander";
import { type EvaluateOptions, evaluate } from "../evaluate/evaluate-folder.ts";
import { formatEvaluation } from "../evaluate/evaluation-table.ts";
import { DETECTORS } from "../model/detector.ts";
import { durationOption } from "./arguments.ts";
import { print } from "./output.ts";
import { progressBar } from "./progress.ts";
import { writeOut } from "./write-out.ts";

interface Options extends Pick<EvaluateOptions, "detector" | "covariance" | "threshold"> {
  readonly interval: number;
  readonly secondHalf?: boolean;
  readonly walk?: number;
  readonly keepAnomalies?: boolean;
  readonly report?: string;
  readonly json?: boolean;
}

export function evaluateCommand(): Command {
  return new Command("evaluate")
    .argument("<folder>", "a folder with <name>.train.csv and <name>.test.csv, gzipped or not; or with NAB's files")
    .addOption(new Option("--detector <name>", "the detector").choices(DETECTORS).default("fused"))
    .addOption(
      new Option("--covariance <kind>", "with gaussian: how features vary together")
        .choices(["diagonal", "full"])
        .default("diagonal"),
    )
    .addOption(durationOption("--interval <duration>", "time between two rows", "60s"))
    .addOption(
      new Option("--threshold <rule>", "the detector's own, one chosen by labels of other rows, or the best possible")
        .choices(["default", "honest", "oracle"])
        .default("default"),
    )
    .option("--second-half", "report only on the second half of each test, as honest does")
    .addOption(
      durationOption("--walk <duration>", "refit at this interval on the rows so far (bands: daily)", "1d").default(
        undefined,
      ),
    )
    .option("--keep-anomalies", "with fused: also refit to flagged rows, which the deployed refit leaves out")
    .option("--report <file>", "write a page with scores, threshold, labels, alerts and causes")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  fleetwarden evaluate machines --threshold honest --report machines.html")
    .action(
      async (
        folder: string,
        { interval, walk, report, secondHalf = false, keepAnomalies = false, json, ...options }: Options,
      ) => {
        const bar = progressBar("evaluating", process.stderr, Date.now);
        const evaluation = await evaluate({
          ...options,
          folder,
          secondHalf,
          keepAnomalies,
          intervalMs: interval,
          ...(walk ? { walkMs: walk } : {}),
          clock: Date.now,
          progress: (done, total) => bar.update(done / total),
        });
        bar.end();
        if (report) await writeOut(report, [evaluation.page()]);
        print(json, evaluation.report, () => formatEvaluation(evaluation.report));
      },
    );
}
