import { selectEpsilon } from "../model/best-epsilon.ts";
import { countScores, DEFAULT_EPSILON, mergeScoreCounts, poolEpsilon } from "../model/pooled-epsilon.ts";
import type { Entity } from "./entity.ts";
import { eventsOf } from "./events.ts";

/**
 * `default`: the detector's own, chosen without labels. `oracle`: the one with the best F1 on the reported rows
 * themselves. `honest`: one for all entities, chosen from the labels of other rows.
 */
export type ThresholdRule = "default" | "honest" | "oracle";

/** The middle of the interval of thresholds with the best F1, or the highest score if no threshold catches anything. */
export function oracleThreshold({ scores, labels }: Entity): number {
  return selectEpsilon(scores, labels)?.epsilon ?? scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}

/**
 * Chooses one threshold from the labels of all these entities and shrinks it to the default, as the refit does for a
 * group. It is a function because each entity has its own unit of scores. Without labelled events it is the default.
 */
export function pooledThreshold(entities: readonly Entity[]): (entity: Entity) => number {
  const counts = entities
    .map((entity) => countScores(commonScores(entity), entity.labels, eventsOf(entity.labels).length))
    .reduce(mergeScoreCounts, countScores(new Float64Array(), [], 0));
  const epsilon = poolEpsilon(counts)?.epsilon ?? DEFAULT_EPSILON;
  return (entity) => epsilon / unitOf(entity);
}

/** Scales the scores so that every entity has the same label-free epsilon, and one threshold serves all. */
export function commonScores(entity: Entity): Float64Array {
  const unit = unitOf(entity);
  return entity.scores.map((score) => score * unit);
}

/** The label-free epsilon of a series that never changed can be 0; its scores stay as they are. */
function unitOf({ epsilon }: Entity): number {
  return epsilon > 0 ? DEFAULT_EPSILON / epsilon : 1;
}
