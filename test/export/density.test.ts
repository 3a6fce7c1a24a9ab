// The density of an incident's worst sample, by the Gaussian that judged it.
import { densityInWords, densityOfPeak } from "../../lib/export/density.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { hostOwner } from "../../lib/watch/baseline.ts";
import { aChunk, activate, anIncident, aReport, keepChunk, NOON } from "../contract/examples.ts";
import { baseline, schemaOf } from "../factories.ts";

const OWNER = hostOwner("web-07");

/** A standard normal of one metric, whose version 3 judged the value -6, ten seconds into a record. */
async function densityUnder(version: number, metrics = 1, peak = NOON + 10_000) {
  const stores = createMemoryStores(() => NOON);
  const names = Array.from({ length: metrics }, (_, i) => `metric_${i}`);
  await activate(stores.baselines, aReport(OWNER, version), baseline({ owner: OWNER, version, names }));
  const values = Float64Array.from({ length: 2 * metrics }, (_, i) => (i < metrics ? 0 : -6));
  const times = Float64Array.of(NOON, NOON + 10_000);
  await keepChunk(stores, aChunk("web-07", { schema: schemaOf(...names), times, values, flags: new Uint8Array(2) }));
  const judgement = { score: 18, epsilon: 8, baseline: { owner: OWNER, version: 3 } };
  return densityOfPeak(stores, anIncident("web-07", { peak: { time: peak, judgement } }));
}

test("is that of the sample alone: python3 -c 'from scipy.stats import norm; print(norm.logpdf(-6), norm.pdf(-6))'", async () => {
  const density = await densityUnder(3);
  expect(density?.logDensity).toBeCloseTo(-18.918938533204674, 12);
  expect(density?.density).toBeCloseTo(6.075882849823286e-9, 20);
  expect(density && densityInWords(density)).toBe("log-density -18.9, p(x) = 6.08e-9");
});

test("is below the least double for forty such metrics: 40 × -18.9189 = -756.76", async () => {
  const density = await densityUnder(3, 40);
  expect(density?.logDensity).toBeCloseTo(-756.757541, 6);
  expect(density?.density).toBeNull();
  expect(density && densityInWords(density)).toBe("log-density -757, p(x) < 4.94e-324");
});

test("is unknown once another version is active, and without the sample", async () => {
  expect(await densityUnder(4)).toBeUndefined();
  expect(await densityUnder(3, 1, NOON + 5_000)).toBeUndefined();
});
