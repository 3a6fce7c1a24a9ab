import { selectEpsilon } from "../model/epsilon.ts";
import { countScores, DEFAULT_EPSILON, mergeScoreCounts, poolEpsilon } from "../model/pooled-epsilon.ts";
import type { Entity } from "./entity.ts";
import { eventsOf } from "./events.ts";

/**
 * `default`: the detector's own, which no label was looked at for. `oracle`: the one of best F1 on the very rows that are
 * reported. `honest`: one for all entities, from the labels of other rows.
 */
export type ThresholdRule = "default" | "honest" | "oracle";

/** The middle of the interval of thresholds with the best F1; the highest score where no threshold catches anything. */
export function oracleThreshold({ scores, labels }: Entity): number {
  return selectEpsilon(scores, labels)?.epsilon ?? scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}

/**
 * One threshold from the labels of all these entities together, shrunk to the default, as the refit chooses it for a
 * group; as a function, since each entity's is in units of its own scores. Without labelled events it is the default.
 */
export function pooledThreshold(entities: readonly Entity[]): (entity: Entity) => number {
  const counts = entities
    .map((entity) => countScores(commonScores(entity), entity.labels, eventsOf(entity.labels).length))
    .reduce(mergeScoreCounts, countScores(new Float64Array(), [], 0));
  const epsilon = poolEpsilon(counts)?.epsilon ?? DEFAULT_EPSILON;
  return (entity) => epsilon / unitOf(entity);
}

/** Scores in units in which each entity's label-free epsilon is the same, so that one threshold can serve all. */
export function commonScores(entity: Entity): Float64Array {
  const unit = unitOf(entity);
  return entity.scores.map((score) => score * unit);
}

/** A series that never moved can have a label-free epsilon of 0; its scores are left as they are. */
function unitOf({ epsilon }: Entity): number {
  return epsilon > 0 ? DEFAULT_EPSILON / epsilon : 1;
}
