import { follows, hourOf, writeFeatures } from "../../lib/model/features.ts";

const HOUR = 3_600_000;

/** Of two metrics in each hour: the hour and a hundred times it. */
const profile = Float64Array.from({ length: 48 }, (_, k) => (k >> 1) * (k % 2 === 0 ? 1 : 100));

function residualsAt(time: number) {
  const out = new Float64Array(6);
  writeFeatures(Float64Array.of(0, 0), 0, undefined, 0, time, profile, 2, out, 0);
  return out.subarray(4);
}

// In the middle of an hour its own mean, between two in proportion; before 0:30 the way leads from 23 to 0.
test.each([
  [10.5, 10],
  [11, 10.5],
  [11.25, 10.75],
  [23.5, 23],
  [0.5, 0],
  [0, 11.5],
  [0.25, 5.75],
  [23.75, 17.25],
])("at %d h the usual value is that of hour %d", (hours, expected) => {
  for (const day of [0, 20_779, -3]) {
    const [first, second] = residualsAt((24 * day + hours) * HOUR);
    expect(first).toBeCloseTo(-expected, 6);
    expect(second).toBeCloseTo(-100 * expected, 4);
  }
});

test("value, change and distance of the row meant, each kind together", () => {
  const values = Float64Array.of(9, 9, 5, 7, 6, Number.NaN);
  const out = new Float64Array(8).fill(-1);
  writeFeatures(values, 4, values, 2, 10.5 * HOUR, profile, 2, out, 1);
  expect([...out]).toEqual([-1, 6, Number.NaN, 1, Number.NaN, -4, Number.NaN, -1]);
});

test("without the row before, changes are missing; without a profile there are no distances", () => {
  const out = new Float64Array(5).fill(-1);
  writeFeatures(Float64Array.of(5, 7), 0, undefined, 0, 0, undefined, 2, out, 0);
  expect([...out]).toEqual([5, 7, Number.NaN, Number.NaN, -1]);
});

test("a sample follows the one before within two intervals", () => {
  expect([1, 20, 21].map((time) => follows(time, 0, 10))).toEqual([true, true, false]);
  expect(follows(0, Number.NEGATIVE_INFINITY, 10)).toBe(false);
});

test.each([
  [0, 0],
  [HOUR - 1, 0],
  [HOUR, 1],
  [24 * HOUR - 1, 23],
  [-1, 23],
])("the hour of %d ms is %d", (time, hour) => {
  expect(hourOf(time)).toBe(hour);
});
