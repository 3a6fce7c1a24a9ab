import { type Smoothed, smooth, UNSMOOTHED, withoutEcho } from "../../lib/model/smoothing.ts";

function smoothed(
  raw: readonly number[],
  intervals: readonly number[] = raw.map(() => 1),
  from: Smoothed = UNSMOOTHED,
) {
  const { scores, recent, smoothed: after } = smooth(from, Float64Array.from(raw), Float64Array.from(intervals));
  return { ...after, scores: [...scores], recent: [...recent] };
}

const steady = (value: number, held = value): Smoothed => ({ averages: [value, value, value], held });

test("begins with the first sample", () => {
  expect(smoothed([7])).toEqual({ averages: [7, 7, 7], held: 7, scores: [7], recent: [7] });
});

test("goes half the way in 1, 5 and 20 intervals", () => {
  for (const [k, halfLife] of [1, 5, 20].entries()) {
    expect(smoothed([8], [halfLife], steady(4)).averages[k]).toBeCloseTo(6, 12);
    expect(smoothed(Array(halfLife).fill(8), undefined, steady(4)).averages[k]).toBeCloseTo(6, 12);
  }
});

// By hand: 4 + .5 · 8, 4 + (1 - .5^(1/5)) · 8, 4 + (1 - .5^(1/20)) · 8 are 8, 5.0355950 and 4.2725099.
test("the score is the mean of the three", () => {
  expect(smoothed([12], [1], steady(4)).scores[0]).toBeCloseTo((8 + 5.035595) / 3 + 4.2725099 / 3, 6);
});

test("falls at once by less than 0.3 of itself, by more only as far as 0.7 of it has fallen", () => {
  // s = 8 is above .7 · 10, so 10 is held; s = 6 is below, so 6 / .7 is.
  expect(smoothed([8], [1], steady(8, 10)).held).toBe(10);
  expect(smoothed([6], [1], steady(6, 10)).held).toBeCloseTo(6 / 0.7, 12);
  expect(smoothed([11], [1], steady(11, 10)).held).toBe(11);
});

test("a sample with nothing in it changes nothing", () => {
  expect(smoothed([Number.NaN], [1], steady(4, 5))).toEqual({ averages: [4, 4, 4], held: 5, scores: [5], recent: [4] });
  expect(smoothed([Number.NaN])).toEqual({ ...UNSMOOTHED, scores: [0], recent: [Number.NaN] });
  expect(smoothed([Number.NaN, 3]).scores).toEqual([0, 3]);
});

test("beside the score stands the average with a half-life of five", () => {
  const { recent } = smoothed([12, 12, 12, 12, 12, Number.NaN, 4], undefined, steady(4));
  // 4 + (1 - .5^(1/5)) · 8; half the way after five; nothing; and a fifth of the half-life back.
  expect(recent[0]).toBeCloseTo(5.035595, 6);
  expect(recent[4]).toBeCloseTo(8, 12);
  expect(recent[5]).toBe(recent[4]);
  expect(recent[6]).toBeCloseTo(4 + 4 * 0.5 ** 0.2, 12);
});

describe("without echo", () => {
  test("the slow average is lowered to the middle one, and nothing is held", () => {
    expect(withoutEcho({ averages: [2, 5, 12], held: 20 })).toEqual({ averages: [2, 5, 5], held: 4 });
    expect(withoutEcho({ averages: [9, 6, 3], held: 7 })).toEqual({ averages: [9, 6, 3], held: 6 });
  });

  test("what has seen nothing stays so", () => {
    expect(withoutEcho(UNSMOOTHED)).toEqual(UNSMOOTHED);
  });

  test("a new strangeness rises as on a host that was always calm", () => {
    const calmed = withoutEcho({ averages: [4, 4, 20], held: 20 });
    expect(smoothed([12, 12], undefined, calmed)).toEqual(smoothed([12, 12], undefined, steady(4)));
  });
});
