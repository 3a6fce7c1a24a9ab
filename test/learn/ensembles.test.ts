// Ensembles, from history to baseline and stored scores.
import { SCORE_COLUMNS, scoreRows } from "../../lib/export/score-rows.ts";
import { DEFAULT_SETTINGS, type FitSettings } from "../../lib/learn/fit-settings.ts";
import { refitHost } from "../../lib/learn/group-refit.ts";
import { trainingSet } from "../../lib/learn/training.ts";
import { fitTraining } from "../../lib/learn/training-fit.ts";
import type { DetectorChoice } from "../../lib/model/detector.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { activeOf, DAY, keep, MONDAY, recorded, type Shift } from "./recording.ts";

const DAYS = 4;
const NOW = MONDAY + DAYS * DAY;
const BOTH: DetectorChoice = { members: ["bands", "reconstruction"], by: "maximum" };
const settingsOf = (detector: DetectorChoice): FitSettings => ({ ...DEFAULT_SETTINGS, detector });

async function refitted(detector: DetectorChoice, minutes = DAYS * 1_440, shifts: readonly Shift[] = []) {
  const stores = createMemoryStores(() => NOW);
  await keep(stores, recorded(minutes, 1, shifts));
  return { stores, report: (await refitHost(stores, "web-07", "web", settingsOf(detector), NOW))! };
}

test("each member is fitted as by itself, with the limit that it has by itself; 1 notifies", async () => {
  const { stores, report } = await refitted(BOTH);
  const set = trainingSet([recorded(DAYS * 1_440)])!;
  const alone = (["bands", "reconstruction"] as const).map((one) => fitTraining(set, settingsOf(one)));
  const baseline = await activeOf(stores);
  const { model, epsilon } = baseline;
  if (model.detector !== "ensemble") throw new Error("expected an ensemble");
  for (const [k, fit] of alone.entries()) {
    if ("refused" in fit) throw new Error(fit.refused);
    expect(model.members[k]).toEqual({ model: fit.model, epsilon: fit.calmEpsilon });
  }
  expect([epsilon, report.source]).toEqual([1, "default"]);
  expect(report).toMatchObject({
    detector: "ensemble",
    ensemble: { by: "maximum", members: [{ detector: "bands", epsilon: 1 }, { detector: "reconstruction" }] },
  });
  expect(await stores.baselines.current("host#web-07")).toEqual(report);
});

test("the sensitivity moves the limit of the whole, and of no member", async () => {
  const stores = createMemoryStores(() => NOW);
  await keep(stores, recorded(DAYS * 1_440));
  const quiet = { ...settingsOf(BOTH), epsilon: 1.43 };
  const report = await refitHost(stores, "web-07", "web", quiet, NOW);
  expect(report).toMatchObject({ epsilon: 1.43, ensemble: { members: [{ epsilon: 1 }, {}] } });
});

// A reconstruction of two metrics needs three rows for each of its ten values: 30, and every detector needs 60.
test("an ensemble waits for its most demanding member", async () => {
  const names = Array.from({ length: 10 }, (_, i) => `metric_${i}`);
  const set = trainingSet([recorded(100)])!;
  const wide = {
    ...set,
    schema: { id: "0123456789abcdef", names },
    rows: Float64Array.from({ length: 1_000 }, (_, i) => Math.sin(i * i)),
  };
  expect(fitTraining(wide, settingsOf("gaussian"))).toHaveProperty("model");
  const together = fitTraining(wide, settingsOf({ members: ["gaussian", "reconstruction"], by: "mean" }));
  expect(together).toEqual(fitTraining(wide, settingsOf("reconstruction")));
  expect(together).toHaveProperty("refused");
});

test("exported scores show what each member says, and the whole is made of that", async () => {
  const { stores } = await refitted({ members: ["zscore", "gaussian"], by: "mean" });
  const rows: (readonly unknown[])[] = [];
  const span = { from: MONDAY, to: NOW };
  for await (const row of scoreRows(stores, [{ host: "web-07", group: "web" }], span)) rows.push(row);
  const members = SCORE_COLUMNS.findIndex(({ name }) => name === "members");
  expect(rows.length).toBeGreaterThan(30);
  for (const row of rows) {
    const [, zscore, gaussian] = /^zscore=(\S+) gaussian=(\S+)$/.exec(String(row[members]))!;
    expect(row[3]).toBeCloseTo((Number(zscore) + Number(gaussian)) / 2, 5);
  }
});

test("the gate rejects a version that flags too much of a day it did not see, as under any detector", async () => {
  const odd = { from: 3 * 1_440 + 200, to: 4 * 1_440, by: 60 };
  const { report } = await refitted({ members: ["zscore", "gaussian"], by: "maximum" }, DAYS * 1_440, [odd]);
  expect(report.refused).toMatch(/^flags \d+\.\d % of the last day's calm samples/);
});
