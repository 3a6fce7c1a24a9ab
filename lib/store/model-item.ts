import { DETECTORS, type IsolationForest, type Model, type ZScore } from "../model/detector.ts";
import { HOURS } from "../model/features.ts";
import { bytesOfForest, forestOfBytes } from "../model/forest-bytes.ts";
import { createFused, type Fused } from "../model/fused.ts";
import { type Covariance, diagonalGaussian, type Gaussian, whitenedGaussian } from "../model/gaussian.ts";
import { elementOf, packTriangle, type Triangle } from "../model/kernel.ts";
import { packedFromQuads } from "../model/triangle.ts";
import { bytes, has, malformed, number, readBytes, readNumber, readText, type Stored, text } from "./attributes.ts";
import { bytesOfFloats, bytesOfSingles, floatsOfBytes, singlesOfBytes } from "./floats.ts";
import type { Item } from "./item-table.ts";

/**
 * A model as attributes of its baseline's item. `model` holds doubles, the others what one detector alone has:
 *
 * | detector | model | beside it |
 * |---|---|---|
 * | gaussian | mean, sd, rows of the triangle W where the covariance is full | covariance |
 * | zscore | mean, sd | |
 * | iforest | mean, sd | forest (forest-bytes.ts) |
 * | fused | mean, sd, centre, profile once there is one | whitening (rows of the triangle W, singles), interval |
 *
 * Nothing is rounded that was not before, so that what is read scores as what was written. The profile is not in singles either:
 * of a counter of 1e10 they would leave steps of 1,000, which may be more than its hours differ.
 */
export function attributesOfModel(model: Model): Item {
  const detector = text(model.detector);
  switch (model.detector) {
    case "gaussian":
      return { detector, covariance: text(model.covariance), model: doubles(model.mean, model.sd, rowsOf(model)) };
    case "zscore":
      return { detector, model: doubles(model.mean, model.sd) };
    case "iforest":
      return { detector, model: doubles(model.mean, model.sd), forest: bytes(bytesOfForest(model.forest)) };
    case "fused": {
      const { mean, sd, centre, profile, unrest, whitening, interval } = model;
      const numbers = doubles(mean, sd, centre, profile ?? NONE, unrest ?? NONE);
      return {
        detector,
        model: numbers,
        whitening: bytes(singlesOf(whitening, mean.length)),
        interval: number(interval),
      };
    }
  }
}

/** The model of that many metrics; throws what is wrong with it. */
export function readModel(stored: Stored, metrics: number): Model {
  switch (readDetector(stored)) {
    case "gaussian":
      return readGaussian(stored, metrics);
    case "zscore":
      return readZScore(stored, metrics);
    case "iforest":
      return readIsolationForest(stored, metrics);
    case "fused":
      return readFused(stored, metrics);
  }
}

/** Items of before there was a choice do not name it. */
function readDetector(stored: Stored): Model["detector"] {
  if (!has(stored, "detector")) return "gaussian";
  const found = readText(stored, "detector");
  const detector = DETECTORS.find((known) => known === found);
  if (!detector) throw malformed(stored, "detector", `expected ${DETECTORS.join(" or ")}, found ${found}`);
  return detector;
}

const COVARIANCES: readonly Covariance[] = ["diagonal", "full"];

function readGaussian(stored: Stored, features: number): Gaussian {
  const covariance = COVARIANCES.find((known) => known === readText(stored, "covariance"));
  if (!covariance) throw malformed(stored, "covariance", `expected ${COVARIANCES.join(" or ")}`);
  return readNumbers(stored, (numbers) => {
    const triangle = covariance === "full" ? triangular(features) : 0;
    const [mean = NONE, sd = NONE, packed = NONE] = split(numbers, [features, features, triangle]);
    expectSpread(sd);
    if (covariance === "diagonal") return diagonalGaussian(mean, sd);
    expectDiagonal(packed, features);
    return whitenedGaussian(mean, sd, packed);
  });
}

function readZScore(stored: Stored, features: number): ZScore {
  const { mean, sd } = readSpread(stored, features);
  return { detector: "zscore", mean, sd, precision: sd.map((s) => 1 / s) };
}

