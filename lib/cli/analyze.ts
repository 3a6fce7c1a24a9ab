import { Command, InvalidArgumentError, Option } from "commander";
import { type Analysis, type AnalyzeOptions, analyze } from "../analyze/analyze-file.ts";
import { movedText, sentencesOf, severityOf, unchangedFindings, worstTable } from "../analyze/findings-text.ts";
import { DETECTORS, type DetectorChoice, type EnsembleChoice, nameOfChoice } from "../model/detector.ts";
import { readNotes } from "../rows/read-notes.ts";
import { fourDigits } from "../table/metrics-history.ts";
import { textTable } from "../text-table.ts";
import { countArgument, shareOf } from "./arguments.ts";
import { byOfEnsemble, ensembleOf, ensembleOption } from "./ensemble-options.ts";
import { type FileOptions, tableOptions, withFileOptions } from "./file-options.ts";
import { print } from "./output.ts";
import { withProgress } from "./progress.ts";

interface Options
  extends Omit<AnalyzeOptions, "file" | "table" | "outputs" | "onlyAnomalies" | "head" | "progress">,
    FileOptions {
  readonly output?: readonly string[];
  readonly onlyAnomalies?: boolean;
  readonly head?: number;
  readonly json?: boolean;
  readonly ensemble?: EnsembleChoice["members"];
  readonly by?: EnsembleChoice["by"];
}

export function analyzeCommand(): Command {
  return withFileOptions(new Command("analyze"))
    .argument(
      "<file>",
      "CSV, JSON or xlsx with numbers, or a folder of such files; columns with times and with hosts are optional",
    )
    .addOption(
      new Option(
        "--detector <name>",
        "the detector (default: bands for 8640 rows or more of a host with times, else zscore)",
      ).choices(DETECTORS),
    )
    .addOption(ensembleOption())
    .addOption(byOfEnsemble())
    .option("--threshold <score>", "a row that scores above it is an anomaly, in the detector's unit", scoreArgument)
    .option(
      "--contamination <share>",
      "or the share of the training rows that should score above the threshold: 5% or 0.05",
      shareArgument,
    )
    .option(
      "--train <part>",
      "the first part of the file, to fit to: 50%, or a number of rows (default: 50%, zscore 100%)",
      trainArgument,
    )
    .addOption(
      new Option("--preset <name>", "read and write the columns and files of a metrics history").choices([
        "metrics-history",
      ]),
    )
    .option(
      "-o, --output <files...>",
      "write every row to .csv, .json, .ndjson or .xlsx, a chart to .svg, a page to .html",
    )
    .option("--only-anomalies", "write only the anomalies")
    .option("--head <n>", "show this many of the first rows", countArgument)
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExample:\n  fleetwarden analyze load.csv --detector zscore --threshold 2.5 -o load.xlsx load.svg",
    )
    .action(async (file: string, { output, onlyAnomalies, head, json, ensemble, by, ...options }: Options) => {
      const detector = ensembleOf(ensemble, by) ?? options.detector;
      const analysis = await withProgress("analysing", (progress) =>
        analyze({
          ...options,
          ...(detector ? { detector } : {}),
          file,
          table: tableOptions(options),
          outputs: output ?? [],
          onlyAnomalies: onlyAnomalies ?? false,
          head: head ?? 0,
          progress,
        }),
      );
      print(json, jsonOf(analysis), () => formatAnalysis(analysis, output ?? []));
    });
}

/** The analysis for people. */
export function formatAnalysis(analysis: Analysis, outputs: readonly string[]): string {
  const { detector, threshold, fittedTo, columns, summary, head, unfitted, unchanged, moved, isRefitted } = analysis;
  const worst = worstTable(summary, columns.metrics, detector);
  const [titles = [], ...rows] = head;
  const refit = isRefitted ? ", with both halves of the file where their levels differ" : "";
  return [
    ...(head.length > 0 ? [textTable(titles, rows), ""] : []),
    `Scored by ${nameOfChoice(detector)}, fitted to ${fittedTo} rows${refit}; ${limitOf(detector, threshold)}.`,
    ...sentencesOf(summary),
    ...movedText(moved),
    ...unchangedFindings(unchanged, Math.max(1, summary.hostCount)),
    ...readNotes(columns),
    ...[...unfitted].map(([host, reason]) => `Host ${host} has no model: ${reason}`),
    ...(worst.rows.length > 0 ? ["", `${worst.title}:`, textTable(worst.head, worst.rows)] : []),
    ...(outputs.length > 0 ? ["", `Written: ${outputs.join(", ")}`] : []),
  ].join("\n");
}

function limitOf(detector: DetectorChoice, threshold: number | undefined): string {
  if (threshold === undefined) return "each host has a threshold of its own";
  if (detector === "zscore")
    return `anomalies are more than ${fourDigits(threshold)} standard deviations from the mean, either way`;
  return `anomalies score above ${fourDigits(threshold)}`;
}

/** Times as ISO 8601, metrics by name. */
function jsonOf({ columns, summary, unfitted, unchanged, moved, head: _, ...analysis }: Analysis): object {
  const { worst, range, ...counts } = summary;
  const iso = (ms: number) => new Date(ms).toISOString();
  return {
    ...analysis,
    detector: nameOfChoice(analysis.detector),
    ...counts,
    ...(range ? { from: iso(range.from), to: iso(range.to) } : {}),
    metrics: columns.metrics,
    leftOut: columns.leftOut,
    notes: columns.notes,
    unfitted: Object.fromEntries(unfitted),
    unchanged: Object.fromEntries(unchanged),
    moved: Object.fromEntries(moved),
    worst: worst.map(({ from, to, rows, peak, peak: { line, time, host, verdict } }) => ({
      ...(from.time === undefined || to.time === undefined ? {} : { begin: iso(from.time), end: iso(to.time) }),
      ...{ lines: [from.line, to.line], rows },
      ...(host === undefined ? {} : { host }),
      peak: { line, ...(time === undefined ? {} : { time: iso(time) }), score: verdict.signed },
      ...severityField(severityOf(peak, analysis.detector)),
      ...(verdict.members ? { members: verdict.members } : {}),
      reasons: verdict.reasons.map((reason) => ({ ...reason, metric: columns.metrics[reason.metric] })),
    })),
  };
}

function severityField([severity]: readonly string[]): object {
  return severity === undefined ? {} : { severity };
}

function scoreArgument(text: string): number {
  const score = text.trim() === "" ? Number.NaN : Number(text);
  if (!(score >= 0 && score < Number.POSITIVE_INFINITY))
    throw new InvalidArgumentError("Use a number from 0, such as 2.5.");
  return score;
}

function shareArgument(text: string): number {
  const share = shareOf(text);
  if (!(share > 0 && share < 1)) throw new InvalidArgumentError("Use a share between 0 and 1: 5% or 0.05.");
  return share;
}

function trainArgument(text: string): NonNullable<AnalyzeOptions["train"]> {
  if (/^[1-9]\d*$/.test(text)) return { rows: Number(text) };
  const share = shareOf(text);
  if (!(share > 0 && share <= 1))
    throw new InvalidArgumentError("Use a share of the file such as 50%, or a number of rows.");
  return { share };
}
