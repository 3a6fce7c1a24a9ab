import type { Covariance } from "../model/gaussian.ts";
import type { Baseline } from "../watch/baseline.ts";

/** What decided the epsilon of a baseline. */
export type EpsilonSource =
  /** Best F1 on the host's own labelled incidents. */
  | "labels"
  /** Best F1 on the labelled incidents of the host's group. */
  | "group labels"
  /** The quantile of calm scores, raised above incidents labelled false. */
  | "quantile and false labels"
  /** The quantile of calm scores: there are no labels. */
  | "quantile";

/** The gate's account of one refit of one owner; kept for ever in the ledger. */
export interface FitReport {
  readonly owner: string;
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly covariance: Covariance;
  /** Rows fitted to, and rows left out as anomalous, in an incident or labelled as a fault. */
  readonly samples: number;
  readonly excluded: number;
  readonly epsilon: number;
  readonly source: EpsilonSource;
  /** Incidents whose labels took part in choosing epsilon, by verdict. */
  readonly labels: { readonly fault: readonly string[]; readonly false: readonly string[] };
  /** Of epsilon on the labelled samples; absent without labelled faults. */
  readonly quality?: { readonly f1: number; readonly precision: number; readonly recall: number };
  /** Share of recent calm samples beyond the new epsilon. */
  readonly flagRate: number;
  /** Why this version was not promoted; absent when it was. */
  readonly refused?: string;
}

export interface BaselineLedger {
  /** The number of the owner's newest version, promoted or refused; 0 when there is none. */
  latest(owner: string): Promise<number>;
  /** Writes a version for good; throws when that number is taken. Refused versions have no baseline. */
  write(report: FitReport, baseline?: Baseline): Promise<void>;
  /** Moves ACTIVE to this baseline if the active version is still `expected` (0: none); false when another refit was faster. */
  promote(report: FitReport, baseline: Baseline, expected: number): Promise<boolean>;
  /** Reports of the owner's versions, newest first, at most `limit`. */
  reports(owner: string, limit: number): Promise<readonly FitReport[]>;
}
