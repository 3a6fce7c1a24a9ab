import fc from "fast-check";
import { type Forest, forestContributions, forestOfNodes, forestScore } from "../../lib/model/forest.ts";
import { bytesOfForest, FOREST_BYTES_MAX, forestOfBytes } from "../../lib/model/forest-bytes.ts";
import { fitForest } from "../../lib/model/forest-fit.ts";
import { quantile } from "../../lib/model/quantile.ts";
import { seededRandom } from "../../lib/model/random.ts";

/**
 * Made with scikit-learn 1.2.1 in the form that bytesOfForest documents:
 * python3: X = np.array([[1,10],[2,12],[3,11],[4,13],[5,12],[6,14],[7,11],[8,40]], float)
 * m = IsolationForest(n_estimators=3, max_samples=8, random_state=1).fit(X); b = struct.pack("<BHHH", 1, 3, 2, 8)
 * for e in m.estimators_:
 *   for f, x, n in zip(e.tree_.feature, e.tree_.threshold, e.tree_.n_node_samples):
 *     b += struct.pack("<Bf", f, x) if f >= 0 else bytes([2 + n - 1])
 * b.hex(); m.score_samples([[1,10],[4.5,12.5],[8,40],[0,100],[3.2,11.4]])
 */
const SKLEARN_BYTES =
  "010300020008000018d2a43f02015f416941009a8e254002060201d3a001420082960d40010b6e2d4102020181c45941050202012ee70b4201c7a624410201d2934241050302";
const SKLEARN_SCORES: [number[], number][] = [
  [[1, 10], -0.6566744390879904],
  [[4.5, 12.5], -0.3701499856354529],
  [[8, 40], -0.7554981546130981],
  [[0, 100], -0.8103545144490715],
  [[3.2, 11.4], -0.34869998403597313],
];

const sklearn = () => forestOfBytes(Uint8Array.from(Buffer.from(`ff${SKLEARN_BYTES}`, "hex")).subarray(1));

function scoresOf(forest: Forest, rows: Float64Array): Float64Array {
  return Float64Array.from({ length: rows.length / forest.features }, (_, row) =>
    forestScore(forest, rows, row * forest.features),
  );
}

function contributionsOf(forest: Forest, row: readonly number[]): Float64Array {
  return forestContributions(forest, Float64Array.from(row));
}

/**
 * 2000 rows of 4 nearly normal features, every twentieth with 3 added to its first.
 * python3: s = 1
 * def u(): global s; s = s * 48271 % 2147483647; return s / 2147483647
 * X = np.array([[sum(u() for _ in range(12)) - 6 for _ in range(4)] for _ in range(2000)])
 * y = np.arange(2000) % 20 == 0; X[y, 0] += 3
 */
function plantedRows(): Float64Array {
  let state = 1;
  return Float64Array.from({ length: 8000 }, (_, i) => {
    let sum = i % 80 === 0 ? -3 : -6;
    for (let k = 0; k < 12; k++) {
      state = (state * 48271) % 2147483647;
      sum += state / 2147483647;
    }
    return sum;
  });
}

const isPlanted = (row: number) => row % 20 === 0;

/** Mann and Whitney: the share of pairs in which the planted row scores higher. */
function rocArea(scores: Float64Array): number {
  const planted = scores.filter((_, row) => isPlanted(row));
  const normal = scores.filter((_, row) => !isPlanted(row));
  const wins = planted.reduce((sum, p) => sum + normal.reduce((n, s) => n + (p > s ? 1 : p === s ? 0.5 : 0), 0), 0);
  return wins / (planted.length * normal.length);
}

/**
 * python3, M = 2**32-1: def fin(w): w = (w^w>>16)*0x85ebca6b&M; w = (w^w>>13)*0xc2b2ae35&M; return w^w>>16
 * s = [fin(seed+k*0x9e3779b9&M) for k in (1,2,3,4)], then four steps of xoshiro128** on s.
 */
test.each([
  [0, [3809008728, 1133695204, 53579671, 2891528803]],
  [42, [2837322924, 544945897, 479756282, 3500138142]],
  [2 ** 32 - 1, [835879718, 1921286648, 2356205009, 1885780724]],
])("seed %d is spread by splitmix32", (seed, expected) => {
  expect(Array.from({ length: 4 }, seededRandom(seed))).toEqual(expected);
});

test.each([-1, 0.5, 2 ** 32, Number.NaN])("%d is no seed", (seed) => {
  expect(() => seededRandom(seed)).toThrow(RangeError);
});

/** The average path of so many rows, as a forest that was fitted to them has it. */
function pathOf(rows: number): number {
  return forestOfNodes(1, rows, [], { feature: [], threshold: [], right: [], size: [] }).paths[rows]!;
}

