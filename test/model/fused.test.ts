import fc from "fast-check";
import { fitFused } from "../../lib/model/fit-fused.ts";
import {
  type Fused,
  type FusedMemory,
  newMemory,
  rawAlone,
  type Sequence,
  scoreFused,
  softClip,
} from "../../lib/model/fused.ts";
import { quantile } from "../../lib/model/quantile.ts";
import { seededRandom } from "../../lib/model/random.ts";
import { THINNED, type Tracking } from "../../lib/model/tracker.ts";
import { AS_PUBLISHED, EXACT } from "./published.ts";

const MINUTE = 60_000;
const STATIC: Tracking = { every: Number.POSITIVE_INFINITY };

/** Two days of two metrics, half an hour apart, with one wild value. */
const INTERVAL = 30 * MINUTE;
const WAVES = Float64Array.from({ length: 2 * 96 }, (_, k) => {
  const i = k >> 1;
  if (k === 100) return 60;
  return k % 2 === 0 ? 10 + 3 * Math.sin(i) : 5 + Math.cos(0.7 * i) + 0.5 * Math.sin(i);
});
const timesOf = (n: number, interval: number, from = 0) =>
  Float64Array.from({ length: n }, (_, i) => (from + i) * interval);

/**
 * python3: i = np.arange(96); X = np.c_[10 + 3 * np.sin(i), 5 + np.cos(.7 * i) + .5 * np.sin(i)]; X[50, 0] = 60; hourly means
 * of X, U interpolated between the hours' middles; F = np.c_[X, np.vstack([np.zeros(2), np.diff(X, axis=0)]), X - U]; z, its soft
 * clip at 5, mean m and covariance C of that; S = .9 C + .1 diag(C) + .01 I; Q_d = sum z² / 6, Q_f = (z - m)ᵀ S⁻¹ (z - m) / 6;
 * (sqrt Q_d + sqrt Q_f)², three averages, h = max(s, min(h, s / .7)); with u for z where level and width are tracked.
 */
describe("by numpy", () => {
  const model = fitFused({ metrics: 2, values: WAVES, times: timesOf(96, INTERVAL) }, AS_PUBLISHED);
  const closeTo = (found: ArrayLike<number>, expected: readonly number[], digits: number) => {
    expect(found).toHaveLength(expected.length);
    for (const [j, value] of expected.entries()) expect(found[j]).toBeCloseTo(value, digits);
  };

  test("the fit", () => {
    closeTo(model.mean, [10.54742591779797, 4.996600427108242, 0.021351928585503777, -0.015863677257370618, 0, 0], 12);
    const sd = [
      5.495045972001082, 0.8150772325061019, 7.555770170409309, 0.6040975294699625, 5.273421438890642,
      0.7538844003677684,
    ];
    closeTo(model.sd, sd, 12);
    closeTo(model.centre, [-0.01105038550950511, 0, -0.0016659216487685511, 0, -0.00771712080453692, 0], 12);
    closeTo(model.profile!.subarray(0, 2), [9.339597753043568, 4.945499693153332], 12);
    closeTo(model.profile!.subarray(26, 28), [10.25950486225482, 5.347075543512041], 12);
    expect(model.interval).toBe(INTERVAL);
  });

  test.each([
    [
      "untracked",
      STATIC,
      [0, 1, 49, 50, 51, 60, 95],
      [
        1.9297762876532243, 2.129192257404838, 2.6477232243236046, 20.097221712490178, 20.90943590396989,
        5.305264809552697, 2.9428249581136092,
      ],
    ],
    [
      "tracked by every sample",
      EXACT,
      [0, 1, 50, 95],
      [1.9297762876532243, 2.090089339305544, 20.37696170647549, 2.9752143412224545],
    ],
  ])("scores, %s", (_, tracking, rows, expected) => {
    const memory = { ...newMemory(model), trackedAt: -INTERVAL };
    const scored = scoreFused(model, memory, { values: WAVES, times: timesOf(96, INTERVAL) }, tracking);
    for (const [k, row] of rows.entries()) expect(scored.scores[row]! / expected[k]!).toBeCloseTo(1, 6);
    if (tracking === STATIC) return;
    closeTo(
      scored.memory.level,
      [
        -0.0720468581319745, -0.04034575737680642, -0.00034490157201297333, -0.0020273594095780237,
        -0.021829353841130335, -0.05731580122835731,
      ],
      12,
    );
    closeTo(
      scored.memory.width,
      [
        0.2770627042525715, 1.0474841379270836, 0.27359677788832387, 1.0624353035446334, 0.30572800990166343,
        1.120918163249773,
      ],
      12,
    );
  });
});

