import { type EpsilonChoice, scanEpsilon, selectEpsilon } from "../model/best-epsilon.ts";
import {
  type Covariance,
  diagonalGaussian,
  fitGaussian,
  type Gaussian,
  scoreOf,
  whitenedGaussian,
} from "../model/gaussian.ts";
import { boundsOf, type Winsorised } from "../model/winsorise.ts";
import { type CsvTable, readCsv } from "../rows/read-csv.ts";
import { textTable } from "../text-table.ts";
import { UserError } from "../user-error.ts";
import { unchangedText } from "../watch/unchanged.ts";

export interface FitFilesOptions {
  /** CSV of normal rows; a column `label` in it is ignored. */
  readonly train: string;
  /** CSV of the same features and a column `label`. */
  readonly validation: string;
  readonly covariance: Covariance;
  /** The population's variance, or the sample's, which is larger by m / (m − 1) for m rows. Absent: `m`. */
  readonly divisor?: "m" | "m-1";
  /** The share of each feature's training values that is winsorised at either end; absent: none. */
  readonly winsorize?: number;
  /** Weight of recall over precision in the choice of the exact epsilon; 1 when absent. */
  readonly beta?: number;
}

/** The threshold that is best on the validation file. */
export interface Chosen {
  readonly epsilon: number;
  /** Any epsilon between its ends flags the same rows of the validation file. */
  readonly interval: readonly [low: number, high: number];
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
  readonly flaggedTraining: number;
}

/** A fit and its two thresholds, on densities: a row is an anomaly when p(x) < epsilon. */
export interface FitReport {
  readonly features: readonly string[];
  readonly mean: readonly number[];
  /** By the chosen divisor, never below its floor. */
  readonly variance: readonly number[];
  /** The bounds to which training values beyond them were moved; absent where none was. */
  readonly winsorised?: { readonly low: readonly number[]; readonly high: readonly number[] };
  /** If the density is too small for a double, `epsilon` is 0; `logEpsilon` still has it. The interval: (low, high]. */
  readonly exact: Chosen & { readonly logEpsilon: number };
  /** Null if no step of the scan catches an anomaly. */
  readonly scan: { readonly epsilon: number; readonly f1: number; readonly flaggedTraining: number } | null;
  /**
   * Features with one value in all training rows; absent without any. A change by more than `change`, while all other
   * features have their means, is beyond the exact epsilon.
   */
  readonly constant?: readonly { readonly feature: string; readonly value: number; readonly change: number }[];
  /** Present if a threshold flags implausibly many training rows. */
  readonly warning?: string;
}

/** Training rows are normal by definition: do not trust an epsilon that flags more than this share of them. */
const FLAGGED_SHARE_MAX = 0.05;

/** Fits a Gaussian to one file and chooses epsilon on another, exactly and by the scan of the classic exercise. */
export async function fitFiles(options: FitFilesOptions): Promise<FitReport> {
  const { beta = 1 } = options;
  if (!(beta > 0 && beta < Number.POSITIVE_INFINITY)) throw new RangeError(`beta must be above 0, not ${beta}`);
  const train = await readCsv(options.train);
  const validation = await readCsv(options.validation, { label: "required" });
  checkSameFeatures(options, train.names, validation.names);
  const bounds = options.winsorize ? boundsOf(train.rows, train.names.length, options.winsorize) : undefined;
  const model = fitTable(options, train, bounds);
  const trainScores = scoresOf(model, train);
  const flagged = (epsilon: number) => trainScores.filter((score) => score > epsilon).length;
  const { exact, scan } = selectOn(options.validation, model, validation, beta);
  const { low, high } = exact.interval;
  const logEpsilon = model.logPeak - exact.epsilon;
  const report = {
    features: train.names,
    mean: [...model.mean],
    variance: Array.from(model.sd, (sd) => sd * sd),
    ...constantIn(model, train, exact.epsilon),
    ...(bounds ? { winsorised: { low: [...bounds.low], high: [...bounds.high] } } : {}),
    exact: {
      logEpsilon,
      epsilon: Math.exp(logEpsilon),
      interval: [Math.exp(model.logPeak - high), Math.exp(model.logPeak - low)] as const,
      f1: exact.f1,
      precision: exact.precision,
      recall: exact.recall,
      flaggedTraining: flagged(exact.epsilon),
    },
    scan: scan
      ? {
          epsilon: Math.exp(scan.logEpsilon),
          f1: scan.f1,
          flaggedTraining: flagged(model.logPeak - scan.logEpsilon),
        }
      : null,
  };
  const choices = [
    { name: "exact", flagged: report.exact.flaggedTraining },
    { name: "scan's", flagged: report.scan?.flaggedTraining ?? 0 },
  ];
  return { ...report, ...warningOf(choices, trainScores.length) };
}

