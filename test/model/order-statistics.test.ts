import fc from "fast-check";
import { median } from "../../lib/model/median.ts";
import { kthLargest, kthPeak, kthSmallest } from "../../lib/model/order-statistics.ts";

// Few different ones, so that most examples have equal values.
const values = fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 40 });

test("equal values count one by one", () => {
  expect([1, 2, 3, 4].map((k) => kthLargest([5, 3, 5], 3, k))).toEqual([5, 5, 3, Number.NEGATIVE_INFINITY]);
  expect([1, 2, 3, 4].map((k) => kthSmallest([3, 5, 3], 3, k))).toEqual([3, 3, 5, Number.POSITIVE_INFINITY]);
});

test("the k-th largest is the value that sorting puts there", () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 20 }), (list, k) => {
      const sorted = [...list].sort((a, b) => b - a);
      expect(kthLargest(list, list.length, k)).toBe(sorted[k - 1] ?? Number.NEGATIVE_INFINITY);
    }),
  );
});

test("the k-th smallest is the k-th largest of the mirrored values, mirrored", () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 20 }), (list, k) => {
      const mirrored = list.map((x) => -x);
      expect(kthSmallest(list, list.length, k) === -kthLargest(mirrored, list.length, k)).toBe(true);
    }),
  );
});

test("values behind the count are not read, and NaN is not counted", () => {
  expect(kthLargest([1, 2, 9], 2, 1)).toBe(2);
  expect(kthSmallest([4, 2, 1], 2, 1)).toBe(2);
  expect(kthLargest([Number.NaN, 2, Number.NaN, 1], 4, 2)).toBe(1);
  expect(median(Float64Array.of(3, 1, 9), 2)).toBe(2);
});

test("a rank beyond the scratch array is found, too", () => {
  const hundred = Array.from({ length: 100 }, (_, i) => (37 * i) % 100); // each of 0 to 99 once
  expect(kthLargest(hundred, 100, 30)).toBe(70);
  expect(kthSmallest(hundred, 100, 30)).toBe(29);
});

test("a peak of a rank that no day has is 0", () => {
  const peaks = new Map([
    [1, 4],
    [2, 7],
  ]);
  expect([1, 2, 3].map((k) => kthPeak(peaks.values(), k))).toEqual([7, 4, 0]);
});
