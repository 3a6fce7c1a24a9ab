import fc from "fast-check";
import { SLOTS } from "../../lib/model/calendar.ts";
import { type Joint, jointScore, standardise } from "../../lib/model/joint.ts";
import { JOINT_MEMORY, lastingOf, readJoint, rememberJoint } from "../../lib/model/joint-reading.ts";
import { learnJoint } from "../../lib/model/learn-joint.ts";
import { MINUTE } from "./band-history.ts";

/** A joint score of D metrics whose features are standard and independent. */
function standard(metrics: number): Joint {
  const size = 3 * metrics;
  const whitening = new Float32Array((size * (size + 1)) / 2);
  for (let i = 0; i < size; i++) whitening[(i * (i + 3)) / 2] = 1;
  const [mean, centre] = [new Float32Array(size), new Float32Array(size)];
  return { mean, deviation: new Float32Array(size).fill(1), centre, whitening };
}

function scoreOf(joint: Joint, ...features: readonly number[]): number {
  const u = Float64Array.from(features);
  standardise(joint, u);
  return jointScore(joint, u);
}

describe("the score of one sample", () => {
  test("is the square of both root mean squares' sum", () => {
    // Twice the root of (1 + 4 + 4) / 3, squared.
    expect(scoreOf(standard(1), 1, 2, 2)).toBeCloseTo(12, 10);
  });

  test("grows by the logarithm of a deviation beyond five", () => {
    // 5 (1 + ln e) = 10: twice the root of 100 / 3, squared.
    expect(scoreOf(standard(1), 5 * Math.E, 0, 0)).toBeCloseTo(400 / 3, 5);
  });

  test("covers only the features that are there", () => {
    expect(scoreOf(standard(1), 2, Number.NaN, Number.NaN)).toBeCloseTo(16, 10);
  });

  test("counts the two largest of many directions at most four times the third", () => {
    // Of the squares of W u the two largest count 4 each, and ten times 1.
    const score = scoreOf(standard(4), 10, 9, ...Array.from({ length: 10 }, () => 1));
    const clipped = (z: number) => (5 * (1 + Math.log(z / 5))) ** 2;
    const squares = clipped(10) + clipped(9) + 10;
    expect(score).toBeCloseTo((Math.sqrt(squares / 12) + Math.sqrt(18 / 12)) ** 2, 10);
  });

  test("is finite for any features of a learnt host", () => {
    const joint = learnJoint({
      features: Float64Array.from(ROWS.flat()),
      floor: Float64Array.of(0.5, 0.5),
    })!;
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 6, maxLength: 6 }), (features) => {
        const u = Float64Array.from(features);
        standardise(joint, u);
        if (!features.every(Number.isNaN)) expect(Number.isFinite(jointScore(joint, u))).toBe(true);
      }),
    );
  });
});

/** x, d and h of two metrics. */
const ROWS = [
  [1, 2, 0.5, -1, 0.1, 0.2],
  [2, 1, 1, -1, 0.4, -0.3],
  [3, 5, 1, 4, -0.2, 0.6],
  [4, 3, 1, -2, 0.3, 0.1],
  [2, 2, -2, -1, -0.5, -0.4],
  [5, 6, 3, 4, 0.6, 0.9],
  [1, 1, -4, -5, -0.3, -0.8],
  [3, 4, 2, 3, 0.2, 0.3],
];

/*
 * numpy, with F the rows above:
 *   m = F.mean(0); s = np.maximum(np.maximum(F.std(0), .01 * (F.max(0) - F.min(0))), .25)
 *   Z = (F - m) / s; n, p = Z.shape; C = Z.T @ Z / n; lam = max(.1, p / (n + p))
 *   S = (1 - lam) * C; S[np.diag_indices(p)] = np.diag(C) + .01; W = np.linalg.inv(np.linalg.cholesky(S))
 *   u = (np.array([3, 0, -1, -4, .5, -2]) - m) / s, where |u| <= 5
 *   u[5] = -5 * (1 + np.log(-u[5] / 5)) if u[5] < -5 else u[5]
 *   (np.sqrt((u ** 2).mean()) + np.sqrt(((W @ u) ** 2).mean())) ** 2
 */
