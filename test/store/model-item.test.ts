import type { Model } from "../../lib/model/detector.ts";
import { fitBands } from "../../lib/model/fit-bands.ts";
import { fitFused } from "../../lib/model/fit-fused.ts";
import { fitMemoryless } from "../../lib/model/fit-memoryless.ts";
import { createFused, newMemory, scoreFused } from "../../lib/model/fused.ts";
import { seededRandom } from "../../lib/model/random.ts";
import { baselineReader, itemsOfVersion, partsOf } from "../../lib/store/baseline-item.ts";
import { accepted } from "../../lib/store/formats.ts";
import { itemSize } from "../../lib/store/item-size.ts";
import type { Item } from "../../lib/store/item-table.ts";
import { attributesOfModel } from "../../lib/store/model-item.ts";
import { MINUTE_MS } from "../../lib/time.ts";
import { schemaId } from "../../lib/wire/schemas.ts";
import { aBandsBaseline, aBaseline, aReport, wholeItem } from "../contract/examples.ts";
import { EXACT } from "../model/published.ts";

const baselineIn = (item: Item) => accepted(baselineReader(new Map())(item));

const OWNER = "host#production-web-server-07";

/** Metrics that go with the day, each in its way; the last is a counter of bytes, large and nearly still. */
function waves(metrics: number, rows: number): Float64Array {
  return Float64Array.from({ length: rows * metrics }, (_, k) => {
    const [i, j] = [Math.floor(k / metrics), k % metrics];
    const value = 50 + 20 * Math.sin((2 * Math.PI * i) / 1440 + j) + 3 * Math.sin(1.7 * i * (j + 1));
    return j === metrics - 1 ? 16e9 + 100 * value : value;
  });
}

const timesOf = (rows: number, from = 0) => Float64Array.from({ length: rows }, (_, i) => (from + i) * MINUTE_MS);

function named(metrics: number) {
  const names = Array.from({ length: metrics }, (_, i) => `metric_with_a_longish_name_${i}`);
  return { id: schemaId(names), names };
}

const baselineOf = (model: Model, metrics: number) => aBaseline(OWNER, 365, { model, schema: named(metrics) });

/** The items of a version, and the model as it is read from them. */
function stored(model: Model, metrics: number) {
  const { head, parts } = itemsOfVersion(aReport(OWNER, 365), baselineOf(model, metrics));
  return { head, parts, read: accepted(baselineReader(partsOf(parts))(head)).model };
}

/** A fused model with a profile, which takes the most bytes, and a triangle that does not compress. */
function noisy(metrics: number): Model {
  const random = seededRandom(1);
  const features = 3 * metrics;
  const whitening = new Float64Array((features * (features + 1)) / 2);
  for (const k of whitening.keys()) whitening[k] = Math.fround(1 + random() / 2 ** 32);
  const [mean, sd, centre] = [
    new Float64Array(features),
    new Float64Array(features).fill(1),
    new Float64Array(features),
  ];
  const profile = new Float64Array(24 * metrics);
  const unrest = new Float64Array(24).fill(1);
  return createFused({ metrics, mean, sd, centre, profile, unrest, whitening, interval: MINUTE_MS });
}

describe("38 metrics", () => {
  const rows = waves(38, 1_500);
  const options = { covariance: "full" as const, seed: 1 };
  const fused = fitFused({ metrics: 38, values: rows, times: timesOf(1_500) });

  test.each<[string, Model]>([
    ["bands", fitBands({ metrics: 38, values: rows, times: timesOf(1_500) }, named(38).names, "UTC")],
    ["fused", fused],
    ["gaussian", fitMemoryless("gaussian", rows, 38, options)],
    ["zscore", fitMemoryless("zscore", rows, 38, options)],
    ["iforest", fitMemoryless("iforest", rows, 38, options)],
  ])("a %s baseline takes one part of at most 64 KB and reads back unchanged", (_, model) => {
    const { parts, read } = stored(model, 38);
    expect(parts).toHaveLength(1);
    expect(itemSize(parts[0]!)).toBeLessThanOrEqual(65_536);
    expect(read).toEqual(model);
  });

  // DynamoDB counts half a read unit for up to 4 KB.
  test("what a warm scorer reads of a baseline takes less than 4 KB", () => {
    expect(itemSize(stored(fused, 38).head)).toBeLessThan(4_096);
  });

  // 8 · (3 · 114 + 24 · 38 + 24) + 4 · 114 · 115 / 2 bytes.
  test("the numbers of a fused model take 36,444 bytes", () => {
    const { model, whitening } = attributesOfModel(fused);
    expect(model!.B!.length + whitening!.B!.length).toBe(36_444);
  });

  test("a model that was read scores like the one that was written, bit for bit, even on a counter of 16e9 bytes", () => {
    const { read } = stored(fused, 38);
    if (read.detector !== "fused") throw new Error("another detector was read");
    const sequence = { values: waves(38, 300), times: timesOf(300, 1_500) };
    const { scores } = scoreFused(fused, newMemory(fused), sequence, EXACT);
    expect(scoreFused(read, newMemory(read), sequence, EXACT).scores).toEqual(scores);
    expect(new Set(scores).size).toBeGreaterThan(10);
  });
});

