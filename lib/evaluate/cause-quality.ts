import type { Run } from "./events.ts";

/** A labelled event whose causes are known. */
export interface CausedEvent extends Run {
  /** The columns of the metrics that caused it. */
  readonly dims: readonly number[];
}

/** Shares between 0 and 1; for several events, their means. */
export interface CauseQuality {
  /** The share of the n true causes that are among the top n. */
  readonly hit100: number;
  /** … among the top ⌊1.5 n⌋. */
  readonly hit150: number;
  /** Normalised discounted cumulative gain at n, each true cause worth 1. */
  readonly ndcg: number;
  /** 1 where the first is a true cause. */
  readonly top1: number;
  /** 1 where one of the first three is. */
  readonly top3: number;
}

/** Contributions of each metric to the score of one row, all of them at least 0. */
export type Contributions = (row: number) => Float64Array;

export interface RankedMetric {
  readonly dim: number;
  /** Its highest contribution in the run. */
  readonly contribution: number;
}

/** Ranks the metrics by their highest contribution within the run. Equals stay in the order of the columns. */
export function rankMetrics(run: Run, contributions: Contributions): RankedMetric[] {
  const highest = contributions(run.first).slice();
  for (let row = run.first + 1; row <= run.last; row++) {
    const own = contributions(row);
    for (const [dim, contribution] of own.entries())
      if (contribution > (highest[dim] ?? 0)) highest[dim] = contribution;
  }
  return Array.from(highest, (contribution, dim) => ({ dim, contribution })).sort(
    (a, b) => b.contribution - a.contribution,
  );
}

/** Undefined when no event names a cause. */
export function causeQuality(events: readonly CausedEvent[], contributions: Contributions): CauseQuality | undefined {
  const each = events
    .filter(({ dims }) => dims.length > 0)
    .map((event) =>
      rankingQuality(
        rankMetrics(event, contributions).map(({ dim }) => dim),
        event.dims,
      ),
    );
  if (each.length === 0) return undefined;
  const mean = (key: keyof CauseQuality) => each.reduce((sum, quality) => sum + quality[key], 0) / each.length;
  return { hit100: mean("hit100"), hit150: mean("hit150"), ndcg: mean("ndcg"), top1: mean("top1"), top3: mean("top3") };
}

/** Compares a ranking of metrics with the true causes (HitRate and NDCG as in OmniAnomaly and InterFusion). */
function rankingQuality(ranking: readonly number[], causes: readonly number[]): CauseQuality {
  const n = causes.length;
  const hits = (top: number) => ranking.slice(0, top).filter((dim) => causes.includes(dim)).length;
  const gain = (place: number) => 1 / Math.log2(place + 2);
  let found = 0;
  let ideal = 0;
  for (let place = 0; place < n; place++) {
    ideal += gain(place);
    if (causes.includes(ranking[place] ?? -1)) found += gain(place);
  }
  return {
    hit100: hits(n) / n,
    hit150: hits(Math.floor(1.5 * n)) / n,
    ndcg: found / ideal,
    top1: Math.min(1, hits(1)),
    top3: Math.min(1, hits(3)),
  };
}
