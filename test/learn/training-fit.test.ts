import { chooseForGroup, chooseForHost } from "../../lib/learn/choice.ts";
import { DEFAULT_SETTINGS, type FitSettings } from "../../lib/learn/fit-settings.ts";
import { gate } from "../../lib/learn/gate.ts";
import { poolGroup } from "../../lib/learn/pool.ts";
import { prepareSet } from "../../lib/learn/prepare.ts";
import { type TrainingSet, Use } from "../../lib/learn/training.ts";
import { fitTraining } from "../../lib/learn/training-fit.ts";
import { type HostPolicy, type MetricPolicy, NO_POLICY } from "../../lib/watch/policy.ts";
import { schemaOf, timeOf } from "../factories.ts";

const GAUSSIAN: FitSettings = { ...DEFAULT_SETTINGS, detector: "gaussian" };
const FULL: FitSettings = { ...GAUSSIAN, covariance: "full" };

interface Row {
  readonly x: number;
  readonly use: number;
  readonly verdict?: "fault" | "false";
}

const several = (count: number, row: Row): Row[] => Array.from({ length: count }, () => row);

/** One feature; sd of −1, 1, −1, 1, … is 1 and its mean 0, so that a Gaussian's score is x² / 2. */
function training(count: number, extra: readonly Row[] = []): TrainingSet {
  const calm = Array.from({ length: count }, (_, i): Row => ({ x: i % 2 ? 1 : -1, use: Use.normal }));
  const rows = [...calm, ...extra];
  const verdicts = [...new Set(extra.flatMap(({ verdict }) => verdict ?? []))];
  return {
    schema: schemaOf("cpu"),
    rows: Float64Array.from(rows, ({ x }) => x),
    times: Float64Array.from(rows, (_, i) => timeOf(i)),
    uses: Uint8Array.from(rows, ({ use }) => use),
    labelled: verdicts.map((verdict) => ({ id: `${verdict.toUpperCase()}2`, verdict })),
    labelOf: Int32Array.from(rows, ({ verdict }) => (verdict ? verdicts.indexOf(verdict) : -1)),
  };
}

function fitted(set: TrainingSet, settings = GAUSSIAN, policy?: HostPolicy) {
  const fit = fitTraining(set, settings, policy);
  if ("refused" in fit) throw new Error(fit.refused);
  const { model } = fit;
  if (!("sd" in model)) throw new Error("the model has no scale");
  return { ...fit, model };
}

test.each([
  [59, GAUSSIAN, "too few samples: 59 of the 60 needed"],
  [59, FULL, "too few samples: 59 of the 60 needed"],
  [59, DEFAULT_SETTINGS, "too few samples: 59 of the 60 needed"],
])("%i samples are too few: %#", (count, settings, refused) => {
  expect(fitTraining(training(count), settings)).toEqual({ refused });
});

test("a full covariance needs three rows per feature", () => {
  const names = Array.from({ length: 30 }, (_, i) => `m${i}`);
  const set = {
    ...training(89),
    schema: schemaOf(...names),
    rows: Float64Array.from({ length: 89 * 30 }, (_, i) => Math.sin(i * i)),
  };
  expect(fitTraining(set, FULL)).toEqual({ refused: "too few samples: 89 of the 90 needed" });
  expect(fitTraining(set, GAUSSIAN)).toMatchObject({ samples: 89 });
});

test.each(["gaussian", "zscore", "iforest"] as const)("the fit leaves out anomalies and faults: %s", (detector) => {
  const strange: Row[] = [
    { x: 10, use: Use.fault, verdict: "fault" },
    { x: 9, use: Use.blip },
    { x: 8, use: Use.unknown },
  ];
  const fit = fitted(training(100, strange), { ...DEFAULT_SETTINGS, detector });
  expect(fit).toMatchObject({ samples: 100, excluded: 3 });
  expect(fit.model.mean[0]).toBe(0);
  expect(fit.model.sd[0]).toBe(1);
});

test.each([
  [60, 1.5],
  [8_638, 1.5],
  [8_640, 0.5],
])("the label-free epsilon of %i samples of score ½ is %f: below a day, three times a quantile", (count, epsilon) => {
  expect(fitted(training(count)).calmEpsilon).toBeCloseTo(epsilon, 12);
});

test("the label-free epsilon is a quantile of the calm, unlabelled scores", () => {
  // 8,640 + 60 scores, the highest 60 of them x² / 2 of a labelled 9: they say nothing, and blips neither.
  const extra = Array.from(
    { length: 60 },
    (_, i): Row => ({
      x: 9,
      ...(i % 2 ? { use: Use.blip } : { use: Use.normal, verdict: "false" as const }),
    }),
  );
  const fit = fitted(training(8_640, extra));
  const [mean, sd] = [fit.model.mean[0]!, fit.model.sd[0]!];
  expect(fit.calmEpsilon).toBeCloseTo((1 + mean) ** 2 / (2 * sd ** 2), 9);
});

