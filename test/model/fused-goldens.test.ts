// Figures of the published form on public data sets, by an independent implementation in numpy (docs/detector.md).

import { evaluateEpsilon, selectEpsilon } from "../../lib/model/best-epsilon.ts";
import { fitFused } from "../../lib/model/fit-fused.ts";
import { type Fused, type FusedMemory, newMemory, scoreFused } from "../../lib/model/fused.ts";
import { quantile } from "../../lib/model/quantile.ts";
import type { Tracking } from "../../lib/model/tracker.ts";
import { DAY_MS } from "../../lib/time.ts";
import { readTable, testWithData } from "../data.ts";
import { AS_PUBLISHED, EXACT } from "./published.ts";

/** Without tracking: the form of before level and width. */
const STATIC: Tracking = { every: Number.POSITIVE_INFINITY };

interface Entity {
  readonly metrics: number;
  /** Rows of the training part, which comes first. */
  readonly training: number;
  readonly perDay: number;
  readonly values: Float64Array;
  /** A running index times the interval. */
  readonly times: Float64Array;
  readonly labels: Uint8Array;
}

function read(name: string, interval: number): Entity {
  const { names, rows } = readTable(`${name}.train.csv.gz`);
  const test = readTable(`${name}.test.csv.gz`).rows;
  const metrics = names.length;
  const width = metrics + 1; // the label comes last
  const tested = test.length / width;
  const training = rows.length / metrics;
  const values = new Float64Array((training + tested) * metrics);
  values.set(rows);
  for (let i = 0; i < tested; i++) values.set(test.subarray(i * width, i * width + metrics), (training + i) * metrics);
  return {
    metrics,
    training,
    perDay: DAY_MS / interval,
    values,
    times: Float64Array.from({ length: training + tested }, (_, i) => i * interval),
    labels: Uint8Array.from({ length: tested }, (_, i) => test[i * width + metrics]!),
  };
}

/** Rows [from, to) with the row before them. */
function slice({ values, times, metrics }: Entity, from: number, to: number) {
  const rows = { values: values.subarray(from * metrics, to * metrics), times: times.subarray(from, to) };
  if (from === 0) return rows;
  return { ...rows, before: { values: values.subarray((from - 1) * metrics, from * metrics), time: times[from - 1]! } };
}

function modelOf(entity: Entity, from: number, to: number): Fused {
  return fitFused({ metrics: entity.metrics, ...slice(entity, from, to) }, AS_PUBLISHED);
}

function score(entity: Entity, model: Fused, memory: FusedMemory, from: number, to: number, tracking = EXACT) {
  return scoreFused(model, memory, slice(entity, from, to), tracking);
}

/** The fit to the training part, and what its last three days leave in memory: tracked by their first sample as by any other. */
function begin(entity: Entity) {
  const { training, perDay, times } = entity;
  const model = modelOf(entity, 0, training);
  const from = training - 3 * perDay;
  const { memory } = score(entity, model, { ...newMemory(model), trackedAt: times[from - 1]! }, from, training);
  return { model, memory };
}

/** Scores of the test part, refitted daily on the last 30 days or never. */
function walk(entity: Entity, refits: boolean, { model, memory }: ReturnType<typeof begin>): Float64Array {
  const { training, perDay, labels } = entity;
  const scores = new Float64Array(labels.length);
  for (let day = 0; day < labels.length; day += perDay) {
    const from = training + day;
    if (refits && day > 0) model = modelOf(entity, Math.max(0, from - 30 * perDay), from);
    const scored = score(entity, model, memory, from, Math.min(from + perDay, training + labels.length));
    memory = scored.memory;
    scores.set(scored.scores, day);
  }
  return scores;
}

/** Scores of rows [from, to) without hysteresis, which are the means of the averages after each. */
function unheld(
  entity: Entity,
  model: Fused,
  memory: FusedMemory,
  [from, to]: readonly [number, number],
  tracking: Tracking,
) {
  let now = memory;
  return Float64Array.from({ length: to - from }, (_, i) => {
    now = score(entity, model, now, from + i, from + i + 1, tracking).memory;
    return now.averages.reduce((sum, average) => sum + average, 0) / 3;
  });
}

/** Sum over distinct scores of the step in recall times the precision. */
function averagePrecision(scores: Float64Array, labels: Uint8Array): number {
  const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]!);
  const positives = labels.reduce((sum, label) => sum + label, 0);
  let [found, area] = [0, 0];
  for (let k = 0; k < order.length; ) {
    const level = scores[order[k]!]!;
    let step = 0;
    for (; k < order.length && scores[order[k]!] === level; k++) step += labels[order[k]!]!;
    found += step;
    area += (step / positives) * (found / k);
  }
  return area;
}

/** Mann–Whitney with average ranks. */
function rocArea(scores: Float64Array, labels: Uint8Array): number {
  const order = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  const positives = labels.reduce((sum, label) => sum + label, 0);
  let ranks = 0;
  for (let k = 0; k < order.length; ) {
    const first = k;
    let step = 0;
    for (; k < order.length && scores[order[k]!] === scores[order[first]!]; k++) step += labels[order[k]!]!;
    ranks += (step * (first + 1 + k)) / 2;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (labels.length - positives));
}