/** python3: sklearn.ensemble._iforest._average_path_length([n]) */
test.each([
  [0, 0],
  [1, 0],
  [2, 1],
  [3, 1.207392357589623],
  [4, 1.8516559071392846],
  [10, 3.748880484475504],
  [256, 10.244770920119917],
  [4096, 15.789963603627406],
])("the average path of %d rows is scikit-learn's", (rows, expected) => {
  expect(pathOf(rows)).toBeCloseTo(expected, 12);
});

test.each(SKLEARN_SCORES)("%j has the scores of scikit-learn's own forest", (row, expected) => {
  expect(-forestScore(sklearn(), Float64Array.of(9, ...row), 1)).toBeCloseTo(expected, 10);
});

test("a forest of scikit-learn survives the round trip", () => {
  expect(Buffer.from(bytesOfForest(sklearn())).toString("hex")).toBe(SKLEARN_BYTES);
});

test("fitted forests score as scikit-learn's do on average", () => {
  // python3: S = [-IsolationForest(random_state=r).fit(X).score_samples(X) for r in range(20)]; per r the mean, quantiles
  // .05 .5 .95 and roc_auc_score(y, S[r]): means .453007 .392572 .441491 .553818 .882542, standard deviations .0025 .0025
  // .0032 .0032 .0135. The tolerances are four standard errors of the mean of six.
  const rows = plantedRows();
  const figures = Array.from({ length: 6 }, (_, seed) => {
    const scores = scoresOf(fitForest(rows, 4, { seed }), rows);
    const sorted = scores.toSorted();
    const mean = scores.reduce((a, b) => a + b) / scores.length;
    return [mean, quantile(sorted, 0.05), quantile(sorted, 0.5), quantile(sorted, 0.95), rocArea(scores)];
  });
  const errors = [0.453007, 0.392572, 0.441491, 0.553818, 0.882542].map((expected, i) =>
    Math.abs(figures.reduce((sum, figure) => sum + figure[i]!, 0) / figures.length - expected),
  );
  const within = [0.0041, 0.0041, 0.0052, 0.0052, 0.022];
  expect(errors.map((error, i) => error < within[i]!)).toEqual([true, true, true, true, true]);
});

test("three rows, by hand", () => {
  // Every tree parts 0 from the two ones, which no split can part: h = 1 and 1 + c(2) = 2, of c(3) = 2(ln 2 + γ) − 4/3.
  const forest = fitForest(Float64Array.of(0, 1, 1), 1, { seed: 1 });
  const average = 2 * (Math.LN2 + 0.5772156649015329) - 4 / 3;
  expect([...scoresOf(forest, Float64Array.of(0, 1, Number.NaN))]).toEqual([
    expect.closeTo(2 ** (-1 / average), 10),
    expect.closeTo(2 ** (-2 / average), 10),
    expect.closeTo(2 ** (-2 / average), 10), // missing: with the two
  ]);
  expect(contributionsOf(forest, [0])[0]).toBeCloseTo(1 - 1 / average, 10);
});

test.each([
  ["with the more", [0, 1, 1, Number.NaN], [1, 3, 3]],
  ["with the lower of two halves as large", [0, 1, Number.NaN], [2, 1, 2]],
])("a row without a value goes %s when fitting", (_, rows, sizes) => {
  // Sizes of the root's children, and of the child that missing values lead to; the ones and the missing cannot be parted.
  const forest = fitForest(Float64Array.from(rows), 1, { seed: 1, trees: 1 });
  const [left, right] = [forest.size[1]!, forest.size[forest.right[0]!]!];
  const missing = -Math.log2(forestScore(forest, Float64Array.of(Number.NaN), 0)) * pathOf(rows.length);
  expect([left, right, missing]).toEqual([sizes[0], sizes[1], expect.closeTo(1 + pathOf(sizes[2]!), 10)]);
});

test.each([
  ["alike", [3, 4, 3, 4, 3, 4]],
  ["all missing", [Number.NaN, Number.NaN, Number.NaN, Number.NaN]],
  ["alone", [3, 4]],
])("a forest of rows %s scores 0.5 for any row", (_, rows) => {
  const forest = fitForest(Float64Array.from(rows), 2, { seed: 1 });
  expect(forestScore(forest, Float64Array.of(99, -99), 0)).toBeCloseTo(0.5, 12);
  expect([...contributionsOf(forest, [99, -99])]).toEqual([0, 0]);
});

test("no tree splits on a feature that is constant, or never there", () => {
  const rows = Float64Array.from({ length: 300 }, (_, i) => [i, 5, Number.NaN][i % 3]!);
  const forest = fitForest(rows, 3, { seed: 1 });
  expect(new Set(forest.feature)).toEqual(new Set([-1, 0]));
});