test("a false alarm moves no limit: its pattern is quiet instead", () => {
  const fit = fitted(training(1_000, several(3, { x: 4, use: Use.normal, verdict: "false" })));
  const score = (4 - fit.model.mean[0]!) ** 2 / (2 * fit.model.sd[0]! ** 2);
  expect(fit.peaks).toEqual([{ id: "FALSE2", verdict: "false", peak: expect.closeTo(score, 9) }]);
  expect(chooseForHost(fit, undefined).epsilon).toBe(fit.calmEpsilon);
});

test("labelled faults decide by best F1, half-way between the calm and the fault", () => {
  const fit = fitted(
    training(100, [
      ...several(5, { x: 5, use: Use.fault, verdict: "fault" }),
      ...several(5, { x: 3, use: Use.fault, verdict: "fault" }),
      ...several(5, { x: 9, use: Use.unknown }),
    ]),
  );
  // Calm scores ½, faults 12.5 and 4.5 from the third of five on, the unknown left out: any epsilon in [0.5, 4.5) is best.
  expect(chooseForHost(fit, undefined)).toMatchObject({ epsilon: 2.5, source: "labels", quality: { f1: 1 } });
  expect(chooseForGroup([fit], GAUSSIAN)).toMatchObject({ epsilon: 2.5, source: "group labels" });
});

describe("a deviation that does not count by the policy", () => {
  /** The policy of `cpu`. */
  const policyOf = (limits: Partial<MetricPolicy>): HostPolicy => ({
    rules: [],
    metric: (name) => (name === "cpu" ? { direction: "both", minAbsolute: 0, minRelative: 0, ...limits } : undefined),
  });
  const upwards = policyOf({ direction: "up" });

  test("takes no part in choosing by labels", () => {
    const set = training(100, [
      ...several(5, { x: -10, use: Use.blip, verdict: "false" }),
      ...several(5, { x: 5, use: Use.fault, verdict: "fault" }),
    ]);
    // Alone the two ask for the impossible: a false alarm of 50 below a fault of 12.5. Without what is low, any epsilon
    // between ½ and 12.5 is best. Labels at most double the limit without them, which is 1.5.
    expect(chooseForHost(fitted(set), undefined).quality).toMatchObject({ f1: expect.closeTo(2 / 3, 12) });
    const fit = fitted(set, GAUSSIAN, upwards);
    expect(fit.peaks.map(({ peak }) => peak)).toEqual([0, 12.5]);
    expect(chooseForHost(fit, undefined)).toMatchObject({ epsilon: 3, quality: { f1: 1 } });
  });

  test("does not make the gate refuse", () => {
    expect(fitted(training(100), GAUSSIAN, upwards).heldOut.filter((score) => score > 0)).toHaveLength(48);
  });

  test("leaves the label-free epsilon as it is, even if all scores are 0", () => {
    const fit = fitted(training(100), GAUSSIAN, policyOf({ minAbsolute: 5 }));
    expect(fit.heldOut.every((score) => score === 0)).toBe(true);
    expect(fit.calmEpsilon).toBeCloseTo(1.5, 12);
  });
});

test.each([
  ["passes 5 %", 100, 5, 0.05, undefined],
  ["refuses more than 5 %", 100, 6, 0.06, "flags 6.0 % of the last day's calm samples: at most 5 % is sensible"],
  ["refuses more than 5 % of 60", 60, 4, 4 / 60, "flags 6.7 % of the last day's calm samples: at most 5 % is sensible"],
  ["passes with fewer than 60 calm samples", 59, 59, 1, undefined],
  ["passes without held-out samples", 0, 0, 0, undefined],
])("the gate %s", (_, count, beyond, flagRate, refused) => {
  const heldOut = Float64Array.from({ length: count }, (_, i) => (i < beyond ? 9 : 1));
  expect(gate({ heldOut, model: { detector: "gaussian" } }, 5)).toEqual(
    refused === undefined ? { flagRate } : { flagRate, refused },
  );
});

