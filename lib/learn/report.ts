import type { Detector, Model, PAST_DETECTORS } from "../model/detector.ts";
import type { Combination } from "../model/ensemble.ts";
import type { Covariance } from "../model/gaussian.ts";
import type { Baseline } from "../watch/baseline.ts";
import type { ChoiceOnRows } from "./labelled-rows.ts";

/** The possible origins of a baseline's epsilon. */
export const EPSILON_SOURCES = [
  /** That of calendar bands and ensembles, the same for every host: their scores are on one scale. */
  "default",
  /** The quantile of calm scores: no label asks for another. */
  "quantile",
  /** Either of these, raised above incidents labelled false. */
  "false labels",
  /** Best F1 on the host's own labelled incidents, or on labelled rows of a file. */
  "labels",
  /** Best F1 on the labelled incidents of the host's group, shrunk to the default while there are few. */
  "group labels",
  /** Raised to hold the alert budget of the group. */
  "budget",
  /**
   * Set for this host or group by a person, or brought back; every refit keeps it until somebody sets it back to auto.
   */
  "by hand",
  /** That of the host's group, which a person has set. */
  "group by hand",
] as const;
export type EpsilonSource = (typeof EPSILON_SOURCES)[number];

/** A ratio with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** How an ensemble scores, and the epsilon at which each of its members would notify by itself. */
export interface EnsembleReport {
  readonly by: Combination;
  readonly members: readonly { readonly detector: Detector; readonly epsilon: number }[];
}

/** How a model's report names it. */
export function namesOf(model: Model): Pick<FitReport, "detector" | "ensemble"> {
  if (model.detector !== "ensemble") return { detector: model.detector };
  const members = model.members.map(({ model: own, epsilon }) => ({ detector: own.detector, epsilon }));
  return { detector: "ensemble", ensemble: { by: model.by, members } };
}

/** The gate's account of one refit of one owner; kept for ever in the ledger. */
export interface FitReport {
  readonly owner: string;
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly detector: Detector | "ensemble" | (typeof PAST_DETECTORS)[number];
  /** The members of an ensemble that was fitted. */
  readonly ensemble?: EnsembleReport;
  readonly covariance: Covariance;
  /** Rows fitted to, and rows left out as anomalous, in an incident or labelled as a fault. */
  readonly samples: number;
  readonly excluded: number;
  /** Fitted to the newest days of the history alone, because the gate refused the fit to all of it, and why. */
  readonly shortened?: { readonly days: number; readonly refused: string };
  readonly epsilon: number;
  readonly source: EpsilonSource;
  /** Incidents whose labels took part in choosing epsilon, by verdict. */
  readonly labels: { readonly fault: readonly string[]; readonly false: readonly string[] };
  /** Quality of epsilon on the labelled samples; absent without labelled faults. */
  readonly quality?: { readonly f1: number; readonly precision: Estimate; readonly recall: Estimate };
  /** Present where labelled rows of a file decided, in place of incidents. */
  readonly rows?: Omit<ChoiceOnRows, "epsilon">;
  /**
   * The group's alert budget: alerts a week allowed, and expected before and after. If the budget asks for an epsilon
   * that hides a labelled fault, also the highest epsilon that hides none.
   */
  readonly budget?: {
    readonly allowed: number;
    readonly before: number;
    readonly after: number;
    readonly ceiling?: number;
  };
  /**
   * Share of calm samples beyond epsilon, of a last day that the fit did not see. While there is only one day, the
   * share of all calm samples.
   */
  readonly flagRate: number;
  /** Who set epsilon by hand, or went back to this version. */
  readonly by?: string;
  /** The version that this one repeats: a rollback, or the same model with another epsilon. */
  readonly from?: number;
  /** The version that was in force when this one was written; absent for the first, and in older releases. */
  readonly replaces?: number;
  /** When a later refit found the active version again (ms since the epoch), and so wrote none. */
  readonly refitted?: number;
  /** Why this version was not promoted; absent when it was. */
  readonly refused?: string;
}

/** The store keeps the model of a version for so many days after another has replaced the version. */
export const MODEL_DAYS = 14;

/**
 * One entry of the ledger. Refused versions, versions of removed detectors, and those whose model is no longer kept
 * have no baseline.
 */
export interface LedgerEntry {
  readonly report: FitReport;
  readonly baseline?: Baseline;
}

/** At most this many alerts a week for a whole group. */
export interface AlertBudget {
  readonly alertsPerWeek: number;
  readonly by: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The progress of the scheduled refit. */
export interface RefitProgress {
  /** The number of its period; a day is the usual period. */
  readonly period: number;
  readonly done: boolean;
  /** The last host that was refitted; absent before the first. */
  readonly after?: {
    readonly group: string;
    readonly host: string;
    /** Whether its turn was among those of the labelled hosts; absent in earlier releases. */
    readonly labelled?: boolean;
  };
  /** Owners that failed and are tried once more when the period's work is done; absent without any. */
  readonly again?: readonly string[];
  /** The host that a run is fitting. A run that finds one knows that the run before ended there. */
  readonly trying?: string;
  /** Hosts at which runs of this period ended, one entry for each run; absent without any. */
  readonly ended?: readonly string[];
}

export interface BaselineLedger {
  /** The number of the owner's newest version, promoted or refused; 0 when there is none. */
  latest(owner: string): Promise<number>;
  /** Writes a version for good; throws when that number is taken. Refused versions have no baseline. */
  write(report: FitReport, baseline?: Baseline): Promise<void>;
  /**
   * Moves ACTIVE to this version, which was written, if the active version is still `expected` (0: none); false when
   * another refit was faster. From then on the store keeps the models of earlier versions for `MODEL_DAYS` only, so it
   * throws for a version that is not newer than `expected`.
   */
  promote(written: Pick<FitReport, "owner" | "version">, expected: number): Promise<boolean>;
  /**
   * Notes on the active version that a refit found the same again at `baseline.fitted`; false if its model, metrics,
   * samples or epsilon differ.
   */
  confirm(baseline: Baseline): Promise<boolean>;
  /** Reports of the owner's versions, newest first, at most `limit`. */
  reports(owner: string, limit: number): Promise<readonly FitReport[]>;
  /** The active version's report. */
  current(owner: string): Promise<FitReport | undefined>;
  version(owner: string, version: number): Promise<LedgerEntry | undefined>;
  /** Deletes all versions of an owner that is gone. */
  forget(owner: string): Promise<void>;
  budget(group: string): Promise<AlertBudget | undefined>;
  /** Sets a group's alert budget, or takes it away. */
  setBudget(group: string, budget: AlertBudget | undefined): Promise<void>;
  progress(): Promise<RefitProgress | undefined>;
  saveProgress(progress: RefitProgress): Promise<void>;
}

/** The active version with its baseline. */
export async function activeEntry(
  ledger: Pick<BaselineLedger, "current" | "version">,
  owner: string,
): Promise<LedgerEntry | undefined> {
  const report = await ledger.current(owner);
  return report && ledger.version(owner, report.version);
}