test.each([
  ["below minus ", [-1e300, Number.NEGATIVE_INFINITY]],
  ["beyond ", [1e300, Number.POSITIVE_INFINITY]],
])("values %sthe largest single are the strangest of all", (_, values) => {
  for (const value of values) {
    const rows = Float64Array.of(value, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    const forest = fitForest(rows, 1, { seed: 1 });
    const [strange, ...others] = scoresOf(forest, rows);
    expect(forest.threshold.every(Number.isFinite)).toBe(true);
    expect(strange).toBeGreaterThan(Math.max(...others) + 0.1);
  }
});

test("neighbours that are one single are split, and a value goes the way it went when fitting", () => {
  // As a single 0.7 is less than 0.7, and the only threshold that there can be.
  const least = Math.fround(0.7);
  const forest = fitForest(Float64Array.of(0.7, least + 2 ** -24, least + 2 ** -24), 1, { seed: 1, trees: 50 });
  expect(new Set(forest.threshold.filter((_, node) => forest.feature[node] === 0))).toEqual(new Set([least]));
  expect(forestScore(forest, Float64Array.of(0.7), 0)).toBeCloseTo(2 ** (-1 / 1.207392357589623), 10);
});

test.each([0, 1, 2, 3])("a row strange in feature %d is explained by it", (feature) => {
  const forest = fitForest(plantedRows(), 4, { seed: 3 });
  const row = [0.2, -0.4, 0.3, 0.1];
  row[feature] = -6;
  const contributions = contributionsOf(forest, row);
  expect(contributions.indexOf(Math.max(...contributions))).toBe(feature);
});

test("planted rows are explained by the planted feature more often than by any other three together", () => {
  const rows = plantedRows();
  const forest = fitForest(rows, 4, { seed: 3 });
  const firsts = Array.from({ length: 100 }, (_, i) => {
    const contributions = contributionsOf(forest, [...rows.slice(i * 80, i * 80 + 4)]);
    return contributions.indexOf(Math.max(...contributions));
  });
  expect(firsts.filter((feature) => feature === 0).length).toBeGreaterThan(50);
});

const value = fc.oneof(
  { weight: 5, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 3 }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);
const anyRows = fc.integer({ min: 1, max: 4 }).chain((features) =>
  fc.record({
    features: fc.constant(features),
    rows: fc
      .array(fc.array(value, { minLength: features, maxLength: features }), { minLength: 1, maxLength: 40 })
      .map((rows) => Float64Array.from(rows.flat())),
    seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    sampleSize: fc.integer({ min: 1, max: 50 }),
  }),
);

test("scores lie in (0, 1], and contributions add up to their distance from 0.5", () => {
  fc.assert(
    fc.property(anyRows, ({ features, rows, seed, sampleSize }) => {
      const forest = fitForest(rows, features, { seed, sampleSize, trees: 10 });
      for (const [row, score] of scoresOf(forest, rows).entries()) {
        expect(score > 0 && score <= 1).toBe(true);
        const contributions = contributionsOf(forest, [...rows.slice(row * features, (row + 1) * features)]);
        expect(contributions.reduce((a, b) => a + b)).toBeCloseTo(Math.log2(score / 0.5), 10);
      }
    }),
  );
});

test("each tree holds its sample, each split has rows on both sides, and a round trip keeps all", () => {
  fc.assert(
    fc.property(anyRows, ({ features, rows, seed, sampleSize }) => {
      const forest = fitForest(rows, features, { seed, sampleSize, trees: 10 });
      const drawn = Math.min(sampleSize, rows.length / features);
      expect([...forest.roots].map((root) => forest.size[root])).toEqual(Array(10).fill(drawn));
      for (let node = 0; node < forest.feature.length; node++) {
        if (forest.feature[node]! < 0) continue;
        const [left, right] = [forest.size[node + 1]!, forest.size[forest.right[node]!]!];
        expect(left > 0 && right > 0 && left + right === forest.size[node]).toBe(true);
      }
      expect(forestOfBytes(bytesOfForest(forest))).toEqual(forest);
    }),
  );
});

test("the same seed gives the same bytes, another seed others", () => {
  const bytes = (seed: number) => Buffer.from(bytesOfForest(fitForest(plantedRows(), 4, { seed }))).toString("hex");
  expect(bytes(7)).toBe(bytes(7));
  expect(bytes(7)).not.toBe(bytes(8));
});

test.each([
  [2 ** -20, 0],
  [2 ** 40, 0],
  [3, 7],
  [0.001, -20],
  [1e9, 1e9],
])("scores stay the same when each value x of a feature becomes %d x + %d", (scale, shift) => {
  const rows = plantedRows();
  const mapped = rows.map((x, i) => (i % 4 === 1 ? scale * x + shift : x));
  const scores = scoresOf(fitForest(rows, 4, { seed: 5, trees: 50 }), rows);
  const after = scoresOf(fitForest(mapped, 4, { seed: 5, trees: 50 }), mapped);
  const worst = scores.reduce((max, score, row) => Math.max(max, Math.abs(score - after[row]!)), 0);
  // A power of two rounds nothing. Else rounding may move a row over a threshold, and with it one of the 50 trees.
  expect(worst).toBeLessThanOrEqual(shift === 0 ? 0 : 0.02);
});

test("a forest that would be too large has fewer trees", () => {
  // Splits of coin flips halve the rows: with 2⁸ leaves a tree takes 6 · 2⁸ bytes, 100 of them 150 kB.
  const random = seededRandom(1);
  const rows = Float64Array.from({ length: 40 * 500 }, () => random() >>> 31);
  const forest = fitForest(rows, 40, { seed: 2 });
  const bytes = bytesOfForest(forest);
  expect(bytes.length).toBeLessThanOrEqual(FOREST_BYTES_MAX);
  expect(bytes.length).toBeGreaterThan(FOREST_BYTES_MAX - 6 * 256);
  expect(forestOfBytes(bytes)).toEqual(forest);
  expect(fitForest(rows, 40, { seed: 2, trees: forest.roots.length })).toEqual(forest);
});

test("a tree of the largest sample fits", () => {
  const random = seededRandom(1);
  const rows = Float64Array.from({ length: 200 * 4096 }, () => random() >>> 31);
  expect(fitForest(rows, 200, { seed: 2, sampleSize: 4096, trees: 3 }).roots.length).toBeGreaterThan(0);
});

test("any bytes are a forest or a RangeError, and a forest is written back the same", () => {
  const whole = fitForest(plantedRows(), 4, { seed: 1, trees: 3, sampleSize: 16 });
  const change = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) });
  const damaged = fc
    .record({ changes: fc.array(change, { maxLength: 3 }), end: fc.nat(400) })
    .map(({ changes, end }) => {
      const bytes = bytesOfForest(whole);
      for (const { at, to } of changes) bytes[at % bytes.length] = to;
      return bytes.slice(0, end);
    });
  fc.assert(
    fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 100 })), (bytes) => {
      let forest: Forest;
      try {
        forest = forestOfBytes(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        return;
      }
      expect(bytesOfForest(forest)).toEqual(bytes);
      const score = forestScore(forest, new Float64Array(forest.features), 0);
      expect(score > 0 && score <= 1).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

/** One tree, one feature, ψ = 2: a split at 0.5 of two rows. */
const SMALL = [1, 1, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0x3f, 1, 1];

test.each([
  ["too few", SMALL.slice(0, 6)],
  ["version 2", [2, ...SMALL.slice(1)]],
  ["trees must be", [1, 0, 0, 1, 0, 2, 0]],
  ["features must be", [1, 1, 0, 0, 0, 2, 0]],
  ["sampleSize must be", [1, 1, 0, 1, 0, 1, 255]],
  ["no feature or leaf", [...SMALL.slice(0, 12), 3, 1]],
  ["not finite", [...SMALL.slice(0, 10), 0xc0, 0x7f, 1, 1]],
  ["deeper than 1", [...SMALL.slice(0, 12), 0, 0, 0, 0, 0, 1, 1, 1]],
  ["end early, at byte 13", SMALL.slice(0, 13)],
  ["in the threshold at byte 8", SMALL.slice(0, 11)],
  ["holds 3 rows, not 2", [...SMALL.slice(0, 12), 1, 2]],
  ["1 bytes after the last tree", [...SMALL, 1]],
  ["ends no symbol", [...SMALL.slice(0, 12), 0x81, 0, 1]],
  ["exceed 65536", new Array(70_000).fill(1)],
])("bytes are refused: %s", (reason, bytes) => {
  expect(forestOfBytes(Uint8Array.from(SMALL)).size).toEqual(Uint16Array.of(2, 1, 1));
  expect(() => forestOfBytes(Uint8Array.from(bytes))).toThrow(RangeError);
  expect(() => forestOfBytes(Uint8Array.from(bytes))).toThrow(reason);
});

test.each([
  ["no row", [], 1, {}],
  ["half a row", [1, 2, 3], 2, {}],
  ["no feature", [1], 0, {}],
  ["too many features", new Array(1025).fill(1), 1025, {}],
  ["no tree", [1], 1, { trees: 0 }],
  ["too many trees", [1], 1, { trees: 1001 }],
  ["half a sample", [1], 1, { sampleSize: 1.5 }],
  ["too large a sample", [1], 1, { sampleSize: 4097 }],
])("%s is refused", (_, rows, features, options) => {
  expect(() => fitForest(Float64Array.from(rows), features, { seed: 1, ...options })).toThrow(RangeError);
});