test("the model has the numbers of numpy", () => {
  const joint = learnJoint({ features: Float64Array.from(ROWS.flat()), floor: Float64Array.of(0.5, 0.5) })!;
  expect(scoreOf(joint, 3, 0, -1, -4, 0.5, -2)).toBeCloseTo(15.969247543153687, 4);
});

test("a feature that no row of the fit has counts as usual with any value", () => {
  const features = Float64Array.from(ROWS.flatMap((row) => row.with(2, Number.NaN)));
  const joint = learnJoint({ features, floor: Float64Array.of(0.5, 0.5) })!;
  const scores = [-1_000, 0, Number.NaN].map((x) => scoreOf(joint, 3, 0, x, -4, 0.5, -2));
  expect(scores).toEqual([scores[0], scores[0], scores[0]]);
});

describe("the reading", () => {
  const at = (weekday: number, slot: number, interval = MINUTE) => ({ interval, place: weekday * SLOTS + slot });
  const AT = at(0, 0);
  const limits = { usual: 4, limit: new Float64Array(7 * SLOTS).fill(10) };
  const remembered = (...scores: readonly number[]) => {
    const memory = new Float64Array(JOINT_MEMORY);
    for (const score of scores) rememberJoint(memory, score);
    return memory;
  };
  const times = (count: number, score: number) => Array.from({ length: count }, () => score);

  test.each([
    ["nothing", 0, 0],
    ["the usual score", 4, 0.2],
    ["halfway to the limit", 7, 0.6],
    ["the limit", 10, 1],
    ["e times the limit", 10 * Math.E, 2],
  ])("of a lasting score: %s", (_, score, reading) => {
    expect(readJoint(limits, remembered(...times(100, score)), AT).reading).toBeCloseTo(reading, 5);
  });

  test("opens nothing before five of seven samples are strange, and ends with the third calm one", () => {
    const calm = times(60, 4);
    const readings = [4, 5].map((count) => readJoint(limits, remembered(...calm, ...times(count, 100)), AT).reading);
    expect(readings[0]).toBe(0.4);
    expect(readings[1]).toBeGreaterThan(1);
    expect(readJoint(limits, remembered(...calm, ...times(10, 100), 4, 4, 4), AT).reading).toBe(0.4);
  });

  test("has an average that follows at once, on the same scale", () => {
    // Two samples of 100 after many of 4 are one half-life of 2 samples, and a tenth of one of 20.
    const average = (4 + 96 * (1 - 0.5) + 4 + 96 * (1 - 2 ** -0.1)) / 2;
    const { average: found, reading } = readJoint(limits, remembered(...times(200, 4), 100, 100), AT);
    expect(found).toBeCloseTo(1 + Math.log(average / 10), 5);
    expect(reading).toBe(0.4);
  });

  test("needs three of five samples where these are five minutes apart", () => {
    const strange = [2, 3].map((count) => remembered(...times(60, 4), ...times(count, 100)));
    expect(readJoint(limits, strange[0]!, at(0, 0, 5 * MINUTE)).reading).toBe(0.4);
    expect(readJoint(limits, strange[1]!, at(0, 0, 5 * MINUTE)).reading).toBeGreaterThan(1);
  });

  test("never exceeds the average, nor the score that five of seven samples reach", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.01, max: 1_000, noNaN: true }), { minLength: 7 }), (scores) => {
        const reached = scores.slice(-7).sort((a, b) => a - b)[2]!;
        expect(lastingOf(remembered(...scores), MINUTE)).toBeLessThanOrEqual(Math.fround(reached));
      }),
    );
  });

  test("uses the limit of the slot and the weekday", () => {
    const limit = limits.limit.with(3 * SLOTS + 8, 40);
    const memory = remembered(...times(100, 20));
    expect(readJoint({ ...limits, limit }, memory, at(3, 8)).reading).toBeLessThan(1);
    expect(readJoint({ ...limits, limit }, memory, at(4, 8)).reading).toBeGreaterThan(1);
  });
});