const MINUTE = 60_000;
const FIVE_MINUTES = 300_000;

/** To six digits: half a unit of the last one, and single precision on the way. */
function expectDigits(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) {
    if (Math.abs(found[i]! - value) > 6e-7 * Math.max(1, value)) expect(found).toEqual(expected);
  }
}

describe("tracked, with hysteresis, a replay of three days of training first", () => {
  // Best F1, AP, F1 at epsilon 8, the last score; the first three before hysteresis.
  const walked: [string, number, boolean, readonly number[]][] = [
    ["asd/omi-1", FIVE_MINUTES, true, [0.377668, 0.365756, 0.372019, 2.165366, 1.71406, 1.772761, 1.758858]],
    ["js2/service00", FIVE_MINUTES, false, [0.415238, 0.331782, 0.39604, 3.296057, 8.502464, 8.139796, 7.809599]],
    ["smd/machine-2-7", MINUTE, false, [0.780838, 0.789733, 0.753012, 0.746274, 1.161819, 1.081922, 0.95329]],
  ];
  for (const [name, interval, refits, expected] of walked) {
    testWithData(`${name}, ${refits ? "refitted daily" : "fitted once"}`, () => {
      const entity = read(name, interval);
      const { labels, training } = entity;
      const begun = begin(entity);
      const scores = walk(entity, refits, begun);
      const atEight = evaluateEpsilon(scores, labels, 8).f1;
      const found = [selectEpsilon(scores, labels)!.f1, averagePrecision(scores, labels), atEight, scores.at(-1)!];
      const first = unheld(entity, begun.model, begun.memory, [training, training + 3], EXACT);
      expectDigits([...found, ...first], expected);
    });
  }
});

describe("as it is now: unrest, capped, tracked by one sample in ten minutes, anomalies kept out of a daily refit", () => {
  // Best F1, AP, area under the ROC, F1 at epsilon 7, the last score; the first three before hysteresis.
  const walked: [string, readonly number[]][] = [
    ["asd/omi-1", [0.36, 0.347706, 0.620559, 0.352593, 2.019095, 1.567562, 1.634482, 1.622172]],
    ["js2/service02", [0.690355, 0.685, 0.941614, 0.622568, 1.299718, 1.640911, 2.51536, 2.232462]],
  ];
  const tracking: Tracking = { every: 2 * FIVE_MINUTES };
  for (const [name, expected] of walked) {
    testWithData(name, () => {
      const entity = read(name, FIVE_MINUTES);
      const { labels, training, perDay, times, metrics } = entity;
      const excluded = new Uint8Array(training + labels.length);
      const fitTo = (to: number) => {
        const from = Math.max(0, to - 30 * perDay);
        return fitFused({ metrics, ...slice(entity, from, to), excluded: excluded.subarray(from, to) });
      };
      const from = training - 3 * perDay;
      let model = fitTo(training);
      // The figures are of a tracker that is moved where the running index is even.
      const fresh = { ...newMemory(model), trackedAt: times[2 * Math.ceil(from / 2) - 2]! };
      let { memory } = score(entity, model, fresh, from, training, tracking);
      const first = unheld(entity, model, memory, [training, training + 3], tracking);
      const scores = new Float64Array(labels.length);
      for (let day = 0; day < labels.length; day += perDay) {
        if (day > 0) model = fitTo(training + day);
        const scored = score(
          entity,
          model,
          memory,
          training + day,
          training + Math.min(day + perDay, labels.length),
          tracking,
        );
        memory = scored.memory;
        scores.set(scored.scores, day);
        for (const [i, one] of scored.scores.entries()) excluded[training + day + i] = one > 7 ? 1 : 0;
      }
      const areas = [selectEpsilon(scores, labels)!.f1, averagePrecision(scores, labels), rocArea(scores, labels)];
      expectDigits([...areas, evaluateEpsilon(scores, labels, 7).f1, scores.at(-1)!, ...first], expected);
    });
  }
});

describe("untracked, without hysteresis, averaged from the first row of training on", () => {
  // Best F1, AP, area under the ROC; the 0.995 quantile of the scores of the training part; the first three of the test part.
  const fixed: [string, readonly number[]][] = [
    ["asd/omi-3", [0.550725, 0.577261, 0.922168, 10.003131, 2.343055, 3.347644, 3.140543]],
    ["js2/service00", [0.452026, 0.385737, 0.890153, 11.403773, 11.838623, 11.647238, 11.48293]],
  ];
  for (const [name, expected] of fixed) {
    testWithData(name, () => {
      const entity = read(name, FIVE_MINUTES);
      const { training, labels } = entity;
      const model = modelOf(entity, 0, training);
      const all = unheld(entity, model, newMemory(model), [0, training + labels.length], STATIC);
      const scores = all.slice(training);
      const areas = [selectEpsilon(scores, labels)!.f1, averagePrecision(scores, labels), rocArea(scores, labels)];
      const usual = quantile(all.slice(0, training), 0.995);
      expectDigits([...areas, usual, ...scores.subarray(0, 3)], expected);
    });
  }
});