/** The report as a table for people. */
export function formatFit(report: FitReport): string {
  const { exact, scan, warning, winsorised } = report;
  const columns = [report.mean, report.variance, ...(winsorised ? [winsorised.low, winsorised.high] : [])];
  const features = report.features.map((name, i) => [name, ...columns.map((column) => short(column[i] ?? 0))]);
  const head = ["feature", "mean", "variance", ...(winsorised ? ["winsorised from", "to"] : [])];
  const thresholds = [
    ["exact", density(exact.epsilon), exact.f1.toFixed(6), String(exact.flaggedTraining)],
    scan
      ? ["scan", density(scan.epsilon), scan.f1.toFixed(6), String(scan.flaggedTraining)]
      : ["scan", "none", "-", "-"],
  ];
  const [low, high] = exact.interval;
  return [
    textTable(head, features, { alignValues: "right" }),
    "",
    textTable(["epsilon", "p(x) <", "F1", "training rows flagged"], thresholds, { alignValues: "right" }),
    "",
    `Any epsilon in (${density(low)}, ${density(high)}] does as well as the exact one (log epsilon ${exact.logEpsilon.toFixed(6)}):`,
    `precision ${exact.precision.toFixed(6)}, recall ${exact.recall.toFixed(6)} on the validation rows.`,
    ...constantText(report),
    ...(warning ? ["", `Warning: ${warning}`] : []),
  ].join("\n");
}

/** Scores are half of a squared distance, which grows with the square of the change of one feature. */
function constantIn(model: Gaussian, { names, rows }: CsvTable, epsilon: number): Pick<FitReport, "constant"> {
  const constant = names.flatMap((feature, j) => {
    const values = rows.filter((value, i) => i % names.length === j && !Number.isNaN(value));
    const value = values[0] ?? Number.NaN;
    if (values.some((one) => one !== value)) return [];
    const sd = model.sd[j] ?? Number.NaN;
    const changed = model.mean.map((mean, k) => (k === j ? mean + sd : mean));
    return [{ feature, value, change: sd * Math.sqrt(Math.max(epsilon, 0) / scoreOf(model, changed)) }];
  });
  return constant.length > 0 ? { constant } : {};
}

function constantText({ constant = [] }: FitReport): readonly string[] {
  const unchanged = constant.map(({ feature: metric, value, change }) => {
    return { metric, value, below: value - change, above: value + change };
  });
  const text = unchangedText(unchanged, "in the training rows, with limits by the exact epsilon");
  return text.length > 0 ? ["", ...text] : [];
}

export function checkSameFeatures(
  { train, validation }: Pick<FitFilesOptions, "train" | "validation">,
  expected: readonly string[],
  actual: readonly string[],
) {
  const absent = expected.filter((name) => !actual.includes(name));
  const extra = actual.filter((name) => !expected.includes(name));
  const moved = expected.findIndex((name, i) => name !== actual[i]);
  const differences = [
    ...(absent.length > 0 ? [`lacks ${absent.join(", ")}`] : []),
    ...(extra.length > 0 ? [`has ${extra.join(", ")} besides`] : []),
    ...(absent.length + extra.length === 0 && moved >= 0
      ? [`has ${actual[moved]} where ${train} has ${expected[moved]}`]
      : []),
  ];
  if (differences.length > 0)
    throw new UserError(
      `${validation}, line 1: its features are not those of ${train}: it ${differences.join(" and ")}: ` +
        "give both files the same feature columns in the same order",
    );
}

