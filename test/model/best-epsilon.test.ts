import fc from "fast-check";
import { evaluateEpsilon, qualityOf, scanEpsilon, selectEpsilon } from "../../lib/model/best-epsilon.ts";

const select = (scores: readonly number[], labels: readonly number[], beta?: number) =>
  selectEpsilon(Float64Array.from(scores), labels, beta);

const evaluate = (scores: readonly number[], labels: readonly number[], epsilon: number) =>
  evaluateEpsilon(Float64Array.from(scores), labels, epsilon);

/** Few distinct scores, so that ties are common. */
const tied = fc.nat(12).map((n) => n / 4);
const sample = fc.tuple(fc.oneof(tied, fc.double({ min: 0, max: 1e6, noNaN: true })), fc.constantFrom(0, 0, 1));
const samples = fc.array(sample, { minLength: 1, maxLength: 30 });
const split = (all: readonly (readonly [number, number])[]) =>
  [all.map(([score]) => score), all.map(([, label]) => label)] as const;

/** From the definition: (1 + β²) P R / (β² P + R), and 0 where that is 0/0. */
function fBeta(precision: number, recall: number, beta: number): number {
  const below = beta * beta * precision + recall;
  return below > 0 ? ((1 + beta * beta) * precision * recall) / below : 0;
}

describe("the exact epsilon", () => {
  // Sorted: 9* 7* 6 5* 3 1 (* anomaly). F1 of the cuts: after 9 ½, after 7 .8, after 6 ⅔, after 5 6/7, after 3 .75.
  test("is the middle of the best gap", () => {
    expect(select([1, 9, 5, 3, 7, 6], [0, 1, 1, 0, 1, 0])).toEqual({
      epsilon: 4,
      interval: { low: 3, high: 5 },
      f1: 6 / 7,
      precision: 0.75,
      recall: 1,
      truePositives: 3,
      falsePositives: 1,
      falseNegatives: 0,
    });
  });

  test("with beta ½ misses one rather than raise a false alarm", () => {
    expect(select([1, 9, 5, 3, 7, 6], [0, 1, 1, 0, 1, 0], 0.5)).toMatchObject({
      interval: { low: 6, high: 7 },
      precision: 1,
      recall: 2 / 3,
    });
  });

  test("takes or leaves equal scores together", () => {
    expect(select([1, 5, 5, 5], [0, 1, 0, 1])).toMatchObject({
      interval: { low: 1, high: 5 },
      precision: 2 / 3,
      recall: 1,
    });
  });

  test("is the highest of equally good ones", () => {
    // After 9: TP 1, FN 1, F1 ⅔. After 6: TP 2, FP 2, F1 ⅔ as well.
    expect(select([9, 8, 7, 6, 5], [1, 0, 0, 1, 0])).toMatchObject({ f1: 2 / 3, interval: { low: 8, high: 9 } });
  });

  test("lies between two neighbouring doubles, too", () => {
    for (const low of [1, 1 + Number.EPSILON]) {
      const high = low + Number.EPSILON;
      const choice = select([low, high], [0, 1])!;
      expect(evaluate([low, high], [0, 1], choice.epsilon).f1).toBe(1);
    }
  });

  test.each([
    ["no positives", [1, 2, 3], [0, 0, 0]],
    ["all scores equal", [2, 2, 2], [0, 1, 0]],
    ["a single sample", [2], [1]],
    ["no samples", [], []],
  ])("is undefined: %s", (_, scores, labels) => expect(select(scores, labels)).toBeUndefined());

  test("flags all but the lowest when all are anomalies, since flagging everything is no threshold", () => {
    expect(select([1, 2, 3], [1, 1, 1])).toMatchObject({ interval: { low: 1, high: 2 }, falseNegatives: 1 });
  });

  test("is undefined where only flagging everything would catch a positive", () => {
    expect(select([1, 2], [1, 0])).toBeUndefined();
    expect(select([1, 1, 2], [1, 0, 0])).toBeUndefined();
  });

  test("is never beaten by any cut, for any beta", () => {
    fc.assert(
      fc.property(samples, fc.constantFrom(0.5, 1, 2, 5), (all, beta) => {
        const [scores, labels] = split(all);
        const choice = select(scores, labels, beta);
        if (!choice) return;
        const lowest = Math.min(...scores);
        const best = Math.max(
          ...scores.map((epsilon) => {
            const { precision, recall } = evaluate(scores, labels, epsilon);
            return epsilon >= lowest ? fBeta(precision, recall, beta) : 0;
          }),
        );
        expect(fBeta(choice.precision, choice.recall, beta)).toBeCloseTo(best, 12);
      }),
    );
  });

  test("is defined exactly when a positive scores above something", () => {
    fc.assert(
      fc.property(samples, (all) => {
        const [scores, labels] = split(all);
        const possible = scores.some((score, i) => labels[i] && score > Math.min(...scores));
        expect(select(scores, labels) !== undefined).toBe(possible);
      }),
    );
  });

  test("flags the same samples anywhere in its interval, and other samples outside", () => {
    fc.assert(
      fc.property(samples, fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
        const [scores, labels] = split(all);
        const choice = select(scores, labels);
        if (!choice) return;
        const { epsilon, interval, ...quality } = choice;
        const { low, high } = interval;
        const between = low + share * (high - low);
        for (const inside of [low, epsilon, ...(between < high ? [between] : [])])
          expect(evaluate(scores, labels, inside)).toEqual(quality);
        const flagged = (cut: number) => scores.filter((score) => score > cut).length;
        expect(flagged(high)).toBeLessThan(flagged(epsilon));
        const under = scores.filter((score) => score < low);
        if (under.length > 0) expect(flagged(Math.max(...under))).toBeGreaterThan(flagged(epsilon));
        expect(scores).toEqual(expect.arrayContaining([low, high]));
      }),
    );
  });

  test("leaves the scores in their order", () => {
    const scores = Float64Array.of(3, 1, 2);
    selectEpsilon(scores, [1, 0, 0]);
    expect([...scores]).toEqual([3, 1, 2]);
  });
});

