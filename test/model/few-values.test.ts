import { SLOTS } from "../../lib/model/calendar.ts";
import { rangeOf, steady } from "../../lib/model/few-values.ts";

/**
 * The expected largest of n Gaussian values after an eighth of them is dropped at each end, n = 2 to 14. scipy:
 * n, i = 3, 3; integrate.quad(lambda x: x * n * special.comb(n - 1, i - 1) * norm.cdf(x) ** (i - 1)
 *   * norm.sf(x) ** (n - i) * norm.pdf(x), -9, 9)
 */
const EXPECTED = [0.564, 0.846, 1.029, 1.163, 1.267, 1.352, 0.852, 0.932, 1.001, 1.062, 1.116, 1.164, 1.208];

test.each(EXPECTED.map((largest, i) => [i + 2, largest]))(
  "the range of %d values becomes that of 15, whose expected ends are 1.248 deviations out",
  (count, largest) => {
    const dropped = Math.floor(count / 8);
    const sorted = Float64Array.from({ length: count }, (_, i) =>
      i < dropped
        ? -9
        : i === dropped
          ? -largest
          : i < count - 1 - dropped
            ? 0
            : i === count - 1 - dropped
              ? largest
              : 9,
    );
    const { high, low } = rangeOf(sorted.map((x) => 100 + 10 * x));
    expect(high).toBeCloseTo(100 + 12.48, 1);
    expect(low).toBeCloseTo(100 - 12.48, 1);
  },
);

test("the range of 15 values and more stays as it is, and one value has no range", () => {
  const oneTo = (count: number) => Float64Array.from({ length: count }, (_, i) => i + 1);
  expect(rangeOf(oneTo(15))).toEqual({ low: 2, high: 14 });
  expect(rangeOf(oneTo(30))).toEqual({ low: 4, high: 27 });
  expect(rangeOf(Float64Array.of(7))).toEqual({ low: 7, high: 7 });
});

/** Five days of medians: 10, with a job at slot 8 each day; a stray median on day 2, and three hours at 14 on day 3. */
function medians(): Float64Array {
  const middle = new Float64Array(SLOTS * 5).fill(10);
  middle.fill(50, 8 * 5, 9 * 5);
  middle[40 * 5 + 2] = 16;
  for (let slot = 60; slot < 72; slot++) middle[slot * 5 + 3] = 14;
  return middle;
}

function steadied(usualCount: number, middle = medians()): Float64Array {
  const slotDays = { metrics: 1, days: [0, 1, 2, 3, 4], middle, high: middle, low: middle };
  steady(slotDays, 0, usualCount);
  return middle;
}

test("medians of three keep values that recur or last, and drop those that stray for a quarter of an hour", () => {
  const expected = medians();
  expected[40 * 5 + 2] = 10;
  expect(steadied(3)).toEqual(expected);
});

test("medians of slots by the minute stay as they are", () => {
  expect(steadied(15)).toEqual(medians());
});

test("unknown values stay unknown", () => {
  const middle = medians();
  middle[40 * 5 + 1] = Number.NaN;
  const after = steadied(3, middle);
  expect(after[40 * 5 + 1]).toBeNaN();
  expect(after[39 * 5 + 1]).toBe(10);
});