function fitTable(
  { train, covariance, divisor }: FitFilesOptions,
  { names, rows }: CsvTable,
  winsorised: Winsorised | undefined,
): Gaussian {
  for (const [j, name] of names.entries()) {
    if (rows.every((value, i) => i % names.length !== j || Number.isNaN(value)))
      throw new UserError(`${train}: column ${name} is empty in every row: remove it from both files`);
  }
  try {
    const model = fitGaussian(rows, names.length, { covariance, ...(winsorised && { winsorised }) });
    return divisor === "m-1" ? ofSample(model, rows) : model;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(`${train}: ${error.message}; give it more rows, or fit with --covariance diagonal`, {
      cause: error,
    });
  }
}

/** The same Gaussian with variances of the sample; rows that lack values count where the fit uses them. */
function ofSample({ mean, sd, whitening }: Gaussian, rows: Float64Array): Gaussian {
  const features = mean.length;
  const has = (row: number, j: number) => !Number.isNaN(rows[row * features + j]);
  const all = [...mean.keys()];
  const numbers = Array.from({ length: rows.length / features }, (_, row) => row);
  const count = (isCounted: (row: number) => boolean) => numbers.filter(isCounted).length;
  const larger = (m: number) => (m > 1 ? Math.sqrt(m / (m - 1)) : 1);
  if (!whitening)
    return diagonalGaussian(
      mean,
      sd.map((one, j) => one * larger(count((row) => has(row, j)))),
    );
  const factor = larger(count((row) => all.every((j) => has(row, j))));
  return whitenedGaussian(
    mean,
    sd.map((one) => one * factor),
    whitening.map((one) => one / factor),
  );
}

function selectOn(path: string, model: Gaussian, validation: CsvTable, beta: number) {
  const scores = scoresOf(model, validation);
  const exact = exactOn(path, scores, validation.labels, beta);
  const logDensities = scores.map((score) => model.logPeak - score);
  return { exact, scan: scanEpsilon(logDensities, validation.labels ?? new Uint8Array()) };
}

/** The best epsilon for the rows of a file. */
export function exactOn(
  path: string,
  scores: Float64Array,
  labels: Uint8Array = new Uint8Array(),
  beta = 1,
): EpsilonChoice {
  if (!labels.includes(1))
    throw new UserError(`${path}: no row has label 1: an epsilon is chosen by the anomalies it catches`);
  const exact = selectEpsilon(scores, labels, beta);
  if (!exact)
    throw new UserError(
      `${path}: no epsilon catches an anomaly without flagging every row: check the labels, or give it more rows`,
    );
  return exact;
}

function scoresOf(model: Gaussian, { names, rows }: CsvTable): Float64Array {
  return Float64Array.from({ length: rows.length / names.length }, (_, i) => scoreOf(model, rows, i * names.length));
}

interface Flagging {
  readonly name: string;
  /** Training rows. */
  readonly flagged: number;
}

export function warningOf(choices: readonly Flagging[], rows: number): { warning?: string } {
  const words = choices
    .filter(({ flagged }) => flagged > FLAGGED_SHARE_MAX * rows)
    .map(
      ({ name, flagged }) =>
        `the ${name} epsilon flags ${flagged} of ${rows} training rows (${percent(flagged / rows)})`,
    );
  if (words.length === 0) return {};
  return { warning: `${words.join(" and ")}, which should be normal: do not use it without a look at them` };
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

const short = (value: number) => String(Number(value.toPrecision(7)));
const density = (value: number) => value.toExponential(6);
