import fc from "fast-check";

import { fitBands } from "../../lib/model/fit-bands.ts";
import { fewOf, hostPeaks, oftenOf, peaksOf, reachOf } from "../../lib/model/tails.ts";
import { historyOf, MINUTE, ripple } from "./band-history.ts";
import { golden } from "./golden-days.ts";

const SETTINGS = { interval: MINUTE, matters: 5, ordinary: 2 };

/** The peaks of days of 1,000 samples a minute apart with these excesses, from a sample of a day on. */
function peaksWith(
  days: number,
  ...episodes: readonly (readonly [day: number, from: number, ...excesses: number[]])[]
) {
  const excesses = new Float64Array(days * 1_000);
  for (const [day, from, ...values] of episodes) excesses.set(values, day * 1_000 + from);
  const day = Int32Array.from(excesses, (_, i) => Math.floor(i / 1_000));
  return peaksOf(excesses, day, SETTINGS, () => {});
}

const times = (count: number, excess: number) => Array.from({ length: count }, () => excess);
const peaksFrom = (...values: readonly number[]) => new Map(values.map((value, day) => [day, value]));

test("an excess is rare up to three days of five, four of fourteen and six of twenty-eight", () => {
  expect([1, 4, 5, 13, 14, 21, 28].map(fewOf)).toEqual([2, 2, 3, 3, 4, 5, 6]);
});

test("an excess on two days of five, and on three at least, is usual", () => {
  expect([1, 4, 5, 8, 10, 14, 28].map(oftenOf)).toEqual([2, 2, 3, 4, 4, 6, 12]);
});

test("a day's peak is the value that three of five samples reached, and five of seven", () => {
  const { short, long } = peaksWith(3, [0, 10, 9, 7, 8], [1, 10, 9, 3, 0, 8, 7, 0, 4]);
  // Day 1: of 9, 3, 0, 8, 7 the third is 7; of all seven the fifth is 3.
  expect([...short]).toEqual([
    [0, 7],
    [1, 7],
  ]);
  expect([...long]).toEqual([[1, 3]]);
});

test("rows without a value do not count among the five", () => {
  const none = Number.NaN;
  expect(peaksWith(1, [0, 10, 9, none, none, none, none, 7, none, none, none, 8]).short.get(0)).toBe(7);
  expect(peaksWith(1, [0, 10, 9, 0, 0, 0, 0, 7, 0, 0, 0, 8]).short.size).toBe(0);
});

test("two samples in five are no peak, however large", () => {
  expect(peaksWith(1, [0, 10, 99, 99], [0, 40, 99, 0, 0, 99]).short.size).toBe(0);
});

test("an episode of more than three hours counts only up to the ordinary excess", () => {
  expect(peaksWith(1, [0, 10, ...times(180, 9)]).short.get(0)).toBe(9);
  expect(peaksWith(1, [0, 10, ...times(200, 9)]).short.get(0)).toBe(2);
});

test("pauses of ten minutes do not end an episode, longer ones do", () => {
  const halves = (pause: number) => peaksWith(1, [0, 10, ...times(100, 9)], [0, 110 + pause, ...times(100, 9)]);
  expect(halves(10).short.get(0)).toBe(2);
  expect(halves(30).short.get(0)).toBe(9);
});

test("an episode over midnight counts for the day on which it began", () => {
  expect([...peaksWith(2, [0, 995, ...times(10, 9)]).short]).toEqual([[0, 9]]);
});

test("up to three samples beyond the margin are a burst, four are none", () => {
  const { bursts, single } = peaksWith(2, [0, 10, 6], [0, 30, 6, 8, 7], [0, 50, 9, 9, 9, 9], [1, 20, 4, 4], [1, 40, 5]);
  expect(bursts).toBe(2);
  expect([...single]).toEqual([[0, 8]]);
});

test("the end of the history ends episodes and bursts", () => {
  const { short, single } = peaksWith(1, [0, 997, 9, 9, 9]);
  expect([short.get(0), single.get(0)]).toEqual([9, 9]);
});

