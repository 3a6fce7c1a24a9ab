import { summarise } from "../../lib/evaluate/averages.ts";
import { type Entity, evaluateEntity, firstHalf, secondHalf } from "../../lib/evaluate/entity.ts";
import { commonScores, oracleThreshold, pooledThreshold } from "../../lib/evaluate/thresholds.ts";
import { seededRandom } from "../../lib/model/random.ts";

function entity(name: string, labels: string, scores: readonly number[], epsilon = 8): Entity {
  return {
    name,
    metrics: ["a", "b"],
    intervalMs: 60_000,
    labels: Uint8Array.from(labels, Number),
    scores: Float64Array.from(scores),
    contributions: (row) => Float64Array.of(row, 2),
    epsilon,
    causes: [
      { first: 1, last: 3, dims: [0] },
      { first: 4, last: 4, dims: [1] },
    ],
  };
}

const ODD = entity("odd", "0110100", [1, 2, 3, 4, 5, 6, 7]);

test("the first half has ⌊n/2⌋ rows, the second the rest, and causes and contributions go with their rows", () => {
  const [first, second] = [firstHalf(ODD), secondHalf(ODD)];
  expect([...first.scores]).toEqual([1, 2, 3]);
  expect([...second.scores]).toEqual([4, 5, 6, 7]);
  expect([[...first.labels], [...second.labels]]).toEqual([
    [0, 1, 1],
    [0, 1, 0, 0],
  ]);
  expect(first.causes).toEqual([{ first: 1, last: 2, dims: [0] }]);
  expect(second.causes).toEqual([
    { first: 0, last: 0, dims: [0] },
    { first: 1, last: 1, dims: [1] },
  ]);
  expect(second.contributions(1)).toEqual(ODD.contributions(4));
});

test("the oracle takes the middle of the best gap; if nothing can be caught it flags nothing", () => {
  expect(oracleThreshold(entity("a", "0011", [1, 2, 5, 6]))).toBe(3.5);
  expect(oracleThreshold(entity("b", "0011", [2, 2, 2, 2]))).toBe(2);
});

describe("one threshold from the labels of all", () => {
  const many = (calm: number, strange: number, events: number) => {
    const one = [...Array.from({ length: 30 }, () => calm), strange];
    const rows = Array.from({ length: events }, () => one).flat();
    return [rows.map((score) => (score === strange ? "1" : "0")).join(""), rows] as const;
  };

  test("lies between calm and strange scores, nearer to the default with fewer events", () => {
    const few = pooledThreshold([entity("a", ...many(20, 40, 5))])(ODD);
    const more = pooledThreshold([entity("a", ...many(20, 40, 500))])(ODD);
    expect(more).toBeGreaterThan(20);
    expect(more).toBeLessThan(40);
    // The default of 8 would flag every row: the lowest of the grid that does not is the first from 20 on.
    expect(few).toBeGreaterThanOrEqual(20);
    expect(few).toBeLessThan(20.7);
  });

  test("is in the units of each entity: twice the label-free epsilon gives twice the threshold", () => {
    const threshold = pooledThreshold([entity("a", ...many(20, 40, 500))]);
    expect(threshold(entity("b", "0", [0], 16))).toBeCloseTo(2 * threshold(ODD), 10);
    expect([...commonScores(entity("b", "00", [1, 3], 16))]).toEqual([7 / 16, 21 / 16]);
    expect([...commonScores(entity("flat", "00", [1, 3], 0))]).toEqual([1, 3]);
  });

  test("without labels it is the default", () => expect(pooledThreshold([entity("a", "000", [1, 2, 3])])(ODD)).toBe(8));
});

test("the mean is unweighted, pooled figures cover all samples, and figures that an entity lacks are left out", () => {
  const random = seededRandom(1);
  const { causes: _, ...plain } = entity("b", "00000000000000000001", [...Array.from({ length: 19 }, () => 9), 9.5]);
  const results = [evaluateEntity(entity("a", "0011", [1, 9, 9, 5]), 8, random), evaluateEntity(plain, 9.7, random)];
  const { mean, pooled, random: chance, entities } = summarise(results);
  // a: TP 1, FP 1, FN 1, F1 ½; b flags nothing: FN 1.
  expect(pooled).toEqual({ tp: 1, fp: 1, fn: 2, f1: 2 / 5 });
  expect(mean).toMatchObject({ f1: 0.25, rows: 12, positives: 1.5, eventRecall: 0.5, delayMedianMinutes: 0 });
  expect(entities.map(({ causes }) => causes === null)).toEqual([false, true]);
  expect(mean.causes).toEqual(entities[0]!.causes);
  expect(chance.paF1).toBeGreaterThan(0);
  expect(chance.paF1).toBeLessThanOrEqual(1);
});
