import fc from "fast-check";
import {
  alertGap,
  NAB_PROFILES,
  type NabDetections,
  type NabProfile,
  type NabSeries,
  nabScore,
  probationOf,
} from "../../lib/evaluate/nab.ts";

const EQUAL: NabProfile = { tpWeight: 1, fpWeight: 1, fnWeight: 1 };

function series(rows: number, scores: Readonly<Record<number, number>>, ...windows: [number, number][]): NabSeries {
  const all = new Float64Array(rows);
  for (const [row, score] of Object.entries(scores)) all[Number(row)] = score;
  return { scores: all, windows: windows.map(([first, last]) => ({ first, last })), alertGap: 3 };
}

/** 100 (s − null) / (perfect − null) of a raw score s and w windows, with weights of 1. */
const normalised = (raw: number, windows: number) => (100 * (raw + windows)) / (2 * windows);

// floor(.15 · rows), at most .15 · 5000: NAB, tests/integration/sweeper_test.py.
test.each([
  [100, 15],
  [4032, 604],
  [5000, 750],
  [22_695, 750],
])("the probation of %d rows is %d", (rows, probation) => expect(probationOf(rows)).toBe(probation));

// NAB, tests/integration/scorer_test.py, testScoringAllMetrics: of two windows of 5 rows the first two rows of one are
// detected, and a row three behind it: −.9540 = 1 − 1 − .9540. By hand: 2/(1 + exp(5·3/4)) − 1.
test("NAB's own example gets NAB's score", () => {
  const { score, threshold } = nabScore([series(100, { 40: 1, 41: 1, 47: 1 }, [40, 44], [70, 74])], EQUAL, "all");
  expect(score).toBeCloseTo(normalised(-0.954045260179949, 2), 10);
  expect(threshold).toBe(1);
});

test("every profile gives a silent detector 0 and a perfect one 100", () => {
  for (const profile of Object.values(NAB_PROFILES)) {
    const windows: [number, number][] = [
      [20, 29],
      [60, 69],
    ];
    expect(nabScore([series(100, {}, ...windows)], profile, "all")).toEqual({
      score: 0,
      threshold: Number.POSITIVE_INFINITY,
      shipped: 0,
    });
    expect(nabScore([series(100, { 20: 2, 60: 1.5 }, ...windows)], profile, "all")).toEqual({
      score: 100,
      threshold: 1.5,
      shipped: 100,
    });
  }
});

// python3 -c "from math import exp; s = lambda x: 2/(1 + exp(5*x)) - 1; print(s(-.1)/s(-1), s(-.2)/s(-1))"
test("a late detection earns less, by its distance from the right end of the window", () => {
  const { score } = nabScore([series(100, { 49: 1 }, [40, 49])], EQUAL, "all");
  expect(score).toBeCloseTo(normalised(0.24824154977542992, 1), 10);
  const { score: fifth } = nabScore([series(100, { 44: 1 }, [40, 44])], EQUAL, "all");
  expect(fifth).toBeCloseTo(normalised(0.46838684390227814, 1), 10);
});

test("a false detection costs its weight before any window and long after one", () => {
  // .11 each, before the window at 20 and three widths behind it; the window itself is found at once.
  const windows: [number, number] = [50, 54];
  const { score } = nabScore([series(100, { 20: 1, 50: 1, 66: 1 }, windows)], NAB_PROFILES.standard, "all");
  expect(score).toBeCloseTo(normalised(1 - 0.22, 1), 10);
});

test("a detection in the probation does not count", () => {
  expect(nabScore([series(100, { 3: 9, 14: 9, 50: 2 }, [50, 54])], EQUAL, "all")).toMatchObject({
    score: 100,
    shipped: 100,
  });
});

test("one threshold serves the whole corpus", () => {
  // At 5 the first window is found; at 1 both, at the cost of two false detections at 3.
  const corpus = [series(100, { 40: 5, 20: 3, 25: 3 }, [40, 44]), series(100, { 40: 1 }, [40, 44])];
  expect(nabScore(corpus, EQUAL, "all")).toMatchObject({ score: 50, threshold: 5 });
  expect(nabScore(corpus, NAB_PROFILES.standard, "all").score).toBeCloseTo(normalised(2 - 0.22, 2), 10);
});