test("the gate refuses bands for their flags only in their first week: later one day teaches them little", () => {
  const heldOut = new Float64Array(1_440).fill(9);
  const bandsOf = (days: number) => ({ heldOut, model: { detector: "bands" as const, days } });
  expect(gate(bandsOf(0), 5)).toEqual({ flagRate: 1 });
  expect([1, 6].map((days) => gate(bandsOf(days), 5).refused)).toEqual(
    Array(2).fill(expect.stringContaining("100.0 %")),
  );
  expect(gate(bandsOf(7), 5)).toEqual({ flagRate: 1 });
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("the gate refuses an epsilon of %d", (epsilon) => {
  expect(gate({ heldOut: Float64Array.of(1), model: { detector: "bands", days: 7 } }, epsilon).refused).toBe(
    `epsilon ${epsilon} is no threshold`,
  );
});

describe("the held-out samples", () => {
  /** `days` days of −1, 1, … by the minute of which the last has `late` in place of its first samples. */
  function drifted(days: number, late: readonly Row[]): TrainingSet {
    const minutes = 24 * 60;
    const set = training((days - 1) * minutes, [
      ...late,
      ...Array.from(training(minutes - late.length).rows, (x): Row => ({ x, use: Use.normal })),
    ]);
    return { ...set, times: set.times.map((_, i) => i * 60_000) };
  }
  const shifted = (count: number, row: Row) => Array.from({ length: count }, () => row);

  test("are the last day, judged by a model that was not fitted to it", () => {
    const { heldOut } = fitted(drifted(7, shifted(144, { x: 10, use: Use.normal })));
    // A tenth of the day is 10 and scores 50 under mean 0 and sd 1, the rest ½.
    expect(heldOut).toHaveLength(1_440);
    expect(heldOut.filter((score) => Math.abs(score - 50) < 0.1)).toHaveLength(144);
    expect(heldOut.filter((score) => Math.abs(score - 0.5) < 0.01)).toHaveLength(1_296);
  });

  test("are all calm samples, by the model itself, while there is only one day", () => {
    expect(fitted(drifted(2, [])).heldOut).toHaveLength(2_880);
    expect(fitted({ ...drifted(3, []) }).heldOut).toHaveLength(1_440);
  });

  test("include neither anomalies nor samples labelled normal, which the model was not fitted to", () => {
    const labelled = drifted(7, shifted(144, { x: 10, use: Use.normal, verdict: "false" }));
    expect(fitted(labelled).heldOut).toHaveLength(1_296);
    expect(fitted(drifted(7, shifted(144, { x: 10, use: Use.unknown }))).heldOut).toHaveLength(1_296);
  });
});

test("each host of a pooled group is scored by itself, from its own first sample", () => {
  const prepared = [0, 1, 2].map((index) =>
    prepareSet(`host#web-0${index}`, training(200), { hosts: 3, index }, DEFAULT_SETTINGS, NO_POLICY),
  );
  const pooled = poolGroup("group#web", prepared, DEFAULT_SETTINGS, NO_POLICY);
  if (!pooled || "refused" in pooled.fit) throw new Error("three hosts make a group");
  const { heldOut, model } = pooled.fit;
  expect(pooled.fit.samples).toBe(600);
  expect(heldOut.every(Number.isFinite)).toBe(true);
  expect([...heldOut.subarray(200, 400)]).toEqual([...heldOut.subarray(0, 200)]);
  expect(model.detector).toBe("bands");
});

test.each<[string, string[][], string[] | undefined]>([
  ["the metrics of most hosts, whichever host comes first", [["x"], ["cpu", "load"], ["load", "cpu"]], ["cpu", "load"]],
  ["the metrics of exactly half of the hosts, too", [["x"], ["cpu", "x"], ["cpu", "y"], ["z"]], ["cpu", "x"]],
  [
    "the common list as it is",
    [
      ["b", "a"],
      ["b", "a"],
    ],
    ["b", "a"],
  ],
  ["nothing if no metric is common", [["x"], ["y"], ["z"]], undefined],
])("a group's baseline has %s", (_, lists, expected) => {
  const prepared = lists.map((names, index) => {
    const { rows, ...set } = training(200);
    const wide = Float64Array.from({ length: rows.length * names.length }, (_, k) => rows[k % rows.length]!);
    const place = { hosts: lists.length, index };
    return prepareSet(
      `host#web-0${index}`,
      { ...set, schema: schemaOf(...names), rows: wide },
      place,
      GAUSSIAN,
      NO_POLICY,
    );
  });
  const pooled = poolGroup("group#web", prepared, GAUSSIAN, NO_POLICY);
  expect(pooled?.schema.names).toEqual(expected);
  if (pooled) expect(pooled.fit).toMatchObject({ samples: 200 * lists.length });
});

test("if two halves of the hosts define a metric differently, the group's baseline has the first definition", () => {
  const schemas = ["f2", "f1"].map((rate) => ({ ...schemaOf("rate"), defined: { rate } }));
  const pooled = (order: readonly number[]) => {
    const prepared = order.map((k, index) =>
      prepareSet(`host#web-0${k}`, { ...training(200), schema: schemas[k]! }, { hosts: 2, index }, GAUSSIAN, NO_POLICY),
    );
    return poolGroup("group#web", prepared, GAUSSIAN, NO_POLICY)?.schema.defined;
  };
  expect([pooled([0, 1]), pooled([1, 0])]).toEqual([{ rate: "f1" }, { rate: "f1" }]);
});

test("a forest fitted to few samples gets an epsilon that a score can exceed, since its scores end at 1", () => {
  const fit = fitTraining(training(600), { ...GAUSSIAN, detector: "iforest" });
  expect("refused" in fit ? Number.NaN : fit.calmEpsilon).toBeLessThan(1);
});