// By hand: 5 (1 + ln 2) = 8.4657359.
test.each([
  [5, 5],
  [-5, -5],
  [10, 8.46573590279973],
  [-10, -8.46573590279973],
  [0, 0],
])("%d is clipped softly to %d", (z, expected) => {
  expect(softClip(z)).toBeCloseTo(expected, 12);
});

/** Twelve metrics by the minute; three causes are behind them. */
function correlated(rows: number, seed: number): Float64Array {
  const uint32 = seededRandom(seed);
  const random = () => uint32() / 2 ** 32;
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const values = new Float64Array(12 * rows);
  for (let i = 0; i < rows; i++) {
    const causes = [normal(), normal(), normal()];
    for (let j = 0; j < 12; j++) values[12 * i + j] = 3 * causes[j % 3]! + normal() + 100 * j;
  }
  return values;
}

function rawScores(model: Fused, values: Float64Array): Float64Array {
  const rows = values.length / model.metrics;
  return Float64Array.from({ length: rows - 1 }, (_, i) => {
    const row = (k: number) => values.subarray(k * model.metrics, (k + 1) * model.metrics);
    const sample = { values: row(i + 1), time: (i + 1) * MINUTE };
    return rawAlone(model, newMemory(model), sample, { values: row(i), time: i * MINUTE });
  });
}

describe("missing metrics", () => {
  const model = fitFused({ metrics: 12, values: correlated(1_400, 1), times: timesOf(1_400, MINUTE) });

  test.each([1, 2, 4])("%i of 12: as many false alarms as with all, within a factor of two", (missing) => {
    const values = correlated(6_000, 2);
    const epsilon = quantile(rawScores(model, values), 0.99);
    const partial = values.map((x, k) => (k % 12 < missing ? Number.NaN : x));
    const rate = rawScores(model, partial).filter((score) => score > epsilon).length / 5_999;
    expect(rate).toBeGreaterThan(0.005);
    expect(rate).toBeLessThan(0.02);
  });

  test("all of them: the score stays, and the memory but for nothing", () => {
    const values = correlated(20, 3);
    const gone = values.slice().fill(Number.NaN, 12 * 10, 12 * 15);
    const { scores, memory } = scoreFused(
      model,
      newMemory(model),
      { values: gone, times: timesOf(20, MINUTE) },
      THINNED,
    );
    const before = scoreFused(
      model,
      newMemory(model),
      { values: gone.subarray(0, 120), times: timesOf(10, MINUTE) },
      THINNED,
    );
    expect([...scores.subarray(10, 15)]).toEqual(Array(5).fill(before.memory.held));
    expect([...memory.level, ...memory.width, ...memory.averages].every(Number.isFinite)).toBe(true);
  });
});

