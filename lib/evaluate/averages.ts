import { type Quality, qualityOf } from "../model/best-epsilon.ts";
import type { CauseQuality } from "./cause-quality.ts";
import type { EntityReport, EntityResult } from "./entity.ts";

/** Unweighted means over the entities; null where no entity has the figure. */
export type Mean = {
  readonly [key in Exclude<keyof EntityReport, "name" | "causes">]: number | null;
} & { readonly causes: { readonly [key in keyof CauseQuality]: number | null } };

export interface Summary {
  readonly entities: readonly EntityReport[];
  /** The unweighted mean over the entities (InterFusion's rule). */
  readonly mean: Mean;
  /** Counts over the samples of all entities (the rule of OmniAnomaly and TranAD). */
  readonly pooled: { readonly tp: number; readonly fp: number; readonly fn: number } & Pick<Quality, "f1">;
  readonly random: { readonly paF1: number | null };
}

export function summarise(results: readonly EntityResult[]): Summary {
  const entities = results.map(({ report }) => report);
  const sum = (key: keyof EntityResult["counts"]) => results.reduce((total, { counts }) => total + counts[key], 0);
  const [tp, fp, fn] = [sum("tp"), sum("fp"), sum("fn")];
  return {
    entities,
    mean: meanOf(entities),
    pooled: { tp, fp, fn, f1: qualityOf(tp, fp, fn).f1 },
    random: { paF1: average(results.map(({ randomPaF1 }) => randomPaF1)) },
  };
}

function meanOf(entities: readonly EntityReport[]): Mean {
  const mean = (key: Exclude<keyof EntityReport, "name" | "causes">) => average(entities.map((report) => report[key]));
  const cause = (key: keyof CauseQuality) => average(entities.map(({ causes }) => causes?.[key] ?? null));
  return {
    rows: mean("rows"),
    positives: mean("positives"),
    bestF1: mean("bestF1"),
    ap: mean("ap"),
    roc: mean("roc"),
    threshold: mean("threshold"),
    f1: mean("f1"),
    precision: mean("precision"),
    recall: mean("recall"),
    eventRecall: mean("eventRecall"),
    falseAlertsPerDay: mean("falseAlertsPerDay"),
    delayMedianMinutes: mean("delayMedianMinutes"),
    paF1: mean("paF1"),
    causes: {
      hit100: cause("hit100"),
      hit150: cause("hit150"),
      ndcg: cause("ndcg"),
      top1: cause("top1"),
      top3: cause("top3"),
    },
  };
}

function average(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
}