function readIsolationForest(stored: Stored, features: number): IsolationForest {
  const forest = readBytes(stored, "forest", forestOfBytes);
  if (forest.features !== features) throw malformed(stored, "forest", `${forest.features} features for ${features}`);
  return { detector: "iforest", forest, ...readSpread(stored, features) };
}

function readSpread(stored: Stored, features: number): { mean: Float64Array; sd: Float64Array } {
  return readNumbers(stored, (numbers) => {
    const [mean = NONE, sd = NONE] = split(numbers, [features, features]);
    expectSpread(sd);
    return { mean, sd };
  });
}

function readFused(stored: Stored, metrics: number): Fused {
  const interval = readNumber(stored, "interval");
  if (!(interval > 0)) throw malformed(stored, "interval", `${interval} is not positive`);
  const parts = readNumbers(stored, (numbers) => {
    const features = numbers.length === 6 * metrics ? 2 * metrics : 3 * metrics;
    const hours = features === 3 * metrics ? HOURS * metrics : 0;
    const rest = numbers.length - 3 * features - hours === HOURS ? HOURS : 0;
    const lengths = [features, features, features, hours, rest];
    const [mean = NONE, sd = NONE, centre = NONE, profile = NONE, unrest = NONE] = split(numbers, lengths);
    expectSpread(sd);
    if (!unrest.every((factor) => factor >= 1)) throw new RangeError("an hour's unrest is below 1");
    return { mean, sd, centre, ...(hours > 0 ? { profile } : {}), ...(rest > 0 ? { unrest } : {}) };
  });
  const whitening = readBytes(stored, "whitening", (value) => triangleOfSingles(value, parts.mean.length));
  return createFused({ metrics, ...parts, whitening, interval });
}

const NONE = new Float64Array(0);

function doubles(...arrays: readonly Float64Array[]) {
  return bytes(Buffer.concat(arrays.map(bytesOfFloats)));
}

function triangular(size: number): number {
  return (size * (size + 1)) / 2;
}

function rowsOf({ mean, whitening }: Gaussian): Float64Array {
  return whitening ? packedFromQuads(whitening, mean.length) : NONE;
}

function singlesOf(triangle: Triangle, size: number): Uint8Array {
  const packed = new Float64Array(triangular(size));
  for (let i = 0, k = 0; i < size; i++) for (let j = 0; j <= i; j++, k++) packed[k] = elementOf(triangle, i, j);
  return bytesOfSingles(packed);
}

function triangleOfSingles(value: Uint8Array, size: number): Triangle {
  const [packed = NONE] = split(singlesOfBytes(value), [triangular(size)]);
  expectDiagonal(packed, size);
  return packTriangle(packed, size);
}

function readNumbers<T>(stored: Stored, parse: (numbers: Float64Array) => T): T {
  return readBytes(stored, "model", (value) => parse(floatsOfBytes(value)));
}

/** Consecutive parts of those lengths; they must be finite and all there is. */
function split(numbers: Float64Array, lengths: readonly number[]): Float64Array[] {
  const expected = lengths.reduce((sum, length) => sum + length, 0);
  if (numbers.length !== expected) throw new RangeError(`expected ${expected} numbers, found ${numbers.length}`);
  if (!areFinite(numbers)) throw new RangeError("a number is not finite");
  let end = 0;
  return lengths.map((length) => {
    end += length;
    return numbers.slice(end - length, end);
  });
}

/** A loop: `every` with a function costs more than all else about reading a baseline. */
function areFinite(numbers: Float64Array): boolean {
  for (let i = 0; i < numbers.length; i++) if (!Number.isFinite(numbers[i])) return false;
  return true;
}

function expectSpread(sd: Float64Array): void {
  if (!sd.every((s) => s > 0)) throw new RangeError("a standard deviation is not positive");
}

function expectDiagonal(packed: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    if (!((packed[(i * (i + 3)) / 2] ?? 0) > 0)) throw new RangeError("the diagonal of the triangle is not positive");
  }
}