describe("a fit survives", () => {
  const times = timesOf(200, MINUTE);
  const noise = seededRandom(5);
  const columns: Record<string, (i: number) => number> = {
    noise: () => noise() / 2 ** 32,
    wave: (i) => Math.sin(i),
    "nearly the same wave": (i) => 2 * Math.sin(i) + 1e-9 * i,
    constant: () => 7,
    zero: () => 0,
    "often missing": (i) => (i % 3 === 0 ? Number.NaN : i % 5),
  };
  const rowOf = (i: number) => Object.values(columns).map((column) => column(i));
  const values = Float64Array.from(Array.from(times, (_, i) => rowOf(i)).flat());
  const model = fitFused({ metrics: 6, values, times });

  test("constant, collinear and often missing metrics", () => {
    const { scores } = scoreFused(model, newMemory(model), { values, times }, THINNED);
    expect(scores.every((score) => Number.isFinite(score) && score >= 0)).toBe(true);
    expect(quantile(scores, 0.5)).toBeLessThan(8);
  });

  test("floors: a hundredth of the range or the median, and a hundredth where all is zero", () => {
    // value and change of the constant, of zero.
    expect([model.sd[3], model.sd[9], model.sd[4], model.sd[10]]).toEqual([0.07, 0.01, 0.01, 0.01]);
  });

  test("no rows and metrics without a value are refused", () => {
    const never = values.map((x, k) => (k % 6 === 2 ? Number.NaN : x));
    expect(() => fitFused({ metrics: 6, values: never, times })).toThrow("feature 2 has no value in any row");
  });
});

test("with few rows for the features, correlations are shrunk by p / (n + p)", () => {
  // Two metrics alike, so that their changes are alike too: a correlation of 1 is left at n / (n + p) of itself.
  const values = Float64Array.from({ length: 2 * 12 }, (_, k) => Math.sin(k >> 1));
  const model = fitFused({ metrics: 2, values, times: timesOf(12, MINUTE) });
  const found = inverseOf(model);
  // S_01 = (1 - 4 / 16) C_01, with the diagonal C_00 + .01: of two equal columns C_01 = C_00.
  expect(found[0]![1]! / (found[0]![0]! - 0.01)).toBeCloseTo(12 / 16, 5);
});

/** S = (Wᵀ W)⁻¹, by Gauss–Jordan. */
function inverseOf(model: Fused): number[][] {
  const p = model.mean.length;
  const w = (i: number, j: number) => (j > i ? 0 : model.whitening[(i * (i + 1)) / 2 + j]!);
  const rows = Array.from({ length: p }, (_, i) =>
    Array.from({ length: 2 * p }, (_, j) => {
      if (j >= p) return j - p === i ? 1 : 0;
      let sum = 0;
      for (let k = 0; k < p; k++) sum += w(k, i) * w(k, j);
      return sum;
    }),
  );
  for (let i = 0; i < p; i++) {
    const pivot = rows[i]![i]!;
    rows[i] = rows[i]!.map((x) => x / pivot);
    for (let k = 0; k < p; k++) if (k !== i) rows[k] = rows[k]!.map((x, j) => x - rows[k]![i]! * rows[i]![j]!);
  }
  return rows.map((row) => row.slice(p));
}

