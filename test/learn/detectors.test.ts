// The detectors that judge samples by themselves, from history to verdict.

import { SERVER_LOAD } from "../../lib/demo/server-load.ts";
import { DEFAULT_SETTINGS, type FitSettings } from "../../lib/learn/fit-settings.ts";
import { refitHost } from "../../lib/learn/group-refit.ts";
import type { Detector } from "../../lib/model/detector.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import type { HistoryChunk } from "../../lib/watch/history.ts";
import { NO_POLICY } from "../../lib/watch/policy.ts";
import { singleScores } from "../../lib/watch/single-scoring.ts";
import { schemaOf } from "../factories.ts";
import { activeOf, DAY, HOUR, keep, MONDAY } from "./recording.ts";

const COUNT = SERVER_LOAD.length;
const NOW = MONDAY + COUNT * HOUR;

/** The hundred hourly loads as a host's history. */
const LOADS: HistoryChunk = {
  host: "web-07",
  schema: schemaOf("load"),
  times: Float64Array.from({ length: COUNT }, (_, i) => MONDAY + i * HOUR),
  values: SERVER_LOAD,
  flags: new Uint8Array(COUNT),
};

async function refitted(detector: Detector, changes: Partial<FitSettings> = {}) {
  const stores = createMemoryStores(() => NOW);
  await keep(stores, LOADS);
  const settings = { ...DEFAULT_SETTINGS, detector, ...changes };
  const report = await refitHost(stores, "web-07", "web", settings, NOW);
  expect(report).not.toHaveProperty("refused");
  const baseline = await activeOf(stores);
  const { model } = baseline;
  if (model.detector === "bands" || model.detector === "reconstruction" || model.detector === "ensemble")
    throw new Error("it judges no sample by itself");
  const part = { values: LOADS.values, times: [...LOADS.times], inOrder: [...LOADS.times.keys()] };
  return { report: report!, baseline, scores: [...singleScores(baseline, model, part, NO_POLICY)] };
}

const Z_SCORES = [
  [20, 4.2751372130923295],
  [75, 4.202477795859435],
  [88, 4.981605130504977],
] as const;

const beyond = (scores: readonly number[], epsilon: number) => [...scores.keys()].filter((i) => scores[i]! > epsilon);

// z = np.abs((x - x.mean()) / x.std()); np.flatnonzero(z > 2.5).tolist(), with x from lib/demo/server-load.ts
test("document 001: at 2.5 deviations the z-score flags the spike, the dip and the extreme", async () => {
  const { scores, report, baseline } = await refitted("zscore");
  expect(beyond(scores, 2.5)).toEqual([20, 75, 88]);
  // [float(z[i]) for i in (20, 75, 88)]; 3 * np.quantile(z, .95)
  for (const [i, z] of Z_SCORES) expect(scores[i]).toBeCloseTo(z, 9);
  expect(report).toMatchObject({ detector: "zscore", source: "quantile", samples: 100, epsilon: baseline.epsilon });
  expect(baseline.epsilon).toBeCloseTo(4.0472995279369055, 9);
});

test("the Gaussian's score of one metric is half its z-score squared", async () => {
  const { scores, baseline } = await refitted("gaussian");
  for (const [i, z] of Z_SCORES) expect(scores[i]).toBeCloseTo(z ** 2 / 2, 9);
  // 3 * np.quantile(z**2 / 2, .95)
  expect(baseline.epsilon).toBeCloseTo(2.7301332565100096, 9);
});

test("the contamination is the share of calm samples beyond epsilon, without labels", async () => {
  const { scores, baseline } = await refitted("zscore", { contamination: 0.05 });
  // np.quantile(z, .95)
  expect(baseline.epsilon).toBeCloseTo(1.349099842645635, 9);
  expect(beyond(scores, baseline.epsilon)).toHaveLength(5);
});

test("an isolation forest finds the same three samples, and a seed gives the same scores", async () => {
  const { scores, report, baseline } = await refitted("iforest");
  const strangest = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!).slice(0, 3);
  expect(strangest.sort((a, b) => a - b)).toEqual([20, 75, 88]);
  expect(report).toMatchObject({ detector: "iforest", source: "quantile" });
  const again = await refitted("iforest");
  expect(again.baseline).toEqual(baseline);
  const other = await refitted("iforest", { seed: 1 });
  expect(other.baseline.model).not.toEqual(baseline.model);
});

test("with a day of samples or more, epsilon is the quantile of the calm ones", async () => {
  const minutes = 8_700;
  const stores = createMemoryStores(() => NOW);
  const chunk: HistoryChunk = {
    ...LOADS,
    times: Float64Array.from({ length: minutes }, (_, i) => MONDAY + i * 60_000),
    // np.sin(np.arange(8700) ** 2 % 1000)
    values: Float64Array.from({ length: minutes }, (_, i) => Math.sin((i * i) % 1_000)),
    flags: new Uint8Array(minutes),
  };
  await keep(stores, chunk);
  const settings = { ...DEFAULT_SETTINGS, detector: "zscore" as const };
  const report = await refitHost(stores, "web-07", "web", settings, MONDAY + 7 * DAY);
  // x = np.sin(np.arange(8700) ** 2 % 1000); np.quantile(np.abs((x - x.mean()) / x.std()), .995)
  expect(report?.epsilon).toBeCloseTo(1.5242557192258785, 9);
});