test("rare peaks count up to the margin, usual ones whole", () => {
  // Eight days: rare is the third peak, usual the fourth.
  expect(reachOf(peaksFrom(50, 40, 30), 8, 5)).toBe(5);
  expect(reachOf(peaksFrom(50, 40, 3), 8, 5)).toBe(3);
  expect(reachOf(peaksFrom(50, 40), 8, 5)).toBe(0);
  expect(reachOf(peaksFrom(50, 40, 30, 20), 8, 5)).toBe(20);
});

test("a day's peak is no larger than its largest excess, and five of seven reach no more than three of five", () => {
  const excess = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e100, noNaN: true }));
  fc.assert(
    fc.property(fc.array(excess, { minLength: 1, maxLength: 60 }), (list) => {
      const { short, long } = peaksOf(Float64Array.from(list), new Int32Array(list.length), SETTINGS, () => {});
      expect(short.get(0) ?? 0).toBeLessThanOrEqual(Math.max(...list));
      expect(long.get(0) ?? 0).toBeLessThanOrEqual(short.get(0) ?? 0);
    }),
  );
});

test("a host's peaks come from episodes of up to six hours", () => {
  const scores = new Float32Array(3 * 1_000);
  scores.fill(2, 100, 460);
  scores.fill(3, 1_100, 1_500); // 400 minutes
  scores.fill(0.4, 2_100, 2_200); // no episode
  const day = Int32Array.from(scores, (_, i) => Math.floor(i / 1_000));
  expect([...hostPeaks(scores, day, MINUTE)]).toEqual([[0, 2]]);
});

/**
 * Eight days, of which some minutes are out. Each day is held against the bands of the other seven:
 *
 *     e = np.concatenate([np.maximum(0, x[d] - np.repeat(bands_of_others(d), 15)) for d in range(8)])
 *     w = np.lib.stride_tricks.sliding_window_view(np.concatenate([np.zeros(6), e]), 7)
 *     short, long = np.sort(w[:, 2:], 1)[:, 2], np.sort(w, 1)[:, 2]       # then the largest of each day
 *     reach = lambda p: max(min(np.sort(p)[-3], max(floor, 2 * u)), np.sort(p)[-4])
 *     up = max(floor, 2 * u + 1.25 * reach(long)); ratio = (2 * u + 1.25 * reach(short)) / up
 *
 * with floor = .03 * np.median(middle) and the bands of bands-goldens.test.ts.
 */
test("a metric's own tail equals numpy's", () => {
  const model = fitBands(historyOf({ days: 8 }, golden), ["load"], "UTC");
  expect(model.floor[0]).toBeCloseTo(0.675990241032593, 9);
  expect(model.up[0]).toBeCloseTo(6.5897688476639456, 9);
  expect(model.upShort[0]).toBeCloseTo(1.9331453356847528, 9);
  expect(model.down[0]).toBeCloseTo(2.9287861545173093, 9);
  expect(model.downShort[0]).toBe(1);
});

describe("a metric's threshold", () => {
  /** 100 and a ripple, with this much more for two hours from ten on. */
  const upWith = (days: number, more: (day: number) => number) => {
    const busy = (day: number, minute: number) => (minute >= 600 && minute < 720 ? more(day) : 0);
    const history = historyOf({ days }, (day, minute) => 100 + ripple(minute) + busy(day, minute));
    return fitBands(history, ["queue_depth"], "UTC").up[0]!;
  };
  // The unit is 2 / 3, and M is 2 for one metric.
  const ordinary = 4 / 3;

  test("leaves room for growth if the metric grew on most days of the last week", () => {
    // On day d, five of seven samples reach 10 d. The third highest day before it reached 10 (d − 3) + 1.
    expect(upWith(15, (day) => 10 * day)).toBeCloseTo(ordinary + 1.25 * 29, 9);
  });

  test("leaves none before a host was seen for two weeks", () => {
    expect(upWith(13, (day) => 10 * day)).toBeLessThan(ordinary + 1.25 * 19);
  });

  test("leaves none for a job that ran on the last three days alone", () => {
    expect(upWith(15, (day) => (day >= 12 ? 50 : 0))).toBe(upWith(15, () => 0));
  });
});
