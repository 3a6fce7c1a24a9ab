import fc from "fast-check";
import { type Bands, grainOf, type WeekdayBands } from "../../lib/model/bands.ts";
import { KINDS_OF_DAY, SLOTS } from "../../lib/model/calendar.ts";
import type { DayBands } from "../../lib/model/day-bands.ts";
import type { IsolationForest, Model, ZScore } from "../../lib/model/detector.ts";
import { HORIZONS } from "../../lib/model/drift.ts";
import { fitForest } from "../../lib/model/forest-fit.ts";
import { diagonalGaussian, type Gaussian, whitenedGaussian } from "../../lib/model/gaussian.ts";
import { seededRandom } from "../../lib/model/random.ts";
import type { Reconstruction } from "../../lib/model/reconstruction.ts";
import { array, count, finite, positive } from "./numbers.ts";

export function modelOf(features: number): fc.Arbitrary<Model> {
  const signals = fc.record({
    interval: positive,
    stuckAfter: array(count, features),
    goneAfter: array(count, features),
  });
  const unsigned = fc.oneof(gaussianOf(features), zScoreOf(features), forestOf(features), reconstructionOf(features));
  const withSignals = fc.tuple(unsigned, signals).map(([model, signals]) => ({ ...model, signals }));
  const bounds = fc.record({ share: positive, low: array(finite, features), high: array(finite, features) });
  const winsorised = fc.tuple(unsigned, bounds).map(([model, winsorised]) => ({ ...model, winsorised }));
  return fc.oneof(unsigned, withSignals, winsorised, bandsOf(features));
}

/** Bands whose tables are whole grains; a seed makes these, which have hundreds of numbers for each metric. */
function bandsOf(metrics: number): fc.Arbitrary<Bands> {
  const columns = (element: fc.Arbitrary<number>, each = 1) => array(element, each * metrics);
  const flags = fc.uint8Array({ minLength: metrics, maxLength: metrics, max: 1 });
  const about = {
    interval: positive,
    zone: fc.constantFrom("UTC", "Europe/Paris"),
    days: fc.nat(28),
    counter: flags,
    ...{ floor: columns(positive), reach: columns(positive) },
    ...{ up: columns(positive), down: columns(positive), upShort: columns(positive), downShort: columns(positive) },
    ...{ driftUp: columns(positive, HORIZONS), driftDown: columns(positive, HORIZONS) },
    ...{ tail: positive, driftTail: positive },
    ...{ stuckAfter: columns(count), goneAfter: columns(count), daysLeft: columns(positive) },
    typical: fc.record({ low: columns(finite), middle: columns(finite), high: columns(finite) }),
  };
  const absence = fc.uint8Array({ minLength: 7 * SLOTS, maxLength: 7 * SLOTS, max: 2 });
  const rest = fc.record({ absence, unseen: fc.constantFrom(...KINDS_OF_DAY) }, { requiredKeys: [] });
  const parts = fc.tuple(fc.record(about), rest);
  return fc.tuple(parts, fc.nat(), fc.boolean()).map(([[parts, rest], seed, hasWeekend]) => {
    const random = shareFrom(seed);
    const grain = grainOf(parts.floor);
    const workday = tablesOf(grain, random);
    const weekend = hasWeekend ? tablesOf(grain, random) : workday;
    const weekdays = Array.from({ length: 7 }, (_, day) => weekdayOf(day < 5 ? workday : weekend, grain, random));
    return { detector: "bands", metrics, ...parts, ...rest, workday, weekend, weekdays };
  });
}

/** Numbers in [0, 1). */
function shareFrom(seed: number): () => number {
  const words = seededRandom(seed);
  return () => words() / 2 ** 32;
}

const GRAINS_MAX = 100_000;

function grainsOf(random: () => number): number {
  return Math.round(GRAINS_MAX * (random() - 0.5)) + 0;
}

/** Some places are unknown. */
function tablesOf(grain: Float64Array, random: () => number): DayBands {
  const isKnown = Array.from({ length: SLOTS * grain.length }, () => random() < 0.9);
  const table = () =>
    Float64Array.from(isKnown, (known, i) => (known ? grainsOf(random) * grain[i % grain.length]! : Number.NaN));
  return { high: table(), low: table(), middle: table(), highest: table(), lowest: table() };
}

/** A few places of a weekday that has habits of its own. */
function weekdayOf({ high }: DayBands, grain: Float64Array, random: () => number): WeekdayBands {
  const places = Uint32Array.from([...high.keys()].filter((i) => !Number.isNaN(high[i]!) && random() < 0.05));
  const table = () => Float64Array.from(places, (place) => grainsOf(random) * grain[place % grain.length]!);
  return { places, high: table(), low: table(), highest: table(), lowest: table() };
}

function zScoreOf(features: number): fc.Arbitrary<ZScore> {
  return fc
    .tuple(array(finite, features), array(positive, features))
    .map(([mean, sd]) => ({ detector: "zscore", mean, sd, precision: sd.map((s) => 1 / s) }));
}

function forestOf(features: number): fc.Arbitrary<IsolationForest> {
  const rows = fc.integer({ min: 1, max: 20 }).chain((n) => array(finite, n * features));
  return fc
    .tuple(rows, array(finite, features), array(positive, features), fc.nat())
    .map(([training, mean, sd, seed]) => ({
      detector: "iforest",
      forest: fitForest(training, features, { seed, trees: 3 }),
      mean,
      sd,
    }));
}

function reconstructionOf(metrics: number): fc.Arbitrary<Reconstruction> {
  const columns = { mean: array(finite, metrics), sd: array(positive, metrics) };
  const singles = (seed: number, length: number) => {
    const random = shareFrom(seed);
    return Float32Array.from({ length }, () => random() + 0.5);
  };
  return fc
    .tuple(fc.record(columns), positive, fc.integer({ min: 2, max: 5 }), fc.nat())
    .map(([spread, interval, window, seed]) => ({
      ...{ detector: "reconstruction", interval, window, ...spread },
      ...{ centre: singles(seed, metrics), scale: singles(seed + 1, metrics) },
      ...{ level: singles(seed + 2, metrics), deviation: singles(seed + 3, metrics) },
      precision: singles(seed + 4, window * metrics ** 2),
    }));
}

function gaussianOf(features: number): fc.Arbitrary<Gaussian> {
  const mean = array(finite, features);
  const sd = array(positive, features);
  const packed = array(finite, (features * (features + 1)) / 2);
  const diagonal = array(positive, features);
  return fc.oneof(
    fc.tuple(mean, sd).map(([m, s]) => diagonalGaussian(m, s)),
    fc.tuple(mean, sd, packed, diagonal).map(([m, s, w, d]) => {
      for (let i = 0; i < features; i++) w[(i * (i + 3)) / 2] = d[i]!;
      return whitenedGaussian(m, s, w);
    }),
  );
}
