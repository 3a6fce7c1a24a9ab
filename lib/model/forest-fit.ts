import { addNode, checkShape, depthLimit, type Forest, forestOfNodes, type Nodes } from "./forest.ts";
import { bytesOfNodes, FOREST_BYTES_MAX, HEADER_BYTES } from "./forest-bytes.ts";
import { seededRandom } from "./random.ts";

/** Trees, and training rows of each, that the paper found to suffice. */
const TREES_DEFAULT = 100;
const SAMPLE_SIZE_DEFAULT = 256;
const SINGLE_MAX = (2 - 2 ** -23) * 2 ** 127;

export interface ForestOptions {
  /** The most trees; fewer where more would not fit in FOREST_BYTES_MAX. */
  readonly trees?: number;
  /** Training rows drawn for each tree, at most all there are. */
  readonly sampleSize?: number;
  readonly seed: number;
}

/** A forest of rows of `features` values, row after row. Throws RangeError without rows or beyond its limits. */
export function fitForest(rows: Float64Array, features: number, options: ForestOptions): Forest {
  const { trees = TREES_DEFAULT, sampleSize = SAMPLE_SIZE_DEFAULT, seed } = options;
  checkShape(trees, features, sampleSize);
  const count = rows.length / features;
  if (count < 1 || !Number.isInteger(count)) {
    throw new RangeError(`${rows.length} values are no whole number of rows of ${features}`);
  }
  const drawn = Math.min(sampleSize, count);
  const random = seededRandom(seed);
  const singles = clampedSingles(rows);
  const order = Int32Array.from({ length: count }, (_, row) => row);
  const nodes: Nodes = { feature: [], threshold: [], right: [], size: [] };
  const roots: number[] = [];
  for (let bytes = HEADER_BYTES; roots.length < trees; ) {
    for (let i = 0; i < drawn; i++) swap(order, i, i + below(random, count - i));
    const growth = {
      rows: singles,
      features,
      random: seededRandom(random()), // its own, so that a rounding that changes a tree leaves the others as they are
      sample: order.slice(0, drawn),
      candidates: Int32Array.from({ length: features }, (_, feature) => feature),
      depthMax: depthLimit(drawn),
    };
    const root = nodes.feature.length;
    grow(growth, nodes, 0, drawn, 0);
    bytes += bytesOfNodes(nodes, features, root);
    if (bytes > FOREST_BYTES_MAX) {
      for (const column of Object.values(nodes)) column.length = root;
      break;
    }
    roots.push(root);
  }
  return forestOfNodes(features, drawn, roots, nodes);
}

interface Growth {
  readonly rows: Float32Array;
  readonly features: number;
  readonly random: () => number;
  /** The rows drawn; the rows of a node lie side by side. */
  readonly sample: Int32Array;
  /** All features, in the order of the last draw. */
  readonly candidates: Int32Array;
  readonly depthMax: number;
}

/** Adds the node of sample[from, to) and all below it. */
function grow(growth: Growth, nodes: Nodes, from: number, to: number, depth: number): void {
  const split = depth < growth.depthMax && to - from > 1 ? drawSplit(growth, from, to) : undefined;
  const node = addNode(nodes, split?.feature ?? -1, split?.threshold ?? 0, to - from);
  if (!split) return;
  const middle = partition(growth, from, to, split.feature, split.threshold);
  grow(growth, nodes, from, middle, depth + 1);
  nodes.right[node] = nodes.feature.length;
  grow(growth, nodes, middle, to, depth + 1);
}

/** A feature drawn from those that vary between the rows, and a threshold in [least, greatest) of its values. */
function drawSplit(growth: Growth, from: number, to: number): { feature: number; threshold: number } | undefined {
  const { rows, sample, candidates, random, features } = growth;
  for (let left = features; left > 0; left--) {
    swap(candidates, below(random, left), left - 1);
    const feature = candidates[left - 1]!;
    let least = Number.POSITIVE_INFINITY;
    let greatest = Number.NEGATIVE_INFINITY;
    for (let i = from; i < to; i++) {
      const value = rows[sample[i]! * features + feature]!;
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
    if (!(least < greatest)) continue;
    const threshold = Math.fround(least + (random() / 2 ** 32) * (greatest - least));
    return { feature, threshold: threshold < greatest ? threshold : least };
  }
  return undefined;
}

/** Moves the rows that go left to the front of sample[from, to) and returns where the others begin. */
function partition(growth: Growth, from: number, to: number, feature: number, threshold: number): number {
  const { rows, sample, features } = growth;
  let balance = 0;
  for (let i = from; i < to; i++) {
    const value = rows[sample[i]! * features + feature]!;
    if (value <= threshold) balance++;
    else if (value > threshold) balance--;
  }
  let middle = from;
  for (let i = from; i < to; i++) {
    const value = rows[sample[i]! * features + feature]!;
    const goesLeft = Number.isNaN(value) ? balance >= 0 : value <= threshold;
    if (goesLeft) swap(sample, i, middle++);
  }
  return middle;
}

/** As singles, so that a threshold can lie between any two; a value that is too large for one becomes the largest. */
function clampedSingles(rows: Float64Array): Float32Array {
  const singles = new Float32Array(rows);
  for (let i = 0; i < singles.length; i++) {
    if (singles[i] === Number.POSITIVE_INFINITY) singles[i] = SINGLE_MAX;
    else if (singles[i] === Number.NEGATIVE_INFINITY) singles[i] = -SINGLE_MAX;
  }
  return singles;
}

function below(random: () => number, end: number): number {
  return Math.floor((random() / 2 ** 32) * end);
}

function swap(array: Int32Array, i: number, j: number): void {
  const value = array[i]!;
  array[i] = array[j]!;
  array[j] = value;
}
