import { type Memoryless, type Model, scoreAlone } from "../../lib/model/detector.ts";
import { fitBands } from "../../lib/model/fit-bands.ts";
import { fitMemoryless } from "../../lib/model/fit-memoryless.ts";
import { fitReconstruction } from "../../lib/model/fit-reconstruction.ts";
import { whitenedGaussian } from "../../lib/model/gaussian.ts";
import { seededRandom } from "../../lib/model/random.ts";
import { baselineReader, entryReader, itemsOfVersion, partsOf, reportOfItem } from "../../lib/store/baseline-item.ts";
import { accepted } from "../../lib/store/formats.ts";
import { itemSize } from "../../lib/store/item-size.ts";
import type { Item } from "../../lib/store/item-table.ts";
import { MINUTE_MS } from "../../lib/time.ts";
import { schemaId } from "../../lib/wire/schemas.ts";
import { aBandsBaseline, aBaseline, aReport, wholeItem } from "../contract/examples.ts";

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
  return { head, parts, read: accepted(baselineReader(partsOf(parts))(head))!.model };
}

/** A full Gaussian whose triangle does not compress. */
function noisy(metrics: number): Model {
  const random = seededRandom(1);
  const triangle = Float64Array.from({ length: (metrics * (metrics + 1)) / 2 }, () => 1 + random() / 2 ** 32);
  return whitenedGaussian(new Float64Array(metrics), new Float64Array(metrics).fill(1), triangle);
}

describe("38 metrics", () => {
  const rows = waves(38, 1_500);
  const options = { covariance: "full" as const, seed: 1 };
  const gaussian = fitMemoryless("gaussian", rows, 38, options);

  test.each<[string, Model]>([
    ["bands", fitBands({ metrics: 38, values: rows, times: timesOf(1_500) }, named(38).names, "UTC")],
    ["gaussian", gaussian],
    ["zscore", fitMemoryless("zscore", rows, 38, options)],
    ["iforest", fitMemoryless("iforest", rows, 38, options)],
    ["reconstruction", fitReconstruction({ metrics: 38, values: rows, times: timesOf(1_500) })],
    [
      "zscore and reconstruction",
      {
        detector: "ensemble",
        by: "vote",
        members: [
          { model: fitMemoryless("zscore", rows, 38, options), epsilon: 4.25 },
          { model: fitReconstruction({ metrics: 38, values: rows, times: timesOf(1_500) }), epsilon: 3.5 },
        ],
      },
    ],
  ])("a %s baseline takes one part of at most 64 KB and reads back unchanged", (_, model) => {
    const { parts, read } = stored(model, 38);
    expect(parts).toHaveLength(1);
    expect(itemSize(parts[0]!)).toBeLessThanOrEqual(65_536);
    expect(read).toEqual(model);
  });

  // DynamoDB counts half a read unit for up to 4 KB.
  test("a warm scorer's read of a baseline takes less than 4 KB", () => {
    expect(itemSize(stored(gaussian, 38).head)).toBeLessThan(4_096);
  });

  test("a model that was read scores like the one that was written, bit for bit, even on a counter of 16e9 bytes", () => {
    const { read } = stored(gaussian, 38);
    const values = waves(38, 300);
    const scores = Array.from({ length: 300 }, (_, i) => scoreAlone(gaussian, values, 38 * i));
    expect(Array.from({ length: 300 }, (_, i) => scoreAlone(read as Memoryless, values, 38 * i))).toEqual(scores);
    expect(new Set(scores).size).toBeGreaterThan(10);
  });
});

// 8 · (2 · 256 + 256 · 257 / 2) = 267,264 bytes.
test("a full Gaussian of 256 metrics, the most that a sample has, takes one part and reads back", () => {
  const { parts, read } = stored(noisy(256), 256);
  expect(parts).toHaveLength(1);
  expect(itemSize(parts[0]!)).toBeLessThan(400 * 1024);
  expect(read).toEqual(noisy(256));
});

