// Reconstruction of samples from their windows: linear predictions, persistent errors, gaps and missing values.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { averagePrecision, rocAuc } from "../../lib/evaluate/ranking.ts";
import { selectEpsilon } from "../../lib/model/best-epsilon.ts";
import { fitReconstruction } from "../../lib/model/fit-reconstruction.ts";
import { quantile } from "../../lib/model/quantile.ts";

import { lookAt, predictionOf, type Reconstruction, readWindows } from "../../lib/model/reconstruction.ts";
import { newWindow, type WindowMemory } from "../../lib/model/window-memory.ts";
import { dataPath, readTable, testWithData } from "../data.ts";
import { seededRandom } from "../simulation/random.ts";

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 5);
const timesOf = (count: number, from = 0, interval = MINUTE) =>
  Float64Array.from({ length: count }, (_, i) => START + (from + i) * interval);

/** Two metrics in windows of two samples, with level 0 and deviation 1. */
const SMALL: Reconstruction = {
  ...{ detector: "reconstruction", interval: MINUTE, window: 2 },
  winsorised: { share: 0.005, low: Float64Array.of(-9, -9), high: Float64Array.of(9, 9) },
  ...{ mean: Float64Array.of(0, 0), sd: Float64Array.of(1, 1), centre: Float32Array.of(0, 0) },
  // S = [[2, 1, .5, .2], [1, 2, .4, .6], [.5, .4, 2, 1.5], [.2, .6, 1.5, 2]]; np.linalg.inv(S)[2:]
  precision: Float32Array.of(
    ...[-0.32276331, 0.201963, 1.28350321, -0.99093998],
    ...[0.28595696, -0.33975085, -0.99093998, 1.31653454],
  ),
  // C = np.linalg.inv(S) @ (S - .3 * np.eye(4)) @ np.linalg.inv(S); 1 / np.sqrt(np.diag(C))[2:]
  scale: Float32Array.of(1.48871037, 1.50277193),
  ...{ level: Float32Array.of(0, 0), deviation: Float32Array.of(1, 1) },
};
/** The sample before was [1, −1], in steps of a sixteenth. */
const AFTER: WindowMemory = { ...newWindow(SMALL), past: Int8Array.of(16, -16) };

describe("the residuals of one sample", () => {
  // w = [1, −1, .5, 2]; (np.linalg.inv(S) @ w / np.sqrt(np.diag(C)))[2:]
  test("are the products of the precision with the window, of variance 1", () => {
    const { residuals, error } = lookAt(SMALL, AFTER, Float64Array.of(0.5, 2));
    expect(residuals[0]).toBeCloseTo(-2.77622848, 5);
    expect(residuals[1]).toBeCloseTo(4.15262005, 5);
    expect(error).toBeCloseTo((2.77622848 ** 2 + 4.15262005 ** 2) / 2, 4);
  });

  // k = [0, 1, 3]; Q = np.linalg.inv(S[np.ix_(k, k)]); V = Q @ (S - .3 * np.eye(4))[np.ix_(k, k)] @ Q
  // (Q @ w[k])[2] / np.sqrt(V[2, 2]); S[2, k] @ Q @ w[k]
  test("with a missing metric equal a window without it, which gets its prediction", () => {
    const { residuals, window, error } = lookAt(SMALL, AFTER, Float64Array.of(Number.NaN, 2));
    expect(residuals[0]).toBe(0);
    expect(residuals[1]).toBeCloseTo(1.9736770917246205, 5);
    expect(window[2]).toBeCloseTo(1.952941176470588, 6);
    expect(error).toBeCloseTo(1.9736770917246205 ** 2, 4);
  });

  test("with all metrics missing are missing, and leave the score as it is", () => {
    const nothing = Float64Array.of(Number.NaN, Number.NaN);
    expect(lookAt(SMALL, AFTER, nothing).error).toBeNaN();
    const { scores } = readWindows(SMALL, AFTER, { values: nothing, times: timesOf(1) });
    expect([...scores]).toEqual([1]);
  });

  test("vanish where the value equals its prediction", () => {
    fc.assert(
      fc.property(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true }), (x, y) => {
        const { value, sd } = predictionOf(SMALL, AFTER, lookAt(SMALL, AFTER, Float64Array.of(x, y)), 0);
        expect(lookAt(SMALL, AFTER, Float64Array.of(value, y)).residuals[0]).toBeCloseTo(0, 6);
        expect(lookAt(SMALL, AFTER, Float64Array.of(value + sd, y)).residuals[0]).toBeCloseTo(1, 6);
      }),
    );
  });
});

/** Two metrics that stray from their levels by about five, together, and each by a half of its own. */
function load(rows: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  const noise = (size: number) => size * (random() + random() + random() - 1.5);
  const values = new Float64Array(2 * rows);
  for (let i = 0; i < rows; i++) {
    const shared = noise(10);
    values.set([40 + shared + noise(1), 60 + shared + noise(1)], 2 * i);
  }
  return values;
}

const HISTORY = { metrics: 2, values: load(2_000, 1), times: timesOf(2_000) };
const MODEL = fitReconstruction(HISTORY);

