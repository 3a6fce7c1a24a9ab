import { type Bands, grainOf } from "../model/bands.ts";
import { calendarOf, KINDS_OF_DAY, SLOTS, WEEKDAYS } from "../model/calendar.ts";
import { DETECTORS, type IsolationForest, type Single, type Unsigned, type ZScore } from "../model/detector.ts";
import { HORIZONS } from "../model/drift.ts";
import { bytesOfForest, forestOfBytes } from "../model/forest-bytes.ts";
import { COVARIANCES, diagonalGaussian, type Gaussian, whitenedGaussian } from "../model/gaussian.ts";
import type { Reconstruction } from "../model/reconstruction.ts";
import type { Signals } from "../model/signals.ts";
import type { Winsorised } from "../model/winsorise.ts";
import type { Young } from "../model/young-level.ts";
import {
  bytes,
  has,
  malformed,
  number,
  readBytes,
  readNumber,
  readOneOf,
  readText,
  type Stored,
  text,
} from "./attributes.ts";
import { bandsOfBytes, bytesOfBands } from "./bands-bytes.ts";
import { bytesOfFloats, floatsOfBytes } from "./floats.ts";
import type { Item } from "./item-table.ts";
import { bytesOfJoint, jointOfBytes } from "./joint-bytes.ts";
import { bytesOfWindows, windowsOfBytes } from "./window-bytes.ts";

/**
 * A detector's model as attributes of its baseline's item. `model` holds doubles; the other attributes belong to one
 * detector:
 *
 * | detector | model | beside it |
 * |---|---|---|
 * | gaussian | mean, sd, rows of the triangle W where the covariance is full | covariance |
 * | zscore | mean, sd | |
 * | iforest | mean, sd | forest (forest-bytes.ts) |
 * | reconstruction | mean, sd | interval, windows (window-bytes.ts) |
 * | all four | | signals: interval, samples after which each metric is stuck, and gone |
 * | all four | | winsorised: share, lower and upper bound of each metric; absent where no value was moved |
 * | bands | thresholds and traits of each metric, host's tails | zone, interval, days, off, bands (bands-bytes.ts), |
 * | | | joint (joint-bytes.ts) from the fourth day, unseen |
 *
 * Storing rounds nothing that the fit has not rounded, so a model scores the same after reading.
 */
export function attributesOfSingle(model: Single): Item {
  const detector = text(model.detector);
  if (model.detector === "bands") return { detector, ...attributesOfBands(model) };
  return { detector, ...attributesOfUnsigned(model), ...attributesOfBounds(model), ...attributesOfSignals(model) };
}

function attributesOfUnsigned(model: Unsigned): Item {
  switch (model.detector) {
    case "gaussian":
      return { covariance: text(model.covariance), model: doubles(model.mean, model.sd, model.whitening ?? NONE) };
    case "zscore":
      return { model: doubles(model.mean, model.sd) };
    case "iforest":
      return { model: doubles(model.mean, model.sd), forest: bytes(bytesOfForest(model.forest)) };
    case "reconstruction":
      return {
        model: doubles(model.mean, model.sd),
        interval: number(model.interval),
        windows: bytes(bytesOfWindows(model)),
      };
  }
}

function attributesOfSignals({ signals }: Unsigned): Item {
  if (!signals) return {};
  const { interval, stuckAfter, goneAfter } = signals;
  return { signals: doubles(Float64Array.of(interval), stuckAfter, goneAfter) };
}

/** The model of this number of metrics; throws when its numbers make no sense. */
export function readSingle(stored: Stored, metrics: number): Single {
  const detector = readOneOf(stored, "detector", DETECTORS);
  if (detector === "bands") return readBands(stored, metrics);
  const model = readUnsigned(stored, detector, metrics);
  return { ...model, ...readBounds(stored, metrics), ...readSignals(stored, metrics) };
}

function readUnsigned(stored: Stored, detector: Unsigned["detector"], metrics: number): Unsigned {
  switch (detector) {
    case "gaussian":
      return readGaussian(stored, metrics);
    case "zscore":
      return readZScore(stored, metrics);
    case "iforest":
      return readIsolationForest(stored, metrics);
    case "reconstruction":
      return readReconstruction(stored, metrics);
  }
}

function attributesOfBounds({ winsorised }: Unsigned): Item {
  if (!winsorised) return {};
  const { share, low, high } = winsorised;
  return { winsorised: doubles(Float64Array.of(share), low, high) };
}

function readBounds(stored: Stored, features: number): { readonly winsorised?: Winsorised } {
  if (!has(stored, "winsorised")) return {};
  return readBytes(stored, "winsorised", (value) => {
    const [[share = 0] = NONE, low = NONE, high = NONE] = split(floatsOfBytes(value), [1, features, features]);
    return { winsorised: { share, low, high } };
  });
}

/** A model from before signals were learnt has none. */
function readSignals(stored: Stored, metrics: number): { readonly signals?: Signals } {
  if (!has(stored, "signals")) return {};
  return readBytes(stored, "signals", (value) => {
    const [about = NONE, stuckAfter = NONE, goneAfter = NONE] = split(floatsOfBytes(value), [1, metrics, metrics]);
    const [interval = Number.NaN] = about;
    if (!(interval > 0)) throw new RangeError(`an interval of ${interval}`);
    return { signals: { interval, stuckAfter, goneAfter } };
  });
}

function readGaussian(stored: Stored, features: number): Gaussian {
  const covariance = readOneOf(stored, "covariance", COVARIANCES);
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
  if (forest.features !== features) throw malformed("forest", `${forest.features} features for ${features}`);
  return { detector: "iforest", forest, ...readSpread(stored, features) };
}

