/**
 * Isolation forest (Liu, Ting, Zhou, "Isolation Forest", ICDM 2008): trees of random splits, in which a strange row
 * ends up alone after few of them. Values and thresholds are compared as singles, as scikit-learn does: a feature whose
 * range is below 2⁻²⁴ of its magnitude counts as constant.
 *
 * A missing value (NaN) goes the way that more of the training rows went, when fitting and when scoring. It then
 * shortens no path more than it must, so that missing is not strange in itself.
 */

/** Far beyond the number that the paper found useful. */
const SAMPLE_SIZE_MAX = 4096;
const TREES_MAX = 1000;
/** Four features for each of 256 metrics. */
const FEATURES_MAX = 1024;
const EULER = 0.5772156649015329;

/** Nodes of all trees one after another, each tree in preorder: the left child of a split is the next node. */
export interface Forest {
  readonly features: number;
  /** Training rows of each tree, ψ. */
  readonly sampleSize: number;
  /** The first node of each tree. */
  readonly roots: Int32Array;
  /** The feature that a node splits on; −1 at a leaf. */
  readonly feature: Int16Array;
  /** Values up to this one go left at a split. */
  readonly threshold: Float32Array;
  /** The right child of a split. */
  readonly right: Int32Array;
  /** How many training rows came to a node. */
  readonly size: Uint16Array;
  /** Average path length by number of rows, 0 to ψ. */
  readonly paths: Float64Array;
}

/**
 * 2^(−E[h] / c(ψ)) in (0, 1], high = strange, of the row at `offset` in `values`: h is the path length in a tree, c(ψ)
 * its average. Rows all alike score 0.5, and so does anything in a forest of a single row. Allocates nothing.
 */
export function forestScore(forest: Forest, values: Float64Array, offset: number): number {
  const { roots, feature, size, paths, sampleSize } = forest;
  if (sampleSize === 1) return 0.5;
  let length = 0;
  for (let tree = 0; tree < roots.length; tree++) {
    let node = roots[tree]!;
    for (; feature[node]! >= 0; length++) node = childOf(forest, node, values[offset + feature[node]!]!);
    length += paths[size[node]!]!;
  }
  return 2 ** (-length / (roots.length * paths[sampleSize]!));
}

/**
 * Each feature's part in a sample's score; together exactly log2(score / 0.5), positive = made the row stranger. A
 * split is credited with the length that it took off the average path in a tree of as many rows. This is the
 * decomposition of Saabas (2014, "treeinterpreter") with c(size) as the value of a node.
 */
export function forestContributions(forest: Forest, sample: Float64Array): Float64Array {
  const { roots, feature, size, paths, sampleSize } = forest;
  const credits = new Float64Array(sample.length);
  const scale = 1 / (roots.length * paths[sampleSize]!);
  for (let tree = 0; tree < roots.length; tree++) {
    let node = roots[tree]!;
    while (feature[node]! >= 0) {
      const split = feature[node]!;
      const child = childOf(forest, node, sample[split]!);
      credits[split]! += (paths[size[node]!]! - paths[size[child]!]! - 1) * scale;
      node = child;
    }
  }
  return credits;
}

/**
 * Average path length c(n) of an isolation tree of n rows: the length of an unsuccessful search in a binary search
 * tree.
 */
function averagePath(n: number): number {
  if (n <= 1) return 0;
  return n === 2 ? 1 : 2 * (Math.log(n - 1) + EULER) - (2 * (n - 1)) / n;
}

/** A forest under construction: the columns of Forest by the same names. */
export interface Nodes {
  readonly feature: number[];
  readonly threshold: number[];
  readonly right: number[];
  readonly size: number[];
}

/** Throws RangeError for a size beyond the limits of a forest. */
export function checkShape(trees: number, features: number, sampleSize: number): void {
  checkWithin("trees", trees, TREES_MAX);
  checkWithin("features", features, FEATURES_MAX);
  checkWithin("sampleSize", sampleSize, SAMPLE_SIZE_MAX);
}

export function forestOfNodes(features: number, sampleSize: number, roots: readonly number[], nodes: Nodes): Forest {
  return {
    features,
    sampleSize,
    roots: Int32Array.from(roots),
    feature: Int16Array.from(nodes.feature),
    threshold: Float32Array.from(nodes.threshold),
    right: Int32Array.from(nodes.right),
    size: Uint16Array.from(nodes.size),
    paths: Float64Array.from({ length: sampleSize + 1 }, (_, rows) => averagePath(rows)),
  };
}

/** Splits below the root: the depth of a balanced tree. Deeper are only rows that are not strange, says the paper. */
export function depthLimit(sampleSize: number): number {
  return Math.ceil(Math.log2(Math.max(sampleSize, 2)));
}

/** Adds a node, whose right child is known later, and returns its place. */
export function addNode(nodes: Nodes, feature: number, threshold: number, size: number): number {
  nodes.feature.push(feature);
  nodes.threshold.push(threshold);
  nodes.size.push(size);
  return nodes.right.push(0) - 1;
}

function checkWithin(name: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= max) return;
  throw new RangeError(`${name} must be a whole number from 1 to ${max}, not ${value}`);
}

function childOf({ threshold, right, size }: Forest, node: number, value: number): number {
  const single = Math.fround(value);
  if (single <= threshold[node]!) return node + 1;
  if (single > threshold[node]!) return right[node]!;
  return size[node + 1]! >= size[right[node]!]! ? node + 1 : right[node]!;
}