/** The usual samples that come next, with one changed. */
function next(
  rows: number,
  changes: readonly { readonly row: number; readonly change: (own: Float64Array) => void }[] = [],
) {
  const values = load(rows, 2);
  for (const { row, change } of changes) change(values.subarray(2 * row, 2 * row + 2));
  const times = timesOf(rows, 2_000);
  return { values, times };
}

test("a metric that departs from the others is found even at a usual value", () => {
  // Both metrics stray by five or so, and by the same: [37, 63] is usual for each, and never seen together.
  const sequence = next(20, [{ row: 19, change: (own) => own.set([35, 65]) }]);
  const before = { ...sequence, values: sequence.values.subarray(0, 38), times: sequence.times.subarray(0, 19) };
  const { memory } = readWindows(MODEL, newWindow(MODEL), before);
  const values = sequence.values.subarray(38);
  const seen = lookAt(MODEL, memory, values);
  expect(Math.abs(values[0]! - MODEL.mean[0]!)).toBeLessThan(MODEL.sd[0]!);
  expect(Math.min(...seen.residuals.map(Math.abs))).toBeGreaterThan(4);
  const expected = predictionOf(MODEL, memory, seen, 0);
  expect(expected.value).toBeGreaterThan(42);
  expect(expected.value - 3 * expected.sd).toBeGreaterThan(values[0]!);
});

test("one sample, however far out, raises the score of a usual host to 3.45 at most", () => {
  const anything = fc.double({ min: -1e100, max: 1e100, noNaN: true });
  fc.assert(
    fc.property(anything, anything, (x, y) => {
      const usual = { ...newWindow(MODEL), averages: Float32Array.of(1, 1) };
      const { scores } = readWindows(MODEL, usual, { values: Float64Array.of(x, y), times: timesOf(1) });
      expect(scores[0]).toBeLessThan(3.453);
    }),
  );
  const { scores } = readWindows(MODEL, newWindow(MODEL), {
    values: Float64Array.of(900, 0, 900, 0),
    times: timesOf(2),
  });
  expect(scores[0]).toBeGreaterThan(3.4);
  expect(scores[1]).toBeGreaterThan(7);
});

test("scores and memory are the same wherever samples are cut into batches, and stored in between", () => {
  const sequence = next(60, [{ row: 30, change: (own) => own.set([80, Number.NaN]) }]);
  const whole = readWindows(MODEL, newWindow(MODEL), sequence);
  const part = (from: number, to: number, memory: WindowMemory) =>
    readWindows(MODEL, memory, {
      values: sequence.values.subarray(2 * from, 2 * to),
      times: sequence.times.subarray(from, to),
      ...(from > 0
        ? { before: { values: sequence.values.subarray(2 * from - 2, 2 * from), time: sequence.times[from - 1]! } }
        : {}),
    });
  for (let cut = 1; cut < 60; cut++) {
    const first = part(0, cut, newWindow(MODEL));
    const second = part(cut, 60, first.memory);
    expect([...first.scores, ...second.scores]).toEqual([...whole.scores]);
    expect(second.memory).toEqual(whole.memory);
  }
});

test("a window begins anew after a gap of more than three intervals", () => {
  const memory = { ...newWindow(MODEL), past: Int8Array.from({ length: 8 }, () => 100) };
  const scoreBehind = (elapsed: number | undefined, start: WindowMemory) =>
    readWindows(MODEL, start, {
      values: Float64Array.of(40, 60),
      times: Float64Array.of(START),
      ...(elapsed === undefined ? {} : { before: { values: Float64Array.of(40, 60), time: START - elapsed } }),
    }).scores[0]!;
  const fresh = scoreBehind(undefined, newWindow(MODEL));
  expect(scoreBehind(3 * MINUTE + 1, memory)).toBe(fresh);
  expect(scoreBehind(3 * MINUTE, memory)).toBeGreaterThan(fresh);
});

test("a metric's new value becomes its level after days, and is then no longer strange", () => {
  const rows = 4 * 1_440;
  const moved = Float64Array.from(load(rows, 3), (x, k) => x + (k % 2 === 0 ? 8 : 0));
  const { scores } = readWindows(MODEL, newWindow(MODEL), { values: moved, times: timesOf(rows, 2_000) });
  const mean = (from: number) => scores.subarray(from, from + 60).reduce((sum, score) => sum + score, 0) / 60;
  expect(mean(20)).toBeGreaterThan(6);
  expect(mean(rows - 60)).toBeLessThan(2);
});