test("as shipped, epsilon is the threshold, even if another one scored better", () => {
  // Above 1 both windows are found, the first in its last row; a row before them costs as much as a whole window earns.
  const one = series(100, { 20: 1.1, 44: 3, 70: 1.2, 90: 1 }, [40, 44], [70, 74]);
  const { score, shipped } = nabScore([one], EQUAL, "all");
  expect(shipped).toBeCloseTo(normalised(0.46838684390227814 + 1 - 1, 2), 10);
  expect(score).toBeCloseTo(normalised(0.46838684390227814 + 1, 2), 10);
});

test.each([
  ["1 minute", 60_000, 10],
  ["5 minutes", 300_000, 3],
  ["an hour", 3_600_000, 1],
])(
  "detections form one alert across gaps of up to the number of rows for an interval: at %s",
  (_, intervalMs, rows) => {
    expect(alertGap(intervalMs)).toBe(rows);
  },
);

test("without repeats an alert counts once, at its start", () => {
  // 20–22 is one alert (a gap of 2 is within 3), false and once; the one from 48 on is false, and the window is missed.
  const one = series(100, { 20: 1, 22: 1, 48: 1, 50: 1, 51: 1 }, [50, 54]);
  const { fpWeight } = NAB_PROFILES.standard;
  const missed = nabScore([one], NAB_PROFILES.standard, "first");
  expect(missed).toMatchObject({ score: 0, threshold: Number.POSITIVE_INFINITY });
  const found = nabScore(
    [series(100, { 20: 1, 22: 1, 23: 1, 50: 1, 51: 1 }, [50, 54])],
    NAB_PROFILES.standard,
    "first",
  );
  expect(found.score).toBeCloseTo(normalised(1 - fpWeight, 1), 10);
});

describe("against the definition", () => {
  /** Every threshold tried from scratch. */
  function naive(corpus: readonly NabSeries[], profile: NabProfile, detections: NabDetections): number {
    const thresholds = [Number.POSITIVE_INFINITY, ...corpus.flatMap(({ scores }) => [...scores])];
    const at = (threshold: number) =>
      corpus.reduce((sum, one) => sum + rawScore(one, profile, detections, threshold), 0);
    const windows = corpus.reduce((sum, one) => sum + one.windows.length, 0);
    const silent = -profile.fnWeight * windows;
    return (100 * (Math.max(...thresholds.map(at)) - silent)) / (profile.tpWeight * windows - silent);
  }

  function rawScore(one: NabSeries, profile: NabProfile, detections: NabDetections, threshold: number): number {
    const { scores, windows, alertGap } = one;
    const s = (x: number) => (x >= 3 ? -1 : 2 / (1 + Math.exp(5 * x)) - 1);
    const above = [...scores.keys()].filter((row) => row >= probationOf(scores.length) && scores[row]! >= threshold);
    const detected = detections === "all" ? above : above.filter((row, i) => i === 0 || row - above[i - 1]! > alertGap);
    let sum = 0;
    for (const { first, last } of windows) {
      const row = detected.find((one) => one >= first && one <= last);
      sum +=
        row === undefined ? -profile.fnWeight : (profile.tpWeight * s(-(last - row + 1) / (last - first + 1))) / s(-1);
    }
    for (const row of detected) {
      if (windows.some(({ first, last }) => row >= first && row <= last)) continue;
      const before = windows.findLast(({ last }) => last < row);
      sum += profile.fpWeight * (before ? s((row - before.last) / (before.last - before.first)) : -1);
    }
    return sum;
  }

  const one = fc
    .tuple(
      fc.array(fc.nat(6), { minLength: 60, maxLength: 60 }),
      fc.integer({ min: 10, max: 25 }),
      fc.integer({ min: 2, max: 8 }),
      fc.integer({ min: 1, max: 4 }),
    )
    .map(
      ([scores, first, width, alertGap]): NabSeries => ({
        scores: Float64Array.from(scores),
        windows: [
          { first, last: first + width - 1 },
          { first: first + 20, last: first + 20 + width },
        ],
        alertGap,
      }),
    );

  test.each(["all", "first"] as const)("counting %s", (detections) => {
    fc.assert(
      fc.property(
        fc.array(one, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(...Object.values(NAB_PROFILES)),
        (corpus, profile) => {
          expect(nabScore(corpus, profile, detections).score).toBeCloseTo(naive(corpus, profile, detections), 8);
        },
      ),
    );
  });
});