function readSpread(stored: Stored, features: number): { mean: Float64Array; sd: Float64Array } {
  return readNumbers(stored, (numbers) => {
    const [mean = NONE, sd = NONE] = split(numbers, [features, features]);
    expectSpread(sd);
    return { mean, sd };
  });
}

function readReconstruction(stored: Stored, metrics: number): Reconstruction {
  const windows = readBytes(stored, "windows", (value) => windowsOfBytes(value, metrics));
  return { detector: "reconstruction", interval: readInterval(stored), ...readSpread(stored, metrics), ...windows };
}

function readInterval(stored: Stored): number {
  const interval = readNumber(stored, "interval");
  if (!(interval > 0)) throw malformed("interval", `${interval} is not positive`);
  return interval;
}

function attributesOfBands(model: Bands): Item {
  const { counter, floor, up, down, upShort, downShort, reach, stuckAfter, goneAfter, daysLeft, typical } = model;
  const { low, middle, high } = typical;
  const thresholds = [floor, up, down, upShort, downShort, reach, stuckAfter, daysLeft, low, middle, high];
  const columns = [...thresholds, Float64Array.from(counter), goneAfter, model.driftUp, model.driftDown];
  return {
    zone: text(model.zone),
    interval: number(model.interval),
    days: number(model.days),
    model: doubles(...columns, Float64Array.of(model.tail, model.driftTail)),
    bands: bytes(bytesOfBands(model, grainOf(floor))),
    ...(model.joint ? { joint: bytes(bytesOfJoint(model.joint)) } : {}),
    ...(model.absence ? { off: bytes(model.absence) } : {}),
    ...(model.jointDriftTail === undefined ? {} : { jointDriftTail: number(model.jointDriftTail) }),
    ...(model.unseen ? { unseen: text(model.unseen) } : {}),
    ...(model.young ? { young: doubles(model.young.level, model.young.deviation, model.young.seen) } : {}),
  };
}

function readBands(stored: Stored, metrics: number): Bands {
  const interval = readInterval(stored);
  const columns = readNumbers(stored, (numbers) => {
    const drifts = HORIZONS * metrics;
    const lengths = [...Array<number>(BAND_COLUMNS).fill(metrics), drifts, drifts, 2];
    const [floor = NONE, up = NONE, down = NONE, upShort = NONE, downShort = NONE, reach = NONE, ...rest] = split(
      numbers,
      lengths,
    );
    const [stuckAfter = NONE, daysLeft = NONE, low = NONE, middle = NONE, high = NONE, ...more] = rest;
    const [counter = NONE, goneAfter = NONE, driftUp = NONE, driftDown = NONE, tails = NONE] = more;
    for (const positive of [floor, up, down, upShort, downShort, reach, driftUp, driftDown, tails]) {
      if (!positive.every((x) => x > 0)) throw new RangeError("a threshold is not positive");
    }
    const [tail = 1, driftTail = 1] = tails;
    const typical = { low, middle, high };
    const thresholds = { floor, up, down, upShort, downShort, reach, driftUp, driftDown, tail, driftTail };
    return { ...thresholds, counter: Uint8Array.from(counter), stuckAfter, goneAfter, daysLeft, typical };
  });
  const tables = readBytes(stored, "bands", (value) => bandsOfBytes(value, grainOf(columns.floor)));
  const days = readNumber(stored, "days");
  const joint = has(stored, "joint")
    ? { joint: readBytes(stored, "joint", (value) => jointOfBytes(value, metrics)) }
    : {};
  const young = has(stored, "young") ? { young: readYoung(stored, metrics) } : {};
  const absence = has(stored, "off") ? { absence: readBytes(stored, "off", absenceOfBytes) } : {};
  const unseen = has(stored, "unseen") ? { unseen: readOneOf(stored, "unseen", KINDS_OF_DAY) } : {};
  const jointDrift = has(stored, "jointDriftTail") ? { jointDriftTail: readNumber(stored, "jointDriftTail") } : {};
  const about = { detector: "bands" as const, metrics, interval, zone: readZone(stored), days };
  return { ...about, ...columns, ...tables, ...absence, ...unseen, ...jointDrift, ...joint, ...young };
}

function absenceOfBytes(value: Uint8Array): Uint8Array {
  if (value.length !== WEEKDAYS * SLOTS) throw new RangeError(`${value.length} bytes for ${WEEKDAYS * SLOTS} quarters`);
  return Uint8Array.from(value);
}

function readZone(stored: Stored): string {
  const zone = readText(stored, "zone");
  try {
    calendarOf(zone);
    return zone;
  } catch (error) {
    throw malformed("zone", `"${zone}" is no time zone that this Node knows`, error);
  }
}

function readYoung(stored: Stored, metrics: number): Young {
  return readBytes(stored, "young", (value) => {
    const lengths = [metrics, metrics, metrics];
    const [level = NONE, deviation = NONE, seen = NONE] = split(floatsOfBytes(value), lengths);
    return { level, deviation, seen };
  });
}

/** Arrays with one number per metric. */
const BAND_COLUMNS = 13;

const NONE = new Float64Array(0);

function doubles(...arrays: readonly Float64Array[]) {
  return bytes(Buffer.concat(arrays.map(bytesOfFloats)));
}

function triangular(size: number): number {
  return (size * (size + 1)) / 2;
}

function readNumbers<T>(stored: Stored, parse: (numbers: Float64Array) => T): T {
  return readBytes(stored, "model", (value) => parse(floatsOfBytes(value)));
}

/** Consecutive parts of these lengths, which must add up to all numbers; throws when one is not finite. */
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

/** A loop, because `every` with a function costs more than the rest of reading a baseline. */
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
