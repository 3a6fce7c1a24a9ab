import { CALM_QUANTILE } from "../learn/model-fit.ts";
import { sensibleLimit } from "../model/error-average.ts";
import { quantile } from "../model/quantile.ts";
import { seededRandom } from "../model/random.ts";
import { scoreRows } from "../neural/network-scores.ts";
import type { Training } from "../neural/train.ts";
import { UserError } from "../user-error.ts";
import type { Entity } from "./entity.ts";
import { rowsOf } from "./fit-once.ts";
import type { Played } from "./play.ts";
import { periodOf } from "./vus.ts";

/** A detector that is evaluated, and never deployed. */
export const OFFLINE = "conv-bigru";

/** Any number works as long as it stays the same. */
const SEED = 1;
const RANDOM_RANGE = 2 ** 32;

/** The detector's scores of the test part of an entity, from the train part alone. Nothing raises incidents. */
export function playOffline({ recording, ...about }: Entity, progress: (share: number) => void): Played {
  const { from, intervalMs, name } = about;
  const { times, labels, metrics } = recording;
  const known = metrics.filter(({ first }) => first < from);
  const rows = { train: rowsOf(known, 0, from), test: rowsOf(known, from, times.length) };
  try {
    const scores = scoreRows(rows, known.length, intervalMs, trainingOf(progress));
    const epsilon = sensibleLimit(quantile(scores.train, CALM_QUANTILE));
    const ratios = new Float64Array(times.length);
    ratios.set(
      scores.test.map((score) => score / epsilon),
      from,
    );
    const flagged = Uint8Array.from(ratios, (ratio) => Number(ratio > 1));
    const period = periodOf(metrics[0]?.values ?? new Float64Array());
    return { ...about, times, labels, period, ratios, flagged, incidents: [], messages: 0 };
  } catch (error) {
    if (error instanceof RangeError) throw new UserError(`${name}: its train part trains no network: ${error.message}`);
    throw error;
  }
}

export function trainingOf(progress: (share: number) => void): Training {
  const random = seededRandom(SEED);
  return { random: () => random() / RANDOM_RANGE, progress };
}