describe("memory", () => {
  const model = fitFused({ metrics: 2, values: WAVES, times: timesOf(96, INTERVAL) });
  const anyValue = fc.oneof(
    { weight: 6, arbitrary: fc.double({ min: -50, max: 80, noNaN: true }) },
    fc.constant(Number.NaN),
  );
  const anySequence = fc
    .array(fc.record({ row: fc.tuple(anyValue, anyValue), gap: fc.integer({ min: 1, max: 4 * INTERVAL }) }), {
      minLength: 1,
      maxLength: 30,
    })
    .map((samples): Sequence => {
      let time = 1_795_356_000_000;
      const times = samples.map(({ gap }) => (time += gap));
      return { values: Float64Array.from(samples.flatMap(({ row }) => row)), times };
    });
  const anyTracking = fc.constantFrom(EXACT, THINNED, STATIC);

  test("however a sequence is cut, scores and memory are the same, bit for bit", () => {
    fc.assert(
      fc.property(
        anySequence,
        anyTracking,
        fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }),
        (sequence, tracking, cuts) => {
          const whole = scoreFused(model, newMemory(model), sequence, tracking);
          const times = Array.from(sequence.times);
          const ends = times.map((_, i) => i + 1).filter((end) => end === times.length || cuts[end]);
          const scores: number[] = [];
          let memory: FusedMemory = newMemory(model);
          let from = 0;
          for (const end of ends) {
            const before = { values: sequence.values.slice(2 * from - 2, 2 * from), time: times[from - 1]! };
            const piece = { values: sequence.values.slice(2 * from, 2 * end), times: times.slice(from, end) };
            const scored = scoreFused(model, memory, from > 0 ? { ...piece, before } : piece, tracking);
            scores.push(...scored.scores);
            memory = scored.memory;
            from = end;
          }
          expect(scores).toEqual([...whole.scores]);
          expect(memory).toEqual(whole.memory);
        },
      ),
    );
  });

  test("the memory given, and the samples, stay as they were", () => {
    fc.assert(
      fc.property(anySequence, anySequence, anyTracking, (first, second, tracking) => {
        const { memory } = scoreFused(model, newMemory(model), first, tracking);
        const copy = structuredClone({ memory, second });
        scoreFused(model, memory, second, tracking);
        expect({ memory, second }).toEqual(copy);
      }),
    );
  });

  test("what the thinned tracker leaves is on its steps and within its bounds", () => {
    fc.assert(
      fc.property(anySequence, (sequence) => {
        const { level, width } = scoreFused(model, newMemory(model), sequence, THINNED).memory;
        for (const x of [...level, ...width]) expect(Number.isInteger(x * 4096)).toBe(true);
        expect(level.every((x) => Math.abs(x) <= 3)).toBe(true);
        expect(width.every((x) => x >= 0 && x <= 9)).toBe(true);
      }),
    );
  });

  test("after a gap the change is missing, and averages have decayed by the time that went by", () => {
    const sequence = (gap: number): Sequence => ({ values: Float64Array.of(10, 5, 16, 5), times: [0, gap * INTERVAL] });
    const averages = (gap: number) => scoreFused(model, newMemory(model), sequence(gap), STATIC).memory.averages;
    const alone = rawAlone(model, newMemory(model), { values: Float64Array.of(16, 5), time: 3 * INTERVAL }, BEFORE_ALL);
    const start = { values: Float64Array.of(10, 5), times: [0] };
    const first = scoreFused(model, newMemory(model), start, STATIC).scores[0]!;
    // a' = a + (1 - .5^(3 / h)) (x - a) for the half-lives 1, 5 and 20, from a = the first raw score.
    for (const [k, halfLife] of [1, 5, 20].entries()) {
      expect(averages(3)[k]).toBeCloseTo(alone + 0.5 ** (3 / halfLife) * (first - alone), 9);
    }
    // Two intervals are no gap.
    const change = { values: Float64Array.of(10, 5), time: 0 };
    const told = rawAlone(model, newMemory(model), { values: Float64Array.of(16, 5), time: 2 * INTERVAL }, change);
    const untold = rawAlone(
      model,
      newMemory(model),
      { values: Float64Array.of(16, 5), time: 2 * INTERVAL + 1 },
      change,
    );
    expect(Math.abs(told - untold)).toBeGreaterThan(0.01);
  });
});

const BEFORE_ALL = { values: new Float64Array(2), time: Number.NEGATIVE_INFINITY };

test("the profile joins once every hour has been seen", () => {
  const rows = (n: number) => ({ metrics: 2, values: WAVES.subarray(0, 2 * n), times: timesOf(n, INTERVAL) });
  expect(fitFused(rows(46)).profile).toBeUndefined();
  expect(fitFused(rows(47)).profile).toHaveLength(48);
  expect([46, 47].map((n) => fitFused(rows(n)).mean.length)).toEqual([4, 6]);
});
