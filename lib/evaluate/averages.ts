import { selectEpsilon } from "../model/best-epsilon.ts";
import type { Played } from "./play.ts";
import { averagePrecision, rocAuc } from "./ranking.ts";
import { type Figures, figuresOf, sumOf, tallyOf } from "./tally.ts";
import { volumeUnderPr } from "./vus.ts";

/**
 * How well scores rank labelled rows above the others at any limit; bestF1 is the F1 at the best limit, which only
 * labels reveal.
 */
const RANKING = ["bestF1", "ap", "roc", "vusPr"] as const;

/** Null where no row is labelled. */
type Ranking = Readonly<Record<(typeof RANKING)[number], number | null>>;

/** By the score, and by the joint reading alone where the detector has one. */
interface Rankings extends Ranking {
  readonly together?: Ranking;
}

export interface EntityReport extends Rankings, Figures {
  readonly name: string;
}

export type Mean = Rankings & Figures;

export interface Summary {
  readonly entities: readonly EntityReport[];
  /** Unweighted over the entities that have the figure. */
  readonly mean: Mean;
  /** From the sums of counts over all entities. */
  readonly pooled: Figures;
}

export function summarise(played: readonly Played[]): Summary {
  const tallied = played.map((one) => ({ one, tally: tallyOf(one) }));
  const entities = tallied.map(({ one, tally }) => ({ name: one.name, ...rankingsOf(one), ...figuresOf(tally) }));
  const pooled = figuresOf(sumOf(tallied.map(({ tally }) => tally)));
  const together = entities.flatMap((entity) => entity.together ?? []);
  return {
    entities,
    mean: {
      ...meanOf(entities, [...RANKING, ...(Object.keys(pooled) as (keyof Figures)[])]),
      ...(together.length > 0 ? { together: meanOf(together, RANKING) } : {}),
    },
    pooled,
  };
}

function meanOf<Key extends string>(
  all: readonly Readonly<Record<Key, number | null>>[],
  keys: readonly Key[],
): Record<Key, number | null> {
  const means = keys.map((key) => [key, average(all.map((one) => one[key]))]);
  return Object.fromEntries(means);
}

function rankingsOf(played: Played): Rankings {
  const { ratios, together } = played;
  return { ...rankingOf(ratios, played), ...(together ? { together: rankingOf(together, played) } : {}) };
}

function rankingOf(whole: Float64Array, { labels, from, period }: Played): Ranking {
  const [scores, own] = [whole.subarray(from), labels.subarray(from)];
  if (!own.includes(1)) return { bestF1: null, ap: null, roc: null, vusPr: null };
  return {
    bestF1: selectEpsilon(scores, own)?.f1 ?? 0,
    ap: averagePrecision(scores, own),
    roc: rocAuc(scores, own),
    vusPr: volumeUnderPr(scores, own, 2 * period),
  };
}

/** The mean of those that are known. */
export function average(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
}
