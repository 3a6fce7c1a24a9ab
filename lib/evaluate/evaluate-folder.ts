import type { Detector } from "../model/detector.ts";
import type { Covariance } from "../model/gaussian.ts";
import { seededRandom } from "../model/random.ts";
import { UserError } from "../user-error.ts";
import { type Summary, summarise } from "./averages.ts";
import { type Entity, evaluateEntity, firstHalf, secondHalf } from "./entity.ts";
import { entityNames, readEntity } from "./entity-files.ts";
import { renderReport } from "./evaluation-page.ts";
import { alertGap } from "./events.ts";
import { NAB_PROFILES, type NabScore, type NabSeries, nabScore } from "./nab.ts";
import { isNab, nabNames, readNab } from "./nab-files.ts";
import { type ScoredSeries, scoreSeries } from "./scored-series.ts";
import { commonScores, oracleThreshold, pooledThreshold, type ThresholdRule } from "./thresholds.ts";

export interface EvaluateOptions {
  readonly folder: string;
  readonly detector: Detector;
  readonly keepAnomalies: boolean;
  readonly covariance: Covariance;
  /** Milliseconds between rows; the files of NAB have their own times. */
  readonly intervalMs: number;
  readonly threshold: ThresholdRule;
  /** Report only on the second half of each test, as the honest rule does. */
  readonly secondHalf: boolean;
  /** Milliseconds between refits on the rows so far; absent: one fit, with bands one a day. */
  readonly walkMs?: number;
  readonly clock: () => number;
  /** Receives how many of all entities are done. */
  readonly progress: (done: number, total: number) => void;
}

/** By detection rule and profile. `first` counts only the first detection of each alert. */
export type NabReport = Record<"all" | "first", Record<keyof typeof NAB_PROFILES, NabScore>>;

export interface EvaluateReport extends Summary {
  /** Entities without a labelled row among those reported on. */
  readonly skipped: readonly string[];
  /** For a folder of the Numenta Anomaly Benchmark. */
  readonly nab?: NabReport;
  readonly seconds: number;
}

export interface Evaluation {
  readonly report: EvaluateReport;
  /** The page of `--report`. */
  readonly page: () => string;
}

/** For random scores and the isolation forest. Any number works as long as it stays the same. */
const SEED = 1;

/** Scores every entity of a folder and measures the quality by the protocol of docs/detector.md. */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const began = options.clock();
  const nab = isNab(options.folder);
  const { entities, series } = nab ? await scoreNab(options) : await scoreEntities(options);
  const honest = options.threshold === "honest";
  const considered = honest || options.secondHalf ? entities.map(secondHalf) : entities;
  const rows = considered.filter(({ labels }) => labels.includes(1));
  if (rows.length === 0)
    throw new UserError(`${options.folder}: no entity has a row with label 1 to report on: nothing can be evaluated`);
  const thresholds = {
    default: ({ epsilon }: Entity) => epsilon,
    oracle: oracleThreshold,
    honest: honest ? pooledThreshold(entities.map(firstHalf)) : () => Number.NaN,
  };
  const random = seededRandom(SEED);
  const results = rows.map((entity) => ({
    entity,
    ...evaluateEntity(entity, thresholds[options.threshold](entity), random),
  }));
  const summary = summarise(results);
  const report = {
    ...summary,
    skipped: considered.filter((entity) => !rows.includes(entity)).map(({ name }) => name),
    ...(nab ? { nab: nabReport(series) } : {}),
    seconds: (options.clock() - began) / 1000,
  };
  const title = `${options.detector} on ${options.folder}, threshold ${options.threshold}`;
  return { report, page: () => renderReport(title, summary, results) };
}

interface Scored {
  readonly entities: readonly Entity[];
  /** Only for NAB: whole series, including those without a window. */
  readonly series: readonly NabSeries[];
}

async function scoreEntities(options: EvaluateOptions): Promise<Scored> {
  const names = entityNames(options.folder);
  const entities: Entity[] = [];
  for (const name of names) {
    const { train, test, labels, causes } = await readEntity(options.folder, name);
    const scored = score(options, name, train.rows, test.rows, train.names, options.intervalMs);
    const { intervalMs } = options;
    entities.push({ name, metrics: train.names, intervalMs, labels, ...scored, ...(causes ? { causes } : {}) });
    options.progress(entities.length, names.length);
  }
  return { entities, series: [] };
}

async function scoreNab(options: EvaluateOptions): Promise<Scored> {
  const names = nabNames(options.folder);
  const entities: Entity[] = [];
  const series: NabSeries[] = [];
  for (const file of names) {
    const { name, metrics, train, test, windows, intervalMs } = await readNab(options.folder, file);
    const scored = score(options, name, train, test, metrics, intervalMs);
    const probation = train.length / metrics.length;
    const labels = new Uint8Array(scored.scores.length);
    for (const { first, last } of windows) labels.fill(1, Math.max(0, first - probation), last + 1 - probation);
    const entity = { name, metrics, intervalMs, labels, ...scored };
    entities.push(entity);
    const scores = new Float64Array(probation + labels.length);
    scores.set(commonScores(entity), probation);
    series.push({ scores, windows, alertGap: alertGap(intervalMs) });
    options.progress(entities.length, names.length);
  }
  return { entities, series };
}

function score(
  options: EvaluateOptions,
  name: string,
  train: Float64Array,
  test: Float64Array,
  metrics: readonly string[],
  intervalMs: number,
): ScoredSeries {
  try {
    return scoreSeries(train, test, metrics, { ...options, intervalMs, seed: SEED });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(`${name}: ${error.message}`, { cause: error });
  }
}

function nabReport(series: readonly NabSeries[]): NabReport {
  const by = (detections: keyof NabReport) => ({
    standard: nabScore(series, NAB_PROFILES.standard, detections),
    rewardLowFpRate: nabScore(series, NAB_PROFILES.rewardLowFpRate, detections),
    rewardLowFnRate: nabScore(series, NAB_PROFILES.rewardLowFnRate, detections),
  });
  return { all: by("all"), first: by("first") };
}
