/** One metric's part in a score. */
export interface Attribution {
  readonly metric: number;
  /** Its squared deviations, or its detector's equivalent; never 0. */
  readonly contribution: number;
  /** The contribution as a share of the sum over all metrics. */
  readonly share: number;
}

/** The `top` metrics with the largest contributions, largest first. */
export function attribute(contributions: Float64Array, top: number): Attribution[] {
  const total = contributions.reduce((sum, contribution) => sum + Math.max(0, contribution), 0);
  return Array.from(contributions, (contribution, metric) => ({ metric, contribution, share: contribution / total }))
    .filter(({ contribution }) => contribution > 0)
    .sort((a, b) => b.contribution - a.contribution)
    .slice(0, top);
}
