import { DETECTORS, type Detector } from "../model/detector.ts";
import type { Covariance } from "../model/gaussian.ts";
import { DEFAULT_EPSILON } from "../model/pooled-epsilon.ts";

/** How the baselines of a group are made. */
export interface FitSettings {
  readonly detector: Detector;
  /** Of the Gaussian detector. */
  readonly covariance: Covariance;
  /** The fused detector's epsilon without labels. */
  readonly epsilon: number;
  /** How far back a refit looks. */
  readonly windowDays: number;
  /** Of the forest's random choices. */
  readonly seed: number;
}

/** The settings of a group. */
export type Settings = (group: string) => FitSettings;

/** Words for the fused detector's epsilon: see docs/detector.md for what each costs. */
const SENSITIVITIES = { sensitive: 5, normal: DEFAULT_EPSILON, quiet: 10 } as const;

export const DEFAULT_SETTINGS: FitSettings = {
  detector: "fused",
  covariance: "diagonal",
  epsilon: DEFAULT_EPSILON,
  windowDays: 30,
  seed: 0,
};

/** Far beyond what a stack needs; each is a few words. */
const GROUPS_MAX = 1_000;
const WINDOW_DAYS_MAX = 30;
const SEED_MAX = 2 ** 32 - 1;
/** Settings of every group that has none of its own. */
const EVERY_GROUP = "*";

/**
 * Reads `{"*":{"detector":"fused","sensitivity":"quiet"},"db":{"detector":"gaussian","covariance":"full","windowDays":14}}`: what is not said is
 * as in "*", and there as in `DEFAULT_SETTINGS`. Throws on anything else, naming it and what it may be.
 */
export function parseSettings(json: string | undefined): Settings {
  if (json === undefined || json === "") return () => DEFAULT_SETTINGS;
  const document = parsed(json);
  const names = Object.keys(document);
  if (names.length > GROUPS_MAX) throw problem("", `${names.length} groups: at most ${GROUPS_MAX}`);
  const common =
    EVERY_GROUP in document ? settingsOf(EVERY_GROUP, document[EVERY_GROUP], DEFAULT_SETTINGS) : DEFAULT_SETTINGS;
  const groups = new Map(names.map((name) => [name, settingsOf(name, document[name], common)]));
  return (group) => groups.get(group) ?? common;
}

function parsed(json: string): Readonly<Record<string, unknown>> {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch (error) {
    throw problem("", error instanceof Error ? error.message : String(error));
  }
  if (!isObject(document)) throw problem("", "expected an object of groups");
  return document;
}

const KEYS = ["detector", "covariance", "sensitivity", "windowDays", "seed"];

function settingsOf(group: string, document: unknown, otherwise: FitSettings): FitSettings {
  if (!isObject(document)) throw problem(group, "expected an object");
  const unknown = Object.keys(document).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw problem(`${group}.${unknown}`, `unknown: use ${KEYS.join(", ")}`);
  const { detector, covariance, sensitivity, windowDays, seed } = document;
  return {
    detector: detector === undefined ? otherwise.detector : oneOf(DETECTORS, detector, `${group}.detector`),
    covariance:
      covariance === undefined
        ? otherwise.covariance
        : oneOf(["diagonal", "full"] as const, covariance, `${group}.covariance`),
    epsilon: sensitivity === undefined ? otherwise.epsilon : epsilonOf(sensitivity, `${group}.sensitivity`),
    windowDays:
      windowDays === undefined
        ? otherwise.windowDays
        : wholeFrom(1, WINDOW_DAYS_MAX, windowDays, `${group}.windowDays`),
    seed: seed === undefined ? otherwise.seed : wholeFrom(0, SEED_MAX, seed, `${group}.seed`),
  };
}

function epsilonOf(value: unknown, path: string): number {
  return SENSITIVITIES[oneOf(["sensitive", "normal", "quiet"] as const, value, path)];
}

function wholeFrom(min: number, max: number, value: unknown, path: string): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
  throw problem(path, `${JSON.stringify(value)}: use a whole number from ${min} to ${max}`);
}

function oneOf<T extends string>(known: readonly T[], value: unknown, path: string): T {
  const found = known.find((one) => one === value);
  if (found !== undefined) return found;
  throw problem(path, `${JSON.stringify(value)}: use ${known.join(", ")}`);
}

function problem(path: string, what: string): Error {
  return new Error(`settings of the detector${path ? `, ${path}` : ""}: ${what}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
