import { parseConfig } from "../config/config.ts";
import type { SENSITIVITIES } from "../learn/fit-settings.ts";
import { type DetectorChoice, nameOfChoice } from "../model/detector.ts";
import type { Covariance } from "../model/gaussian.ts";
import { type Summary, summarise } from "./averages.ts";
import { type BestThreshold, bestThreshold, SINGLE_ROWS, type Windows } from "./best-threshold.ts";
import type { Entity } from "./entity.ts";
import { entityNames, readEntity } from "./entity-files.ts";
import { renderReport } from "./evaluation-page.ts";
import { alertGap, NAB_PROFILES, type NabDetections, type NabScore, type NabSeries, nabScore } from "./nab.ts";
import { isNab, nabNames, readNab } from "./nab-files.ts";
import { type Played, playEntity, type Refit } from "./play.ts";
import { OFFLINE, playOffline } from "./play-offline.ts";
import { secondHalfOf } from "./quiz.ts";

export interface EvaluateOptions {
  readonly folder: string;
  readonly detector: DetectorChoice | typeof OFFLINE;
  readonly covariance: Covariance;
  readonly sensitivity: keyof typeof SENSITIVITIES;
  readonly refit: Refit;
  /** As in the configuration; absent: the detector's own. */
  readonly winsorize?: number;
  /**
   * How many questions of the label queue a person answers half-way through each test part; absent: none, and the whole
   * test part is measured.
   */
  readonly answers?: number;
  /** The units at the best threshold; absent: single rows. */
  readonly windows?: Windows;
  /** Milliseconds between rows; the files of NAB have their own times. */
  readonly intervalMs: number;
  readonly clock: () => number;
  /** Receives the share that is done. */
  readonly progress: (share: number) => void;
}

/** By detection rule and profile. */
export type NabReport = Record<NabDetections, Record<keyof typeof NAB_PROFILES, NabScore>>;

export interface EvaluateReport extends Summary {
  /** In words. */
  readonly detector: string;
  readonly folder: string;
  readonly bestThreshold: BestThreshold;
  /** For a folder of the Numenta Anomaly Benchmark. */
  readonly nab?: NabReport;
  readonly seconds: number;
}

export interface Evaluation {
  readonly report: EvaluateReport;
  /** The page of `--report`. */
  readonly page: () => string;
}

/** Plays every entity of a folder to a deployment and measures its results, by the protocol of docs/detector.md. */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { folder, detector, sensitivity, windows = SINGLE_ROWS, clock } = options;
  const began = clock();
  const name = detector === OFFLINE ? detector : nameOfChoice(detector);
  const isOfNab = isNab(folder);
  const { played, series } = isOfNab ? await playNab(options) : { played: await playEntities(options), series: [] };
  const summary = { ...summarise(played), bestThreshold: bestThreshold(played, windows) };
  const nab = isOfNab ? { nab: nabReport(series) } : {};
  return {
    report: { detector: name, folder, ...summary, ...nab, seconds: (clock() - began) / 1000 },
    page: () => renderReport(`${name} on ${folder}, ${sensitivity}`, summary, played),
  };
}

async function playEntities(options: EvaluateOptions): Promise<readonly Played[]> {
  const names = entityNames(options.folder);
  const played: Played[] = [];
  for (const name of names) {
    const entity = measured(await readEntity(options.folder, name, options.intervalMs), options);
    played.push(await play(entity, options, played.length / names.length, 1 / names.length));
  }
  return played;
}

/** The series of the benchmark with their results: it also counts those without a window. */
async function playNab(options: EvaluateOptions) {
  const names = nabNames(options.folder);
  const played: Played[] = [];
  const series: NabSeries[] = [];
  for (const name of names) {
    const { windows, ...entity } = await readNab(options.folder, name);
    const one = await play(measured(entity, options), options, played.length / names.length, 1 / names.length);
    played.push(one);
    series.push({ scores: one.ratios, windows, alertGap: alertGap(entity.intervalMs) });
  }
  return { played, series };
}

/** People's answers can only help after they were given. */
function measured(entity: Entity, { answers }: EvaluateOptions): Entity {
  return answers === undefined ? entity : secondHalfOf(entity);
}

/** Plays one entity, whose part of the work is `share`, after `done`. */
async function play(entity: Entity, options: EvaluateOptions, done: number, share: number): Promise<Played> {
  const { detector, covariance, sensitivity, winsorize, clock, answers, refit } = options;
  const progress = (part: number) => options.progress(done + share * part);
  if (detector === OFFLINE) return playOffline(entity, progress);
  const chosen = typeof detector === "string" ? { detector } : { ensemble: detector.members, by: detector.by };
  const entry = { ...chosen, covariance, sensitivity, winsorize };
  const config = parseConfig(JSON.stringify({ version: 1, detectors: { "*": entry } }));
  return playEntity(entity, { config, clock, progress, answers, refit });
}

function nabReport(series: readonly NabSeries[]): NabReport {
  const by = (detections: NabDetections) => ({
    standard: nabScore(series, NAB_PROFILES.standard, detections),
    rewardLowFpRate: nabScore(series, NAB_PROFILES.rewardLowFpRate, detections),
    rewardLowFnRate: nabScore(series, NAB_PROFILES.rewardLowFnRate, detections),
  });
  return { all: by("all"), first: by("first") };
}