describe("the scan", () => {
  const scan = (logDensities: readonly number[], labels: readonly number[], steps?: number) =>
    scanEpsilon(Float64Array.from(logDensities), labels, steps);

  // Densities .1* .2 .4* .9 in ten steps of .08 from .1: at .18 one is flagged (F1 ⅔), at .26 two (½), at .42 three (.8).
  test("keeps the first of its steps with the best F1", () => {
    const choice = scan([0.1, 0.2, 0.4, 0.9].map(Math.log), [1, 0, 1, 0], 10)!;
    expect(Math.exp(choice.logEpsilon)).toBeCloseTo(0.42, 12);
    expect(choice).toMatchObject({ f1: 0.8, truePositives: 2, falsePositives: 1, falseNegatives: 0 });
  });

  test("works where every density is too small for a double", () => {
    const choice = scan(
      [0.1, 0.2, 0.4, 0.9].map((p) => Math.log(p) - 5000),
      [1, 0, 1, 0],
      10,
    )!;
    expect(choice.logEpsilon).toBeCloseTo(Math.log(0.42) - 5000, 9);
  });

  test.each([
    ["no positives", [-1, -2], [0, 0]],
    ["the anomaly is the likeliest", [-1, -2], [1, 0]],
    ["all equal", [-1, -1], [1, 0]],
    ["no samples", [], []],
  ])("finds nothing: %s", (_, logDensities, labels) => expect(scan(logDensities, labels)).toBeUndefined());

  test("never beats the exact epsilon", () => {
    fc.assert(
      fc.property(samples, (all) => {
        const [scores, labels] = split(all);
        const found = scan(
          scores.map((score) => -score),
          labels,
          50,
        );
        if (found) expect(select(scores, labels)!.f1).toBeGreaterThanOrEqual(found.f1);
      }),
    );
  });
});

describe("quality", () => {
  test("of hand-counted samples is as counted", () => {
    expect(evaluate([1, 2, 3, 4, 5], [1, 0, 1, 0, 1], 2)).toEqual({
      f1: 2 / 3,
      precision: 2 / 3,
      recall: 2 / 3,
      truePositives: 2,
      falsePositives: 1,
      falseNegatives: 1,
    });
  });

  test("counts a score equal to epsilon as normal", () => expect(evaluate([2], [1], 2).truePositives).toBe(0));

  test("takes a ratio with the denominator 0 as 0", () => {
    expect(qualityOf(0, 0, 0)).toMatchObject({ f1: 0, precision: 0, recall: 0 });
    expect(qualityOf(0, 0, 3)).toMatchObject({ f1: 0, precision: 0, recall: 0 });
    expect(qualityOf(0, 3, 0)).toMatchObject({ f1: 0, precision: 0, recall: 0 });
  });
});
