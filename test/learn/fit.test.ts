import { epsilonFromLabels, epsilonWithoutFaults, fitTraining, gate } from "../../lib/learn/fit.ts";
import { type TrainingSet, Use } from "../../lib/learn/training.ts";
import { schemaOf, timeOf } from "../factories.ts";

/** One feature; sd of −1, 1, −1, 1, … is 1 and its mean 0, so that a score is x² / 2. */
function training(count: number, extra: readonly { x: number; use: number; refuted?: boolean }[] = []): TrainingSet {
  const rows = [
    ...Array.from({ length: count }, (_, i) => ({ x: i % 2 ? 1 : -1, use: Use.normal, refuted: false })),
    ...extra,
  ];
  return {
    schema: schemaOf("cpu"),
    rows: Float64Array.from(rows, ({ x }) => x),
    times: Float64Array.from(rows, (_, i) => timeOf(i)),
    uses: Uint8Array.from(rows, ({ use }) => use),
    refuted: Uint8Array.from(rows, ({ refuted }) => (refuted ? 1 : 0)),
    labels: {
      fault: rows.some(({ use }) => use === Use.fault) ? ["FAULT2"] : [],
      false: rows.some(({ refuted }) => refuted) ? ["FALSE2"] : [],
    },
  };
}

function fitted(set: TrainingSet) {
  const fit = fitTraining(set, "diagonal");
  if ("refused" in fit) throw new Error(fit.refused);
  return fit;
}

test.each([
  [59, "diagonal" as const, "too few samples: 59 of the 60 needed"],
  [59, "full" as const, "too few samples: 59 of the 60 needed"],
])("%i samples are too few for a %s covariance", (count, covariance, refused) => {
  expect(fitTraining(training(count), covariance)).toEqual({ refused });
});

test("a full covariance needs three rows per feature", () => {
  const names = Array.from({ length: 30 }, (_, i) => `m${i}`);
  const set = {
    ...training(89),
    schema: schemaOf(...names),
    rows: Float64Array.from({ length: 89 * 30 }, (_, i) => Math.sin(i * i)),
  };
  expect(fitTraining(set, "full")).toEqual({ refused: "too few samples: 89 of the 90 needed" });
});

test("anomalies and faults are not fitted to", () => {
  const fit = fitted(
    training(100, [
      { x: 10, use: Use.fault },
      { x: 9, use: Use.blip },
      { x: 8, use: Use.unknown },
    ]),
  );
  expect(fit).toMatchObject({ samples: 100, excluded: 3 });
  expect(fit.model.mean[0]).toBe(0);
  expect(fit.model.sd[0]).toBe(1);
});

test.each([
  [60, 1.5],
  [8_638, 1.5],
  [8_640, 0.5],
])("the label-free epsilon of %i samples of score ½ is %f: of less than a day thrice a quantile", (count, epsilon) => {
  expect(epsilonWithoutFaults(fitted(training(count)))).toBeCloseTo(epsilon, 12);
});

test("a false alarm lifts epsilon above its score", () => {
  const fit = fitted(training(1_000, [{ x: 4, use: Use.normal, refuted: true }]));
  const score = (4 - (fit.model.mean[0] ?? 0)) ** 2 / (2 * (fit.model.sd[0] ?? 0) ** 2);
  expect(fit.refutedPeak).toBeCloseTo(score, 9);
  expect(epsilonWithoutFaults(fit)).toBeCloseTo(1.1 * score, 9);
});

test("labelled faults decide by best F1, half-way between the calm and the fault", () => {
  const { labelled } = fitted(
    training(100, [
      { x: 5, use: Use.fault },
      { x: 3, use: Use.fault },
      { x: 9, use: Use.unknown },
    ]),
  );
  // Calm scores ½, faults 12.5 and 4.5, the unknown left out: any epsilon in [0.5, 4.5) is perfect.
  expect(labelled && epsilonFromLabels([labelled])).toMatchObject({
    epsilon: 2.5,
    interval: { low: 0.5, high: 4.5 },
    f1: 1,
  });
});

test("hosts are pooled by their scores", () => {
  const one = { scores: Float64Array.of(1, 20), positive: Uint8Array.of(0, 1) };
  const other = { scores: Float64Array.of(2, 10), positive: Uint8Array.of(0, 1) };
  expect(epsilonFromLabels([one, other])).toMatchObject({ epsilon: 6, f1: 1, truePositives: 2 });
  expect(epsilonFromLabels([])).toBeUndefined();
});

test.each([
  ["passes 5 %", 100, 5, 0.05, undefined],
  ["refuses more", 100, 6, 0.06, "flags 6.0 % of the last day's calm samples: at most 5 % is sensible"],
  ["passes where there is nothing recent", 0, 0, 0, undefined],
])("the gate %s", (_, count, beyond, flagRate, refused) => {
  const recent = Float64Array.from({ length: count }, (_, i) => (i < beyond ? 9 : 1));
  expect(gate({ recent }, 5)).toEqual(refused === undefined ? { flagRate } : { flagRate, refused });
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("the gate refuses an epsilon of %d", (epsilon) => {
  expect(gate({ recent: Float64Array.of(1) }, epsilon).refused).toBe(`epsilon ${epsilon} is no threshold`);
});

test("only the last day counts as recent", () => {
  const set = training(100);
  const times = set.times.map((time, i) => (i < 60 ? time - 25 * 3_600_000 : time));
  expect(fitted({ ...set, times }).recent).toHaveLength(40);
});
