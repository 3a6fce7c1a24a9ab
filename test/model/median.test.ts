import fc from "fast-check";
import { median } from "../../lib/model/median.ts";

test.each([
  [[], Number.NaN],
  [[3], 3],
  [[4, 1], 2.5],
  [[9, 1, 5], 5],
  [[2, 2, 1, 7], 2],
])("the median of %j is %d", (values, expected) => {
  expect(median(Float64Array.from(values))).toBe(expected);
});

test("the median is the value that sorting puts in the middle", () => {
  const anyValue = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -1e9, max: 1e9, noNaN: true }));
  fc.assert(
    fc.property(fc.array(anyValue, { minLength: 1, maxLength: 60 }), (values) => {
      const sorted = Float64Array.from(values).sort();
      const middle = values.length >> 1;
      const expected = values.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
      expect(median(Float64Array.from(values)) === expected).toBe(true);
    }),
  );
});
