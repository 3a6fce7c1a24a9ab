import { type Detector, scoreAlone } from "../model/detector.ts";
import { fitMemoryless } from "../model/fit-memoryless.ts";
import { fitReconstruction } from "../model/fit-reconstruction.ts";
import { readWindows } from "../model/reconstruction.ts";
import { newWindow } from "../model/window-memory.ts";
import { type RowScores, scoreRows } from "../neural/network-scores.ts";
import { readCsv } from "../rows/read-csv.ts";
import { textTable } from "../text-table.ts";
import { UserError } from "../user-error.ts";
import { type Chosen, checkSameFeatures, exactOn, type FitFilesOptions, warningOf } from "./fit-files.ts";
import { OFFLINE, trainingOf } from "./play-offline.ts";

/** Detectors whose scores are no densities. Calendar bands need days with times. */
export type Scoring = Exclude<Detector, "bands" | "gaussian"> | typeof OFFLINE;

export interface FitScoresOptions extends Omit<FitFilesOptions, "covariance" | "divisor"> {
  readonly detector: Scoring;
  /** Milliseconds between rows, for detectors that see windows; those of the validation file follow the others. */
  readonly intervalMs: number;
  readonly progress: (share: number) => void;
}

/** A fit and its threshold: a row is an anomaly when its score is above epsilon. The interval is [low, high). */
export interface ScoresReport extends Chosen {
  readonly detector: Scoring;
  readonly features: readonly string[];
  readonly warning?: string;
}

/** Fits a detector to one file and chooses epsilon on another. */
export async function fitScores(options: FitScoresOptions): Promise<ScoresReport> {
  const { detector, beta = 1 } = options;
  const train = await readCsv(options.train);
  const validation = await readCsv(options.validation, { label: "required" });
  checkSameFeatures(options, train.names, validation.names);
  const scores = scoresOf(options, train.rows, validation.rows, train.names.length);
  const { epsilon, interval, f1, precision, recall } = exactOn(
    options.validation,
    scores.test,
    validation.labels,
    beta,
  );
  const flaggedTraining = scores.train.filter((score) => score > epsilon).length;
  const found = { epsilon, interval: [interval.low, interval.high] as const, f1, precision, recall, flaggedTraining };
  const warning = warningOf([{ name: "exact", flagged: flaggedTraining }], scores.train.length);
  return { detector, features: train.names, ...found, ...warning };
}

function scoresOf(options: FitScoresOptions, train: Float64Array, test: Float64Array, metrics: number): RowScores {
  const { detector, intervalMs, winsorize, progress } = options;
  try {
    if (detector === OFFLINE) return scoreRows({ train, test }, metrics, intervalMs, trainingOf(progress));
    if (detector === "reconstruction") return scoresOfWindows(train, test, metrics, options);
    const settings = { covariance: "diagonal" as const, seed: 0, ...(winsorize === undefined ? {} : { winsorize }) };
    const model = fitMemoryless(detector, train, metrics, settings);
    const all = (rows: Float64Array) =>
      Float64Array.from({ length: rows.length / metrics }, (_, i) => scoreAlone(model, rows, i * metrics));
    return { train: all(train), test: all(test) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(`${options.train}: ${error.message}; give it more rows or choose another --detector`, {
      cause: error,
    });
  }
}

function scoresOfWindows(
  train: Float64Array,
  test: Float64Array,
  metrics: number,
  { intervalMs, winsorize }: FitScoresOptions,
): RowScores {
  const count = train.length / metrics;
  const timesFrom = (first: number, rows: number) =>
    Float64Array.from({ length: rows }, (_, i) => (first + i) * intervalMs);
  const times = timesFrom(0, count);
  const model = fitReconstruction({ metrics, values: train, times }, winsorize);
  const before = readWindows(model, newWindow(model), { values: train, times });
  const last = { values: train.subarray(-metrics), time: times.at(-1) ?? 0 };
  const after = { values: test, times: timesFrom(count, test.length / metrics), before: last };
  return { train: before.scores, test: readWindows(model, before.memory, after).scores };
}

/** The report as a table for people. */
export function formatScores({ detector, epsilon, interval, warning, ...found }: ScoresReport): string {
  const [low, high] = interval;
  return [
    textTable(
      ["detector", "score >", "F1", "training rows flagged"],
      [[detector, epsilon.toPrecision(7), found.f1.toFixed(6), String(found.flaggedTraining)]],
      { alignValues: "right" },
    ),
    "",
    `Any epsilon from ${low.toPrecision(7)} up to ${high.toPrecision(7)} does as well:`,
    `precision ${found.precision.toFixed(6)}, recall ${found.recall.toFixed(6)} on the validation rows.`,
    ...(warning ? ["", `Warning: ${warning}`] : []),
  ].join("\n");
}