test("a fused model of one hour has no profile, before and after reading", () => {
  const fused = fitFused({ metrics: 3, values: waves(3, 60), times: timesOf(60) });
  expect(fused).not.toHaveProperty("profile");
  expect(stored(fused, 3).read).toEqual(fused);
});

// 8 · (3 · 768 + 24 · 256 + 24) + 4 · 768 · 769 / 2 = 1,248,960 bytes: four parts of 358,400 if nothing compresses.
test("a fused model of 256 metrics, the most that a sample has, takes at most four parts and reads back", () => {
  const { parts, read } = stored(noisy(256), 256);
  expect(parts.length).toBeLessThanOrEqual(4);
  expect(parts.every((part) => itemSize(part) < 400 * 1024)).toBe(true);
  expect(read).toEqual(noisy(256));
});

test.each([
  [600, /^the model of .* takes 6\d{6} bytes, \d+ compressed: at most 8388608 and 2867200$/],
  [700, /^the model of .* takes 9\d{6} bytes/],
])("a fused model of %d metrics is an error that states the limits", (metrics, message) => {
  expect(() => stored(noisy(metrics), metrics)).toThrow(message);
});

describe("a broken model is an error that names its attribute", () => {
  const wholeOf = (model: Model, metrics: number) => wholeItem(aReport(OWNER, 365), baselineOf(model, metrics));
  const doubles = (...numbers: number[]) => ({ B: new Uint8Array(Float64Array.from(numbers).buffer) });
  const singles = (...numbers: number[]) => ({ B: new Uint8Array(Float32Array.from(numbers).buffer) });
  const options = { covariance: "full" as const, seed: 1 };
  const fused = wholeOf(fitFused({ metrics: 1, values: waves(1, 60), times: timesOf(60) }), 1);
  const zscore = wholeOf(fitMemoryless("zscore", waves(1, 60), 1, options), 1);
  const forest = wholeOf(fitMemoryless("iforest", waves(1, 60), 1, options), 1);
  const bands = wholeItem(aReport(OWNER, 365), aBandsBaseline(OWNER, 365));
  const bandBytes = bands.bands!.B!;
  const wider = wholeOf(fitMemoryless("iforest", waves(2, 60), 2, options), 2);

  test.each<[string, Item, Item, string]>([
    ["fused, a number too few", fused, { model: doubles(1, 2, 1, 1, 0) }, "model: expected 57 numbers, found 5"],
    [
      "fused, profile cut short",
      fused,
      { model: doubles(...Array(32).fill(1)) },
      "model: expected 57 numbers, found 32",
    ],
    [
      "fused, without spread",
      fused,
      { model: doubles(1, 2, 0, 1, 0, 0) },
      "model: a standard deviation is not positive",
    ],
    ["fused, NaN", fused, { model: doubles(1, 2, 1, 1, 0, Number.NaN) }, "model: a number is not finite"],
    ["fused, triangle too small", fused, { whitening: singles(1, 0) }, "whitening: expected 3 numbers, found 2"],
    [
      "fused, NaN in the triangle",
      fused,
      { whitening: singles(1, Number.NaN, 1) },
      "whitening: a number is not finite",
    ],
    ["fused, flat triangle", fused, { whitening: singles(1, 0, 0) }, "whitening: the diagonal of the triangle is not"],
    ["fused, time at a standstill", fused, { interval: { N: "0" } }, "interval: 0 is not positive"],
    // 13 columns and 6 drifts of two metrics, and two tails.
    [
      "bands, a number too few",
      bands,
      { model: doubles(...Array(39).fill(1)) },
      "model: expected 40 numbers, found 39",
    ],
    [
      "bands, without thresholds",
      bands,
      { model: doubles(...Array(40).fill(0)) },
      "model: a threshold is not positive",
    ],
    ["bands, NaN", bands, { model: doubles(...Array(40).fill(Number.NaN)) }, "model: a number is not finite"],
    ["bands, cut off", bands, { bands: { B: bandBytes.subarray(0, -1) } }, "bands: the bytes are no bands of these"],
    [
      "bands, longer",
      bands,
      { bands: { B: Buffer.concat([bandBytes, Buffer.of(0)]) } },
      "bands: the bytes are no bands",
    ],
    ["bands, in the middle of a number", bands, { bands: { B: Uint8Array.of(255) } }, "bands: the bytes end in the"],
    ["bands, time at a standstill", bands, { interval: { N: "0" } }, "interval: 0 is not positive"],
    ["bands, nowhere", bands, { zone: { S: "Europe/Atlantis" } }, 'zone: "Europe/Atlantis" is no time zone'],
    ["zscore, a number too many", zscore, { model: doubles(1, 1, 1) }, "model: expected 2 numbers, found 3"],
    ["zscore, without spread", zscore, { model: doubles(1, 0) }, "model: a standard deviation is not positive"],
    ["iforest, no forest", forest, { forest: { B: Uint8Array.of(1) } }, "forest: 1 bytes are too few for a forest"],
    ["iforest, of other metrics", forest, { forest: wider.forest! }, "forest: 2 features for 1"],
    ["iforest, without spread", forest, { model: doubles(1, -1) }, "model: a standard deviation is not positive"],
  ])("%s", (_, item, broken, problem) => {
    expect(() => baselineIn(item)).not.toThrow();
    expect(() => baselineIn({ ...item, ...broken })).toThrow(`version "ACTIVE", attribute ${problem}`);
  });
});