// 8 · (2 · 1,500 + 1,500 · 1,501 / 2) = 9,030,000 bytes, and three for the version, 365.
test("a full Gaussian of 1,500 metrics is an error that states the limits", () => {
  const message = /^what is stored for .* takes 9030003 bytes, \d+ compressed: at most 8388608 and 8601600$/;
  expect(() => stored(noisy(1_500), 1_500)).toThrow(message);
});

test("a baseline of a removed detector counts as none, and its version stays in the ledger", () => {
  const { head, parts } = itemsOfVersion(aReport(OWNER, 365), baselineOf(noisy(2), 2));
  const report = JSON.stringify({ ...aReport(OWNER, 365), detector: "fused" });
  const past = { ...head, detector: { S: "fused" }, report: { S: report } };
  expect(accepted(baselineReader(partsOf(parts))(past))).toBeUndefined();
  expect(accepted(entryReader(partsOf(parts), true)(past))).toEqual({ report: JSON.parse(report) });
  expect(accepted(reportOfItem(past)).detector).toBe("fused");
});

describe("a broken model is an error that names its attribute", () => {
  const wholeOf = (model: Model, metrics: number) => wholeItem(aReport(OWNER, 365), baselineOf(model, metrics));
  const doubles = (...numbers: number[]) => ({ B: new Uint8Array(Float64Array.from(numbers).buffer) });
  const options = { covariance: "full" as const, seed: 1 };
  const full = wholeOf(fitMemoryless("gaussian", waves(1, 60), 1, options), 1);
  const zscore = wholeOf(fitMemoryless("zscore", waves(1, 60), 1, options), 1);
  const forest = wholeOf(fitMemoryless("iforest", waves(1, 60), 1, options), 1);
  const reconstruction = wholeOf(fitReconstruction({ metrics: 1, values: waves(1, 60), times: timesOf(60) }), 1);
  const bands = wholeItem(aReport(OWNER, 365), aBandsBaseline(OWNER, 365));
  const members = ["zscore", "gaussian"] as const;
  const together = wholeOf(
    {
      detector: "ensemble",
      by: "mean",
      members: members.map((one) => ({ model: fitMemoryless(one, waves(1, 60), 1, options), epsilon: 4 })),
    },
    1,
  );
  const bandBytes = bands.bands!.B!;
  const wider = wholeOf(fitMemoryless("iforest", waves(2, 60), 2, options), 2);

  test.each<[string, Item, Item, string]>([
    ["gaussian, a number too few", full, { model: doubles(1, 2) }, "model: expected 3 numbers, found 2"],
    ["gaussian, without spread", full, { model: doubles(1, 0, 1) }, "model: a standard deviation is not positive"],
    ["ensemble, of none", together, { members: { N: "0" } }, "members: 0: from 1 to 5"],
    ["ensemble, of one too many", together, { members: { N: "3" } }, "epsilon: expected a number (N), found nothing"],
    [
      "ensemble, another way",
      together,
      { by: { S: "luck" } },
      "by: expected geometric-mean or mean or maximum or vote",
    ],
    ["ensemble, no limit", together, { "1.epsilon": { N: "0" } }, "1.epsilon: 0 is not positive"],
    ["ensemble, a broken member", together, { "0.model": doubles(1) }, "model: expected 2 numbers, found 1"],
    ["gaussian, NaN", full, { model: doubles(1, 2, Number.NaN) }, "model: a number is not finite"],
    ["gaussian, flat triangle", full, { model: doubles(1, 2, 0) }, "model: the diagonal of the triangle is not"],
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
    ["reconstruction, at a standstill", reconstruction, { interval: { N: "0" } }, "interval: 0 is not positive"],
    ["reconstruction, no windows", reconstruction, { windows: { B: new Uint8Array(20) } }, "windows: 20 bytes are no"],
    [
      "reconstruction, flat",
      reconstruction,
      { windows: { B: new Uint8Array(36) } },
      "windows: a scale is not positive",
    ],
    ["iforest, without spread", forest, { model: doubles(1, -1) }, "model: a standard deviation is not positive"],
  ])("%s", (_, item, broken, problem) => {
    expect(() => baselineIn(item)).not.toThrow();
    expect(() => baselineIn({ ...item, ...broken })).toThrow(`version "ACTIVE", attribute ${problem}`);
  });
});
