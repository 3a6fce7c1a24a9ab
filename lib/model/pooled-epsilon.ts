/**
 * One epsilon for a group of hosts, from their labels: counts of scores over a fixed grid, split by label, pooled over
 * the hosts. They merge by addition, so that a host contributes 255 pairs of counts and not its scores.
 */

/** The label-free epsilon of calendar bands, towards which few labels are shrunk. */
export const DEFAULT_EPSILON = 1;

const GRID_FIRST = 0.5;
const GRID_END = 1000;
/** Step in ln epsilon: neighbours differ by 3 %. */
const GRID_STEP = 0.03;
const GRID = Float64Array.from(
  { length: Math.ceil(Math.log(GRID_END / GRID_FIRST) / GRID_STEP) },
  (_, k) => GRID_FIRST * Math.exp(GRID_STEP * k),
);

/** Width of the smoothing of the F1 curve, in ln epsilon: the best single point of a rough curve does not transfer. */
const SMOOTHING_SIGMA = 0.25;
/** The Gaussian is cut here, in sigmas. */
const SMOOTHING_CUT = 4;
/** With this many labelled events the labels weigh as much as the default. */
const SHRINKAGE_EVENTS = 50;
/** Lowers F1 for each e-fold of distance from the default: few labels make far points look good by chance. */
const PENALTY = 0.1;
/**
 * Labels of a long incident can favour an epsilon that flags nearly everything, with far too many alerts. Samples of
 * labelled faults do not count: however long they were, they must not hide later faults.
 */
const FLAGGED_SHARE_MAX = 0.1;

/** Scores of one host, or of many together. At k: how many lie above exactly k values of the grid. */
export interface ScoreCounts {
  readonly normal: Float64Array;
  readonly anomalous: Float64Array;
  /** Labelled events that contain the anomalous samples. */
  readonly events: number;
}

export interface PooledEpsilon {
  readonly epsilon: number;
  /** The choice of the labels alone, before it is shrunk to the default. */
  readonly unshrunk: number;
  /** F1 of the pooled counts at `unshrunk`, not smoothed. */
  readonly f1: number;
  readonly events: number;
}

/** Counts the samples of one host; `positive` says which are anomalies. */
export function countScores(scores: Float64Array, positive: ArrayLike<unknown>, events: number): ScoreCounts {
  const normal = new Float64Array(GRID.length + 1);
  const anomalous = new Float64Array(GRID.length + 1);
  for (let i = 0; i < scores.length; i++) (positive[i] ? anomalous : normal)[cellOf(scores[i]!)]!++;
  return { normal, anomalous, events };
}

export function mergeScoreCounts(a: ScoreCounts, b: ScoreCounts): ScoreCounts {
  return {
    normal: a.normal.map((count, cell) => count + b.normal[cell]!),
    anomalous: a.anomalous.map((count, cell) => count + b.anomalous[cell]!),
    events: a.events + b.events,
  };
}

/**
 * The epsilon of the grid with the best F1 of the pooled counts (the first of several). The curve is smoothed over ln
 * epsilon and lowered with the distance from `fallback`. The fewer labelled events, the closer the choice is moved to
 * `fallback`, in logs. Never one that flags more than a tenth of the normal samples. Undefined without labelled events,
 * and where every epsilon of the grid flags more than that.
 */
export function poolEpsilon(counts: ScoreCounts, fallback = DEFAULT_EPSILON): PooledEpsilon | undefined {
  const { f1, flaggedShare } = curvesOf(counts);
  const lowest = flaggedShare.findIndex((share) => share <= FLAGGED_SHARE_MAX);
  const positives = counts.anomalous.reduce((sum, count) => sum + count, 0);
  if (positives === 0 || counts.events === 0 || lowest < 0) return undefined;
  const smooth = smoothed(f1, SMOOTHING_SIGMA / GRID_STEP);
  const worth = smooth.map((value, k) => value - PENALTY * Math.abs(Math.log(GRID[k]! / fallback)));
  let best = lowest;
  for (let k = lowest; k < GRID.length; k++) if (worth[k]! > worth[best]!) best = k;
  const unshrunk = GRID[best]!;
  const weight = counts.events / (counts.events + SHRINKAGE_EVENTS);
  const shrunk = Math.exp(weight * Math.log(unshrunk) + (1 - weight) * Math.log(fallback));
  return { epsilon: Math.max(shrunk, GRID[lowest]!), unshrunk, f1: f1[best]!, events: counts.events };
}

/** How many values of the grid are below the score. */
function cellOf(score: number): number {
  let low = 0;
  let high = GRID.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (GRID[middle]! < score) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** F1 and the share of normal samples flagged, at each epsilon of the grid. */
function curvesOf({ normal, anomalous }: ScoreCounts): { f1: Float64Array; flaggedShare: Float64Array } {
  const f1 = new Float64Array(GRID.length);
  const flaggedShare = new Float64Array(GRID.length);
  const positives = anomalous.reduce((sum, count) => sum + count, 0);
  const negatives = normal.reduce((sum, count) => sum + count, 0);
  for (let k = GRID.length - 1, refuted = 0, caught = 0; k >= 0; k--) {
    caught += anomalous[k + 1]!;
    refuted += normal[k + 1]!;
    f1[k] = positives > 0 ? (2 * caught) / (refuted + caught + positives) : 0;
    flaggedShare[k] = negatives > 0 ? refuted / negatives : 0;
  }
  return { f1, flaggedShare };
}

/** Convolution with a Gaussian of this sigma, in cells; beyond its ends the curve stays as it is there. */
function smoothed(curve: Float64Array, sigma: number): Float64Array {
  const radius = Math.floor(SMOOTHING_CUT * sigma);
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-0.5 * ((i - radius) / sigma) ** 2));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const last = curve.length - 1;
  return curve.map((_, k) => {
    let sum = 0;
    for (let i = 0; i < weights.length; i++) sum += weights[i]! * curve[Math.min(last, Math.max(0, k + i - radius))]!;
    return sum / total;
  });
}
