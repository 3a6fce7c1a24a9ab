import type { DetectorChoice } from "../model/detector.ts";
import type { Covariance } from "../model/gaussian.ts";
import { DEFAULT_EPSILON } from "../model/pooled-epsilon.ts";

/** How the baselines of a group are made. */
export interface FitSettings {
  readonly detector: DetectorChoice;
  /** For the Gaussian detector. */
  readonly covariance: Covariance;
  /** The epsilon of calendar bands and of ensembles without labels. */
  readonly epsilon: number;
  /** The share of calm samples beyond a detector's label-free epsilon, but for bands; absent: one in 200. */
  readonly contamination?: number;
  /** The share of values that a fit winsorises at either end, but for bands; absent: the detector's own. */
  readonly winsorize?: number;
  /** How far back a refit looks. */
  readonly windowDays: number;
  /** Seed of the forest's random choices. */
  readonly seed: number;
  /** The IANA zone whose calendar they learn. */
  readonly timezone: string;
}

/** The settings by group. */
export type SettingsOf = (group: string) => FitSettings;

/** Words for the epsilon of calendar bands. */
export const SENSITIVITIES = { sensitive: 0.71, normal: DEFAULT_EPSILON, quiet: 1.43 } as const;

export const DEFAULT_SETTINGS: FitSettings = {
  detector: "bands",
  covariance: "diagonal",
  epsilon: DEFAULT_EPSILON,
  windowDays: 30,
  seed: 0,
  timezone: "UTC",
};