describe("a fit", () => {
  test("leaves excluded rows out", () => {
    const values = HISTORY.values.map((x, k) => (k >= 1_000 && k < 1_200 ? 1e6 : x));
    const excluded = Uint8Array.from({ length: 2_000 }, (_, i) => Number(i >= 500 && i < 600));
    const times = HISTORY.times.filter((_, i) => excluded[i] === 0);
    const without = fitReconstruction({ metrics: 2, values: values.filter((x) => x !== 1e6), times });
    expect(fitReconstruction({ metrics: 2, values, times: HISTORY.times, excluded })).toEqual(without);
  });

  test("to rows with values missing at random differs little from one to complete rows", () => {
    const random = seededRandom(5);
    const values = HISTORY.values.map((x) => (random() < 0.2 ? Number.NaN : x));
    const partial = fitReconstruction({ ...HISTORY, values });
    for (const j of [0, 1]) {
      expect(partial.mean[j]! / MODEL.mean[j]!).toBeCloseTo(1, 1);
      expect(partial.sd[j]! / MODEL.sd[j]!).toBeCloseTo(1, 1);
    }
    const { scores } = readWindows(partial, newWindow(partial), next(200));
    expect(quantile(scores, 0.5)).toBeLessThan(2);
  });

  test("needs three rows for each value of a window", () => {
    const short = (rows: number) => fitReconstruction({ metrics: 2, values: load(rows, 1), times: timesOf(rows) });
    expect(() => short(29)).toThrow(new RangeError("too few samples: 29 of the 30 needed"));
    expect(short(30).window).toBe(5);
  });

  // 5 · 102 = 510 values and 3 · 170 = 510 are at most 512; two samples make a window of anything.
  test.each([
    [102, 5],
    [103, 4],
    [170, 3],
    [256, 2],
  ])("of %i metrics has windows of %i samples", (metrics, window) => {
    const rows = 3 * metrics * window;
    const random = seededRandom(6);
    const values = Float64Array.from({ length: rows * metrics }, random);
    expect(fitReconstruction({ metrics, values, times: timesOf(rows) }).window).toBe(window);
  });
});

/** Averages of three half-lives and hysteresis, as the goldens have them, in place of the product's. */
function smoothed(errors: Float64Array, hold: boolean): Float64Array {
  const averages = [Number.NaN, Number.NaN, Number.NaN];
  let held = 0;
  return errors.map((error) => {
    for (const [k, halfLife] of [1, 5, 20].entries()) {
      const before = averages[k]!;
      averages[k] = Number.isNaN(before) ? error : before + (1 - 0.5 ** (1 / halfLife)) * (error - before);
    }
    const score = averages.reduce((sum, average) => sum + average, 0) / 3;
    held = hold ? Math.max(score, Math.min(held, score / 0.7)) : score;
    return held;
  });
}

interface Golden {
  readonly bestF1: number;
  readonly ap: number;
  readonly roc: number;
  readonly first: readonly number[];
  readonly last: number;
  readonly scale: number;
}

/** Four times the mean of the squared residuals of each row, without the product's bound. */
function errorsOf(model: Reconstruction, start: WindowMemory, values: Float64Array, times: Float64Array) {
  const width = model.mean.length;
  let memory = start;
  const errors = times.map((time, i) => {
    const own = values.subarray(i * width, (i + 1) * width);
    const { residuals } = lookAt(model, memory, own);
    const before = { values: own, time: time - model.interval };
    memory = readWindows(model, memory, { values: own, times: [time], before }).memory;
    return (4 * residuals.reduce((sum, r) => sum + r ** 2, 0)) / width;
  });
  return { errors, memory };
}

describe.each([
  ["omi-1", "asd", 5 * MINUTE],
  ["omi-3", "asd", 5 * MINUTE],
  ["service00", "js2", 5 * MINUTE],
  ["service02", "js2", 5 * MINUTE],
])("%s of %s", (name, set, interval) => {
  testWithData("the residuals are those of an independent program", () => {
    const goldens: Record<string, Golden> = JSON.parse(readFileSync(dataPath("reconstruction-goldens.json"), "utf8"));
    const golden = goldens[name]!;
    const train = readTable(`${set}/${name}.train.csv.gz`);
    const test = readTable(`${set}/${name}.test.csv.gz`);
    const width = train.names.length;
    const rows = test.rows.length / (width + 1);
    const values = test.rows.filter((_, k) => k % (width + 1) !== width);
    const labels = Uint8Array.from({ length: rows }, (_, i) => test.rows[i * (width + 1) + width]!);
    const learnt = train.rows.length / width;
    const model = fitReconstruction({ metrics: width, values: train.rows, times: timesOf(learnt, 0, interval) });
    const before = errorsOf(model, newWindow(model), train.rows, timesOf(learnt, 0, interval));
    const { errors } = errorsOf(model, before.memory, values, timesOf(rows, learnt, interval));
    // Before the first row it takes four of zeros, and these errors are among the hundredth that makes the scale.
    expect(7 / quantile(smoothed(before.errors, false), 0.99) / golden.scale).toBeCloseTo(1, 1);
    const scores = smoothed(errors, true).map((score) => score * golden.scale);
    for (const [i, score] of golden.first.entries()) expect(scores[i]).toBeCloseTo(score, 2);
    expect(scores.at(-1)).toBeCloseTo(golden.last, 2);
    expect(selectEpsilon(scores, labels)!.f1).toBeCloseTo(golden.bestF1, 3);
    expect(averagePrecision(scores, labels)).toBeCloseTo(golden.ap, 3);
    expect(rocAuc(scores, labels)).toBeCloseTo(golden.roc, 3);
  });
});
