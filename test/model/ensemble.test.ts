// One score from several detectors.
import fc from "fast-check";
import { COMBINATIONS, combine } from "../../lib/model/ensemble.ts";

const ratios = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 5 });

// By hand: the square root of .5 * 8, half of 8.5, and for three the middle one.
test.each([
  ["geometric-mean", [0.5, 8], 2],
  ["mean", [0.5, 8], 4.25],
  ["maximum", [0.5, 8], 8],
  ["vote", [0.5, 8], 0.5],
  ["vote", [3, 0.5, 8], 3],
  ["vote", [4, 3, 2, 1], 2],
  ["geometric-mean", [0, 8], 0],
] as const)("the %s of %j is %f", (by, list, expected) => {
  expect(combine(by, list)).toBeCloseTo(expected, 12);
});

test("a member that has nothing to say is left out; without any that has, there is no score", () => {
  for (const by of COMBINATIONS) {
    expect(combine(by, [Number.NaN, 3])).toBeCloseTo(3, 12);
    expect(combine(by, [Number.NaN, Number.NaN])).toBeNaN();
  }
});

test("an ensemble lies between its members, in whatever order they come, and rises with each of them", () => {
  fc.assert(
    fc.property(fc.constantFrom(...COMBINATIONS), ratios, fc.nat(), (by, list, place) => {
      const score = combine(by, list);
      const tolerance = 1e-9 * Math.max(...list);
      expect(score).toBeGreaterThanOrEqual(Math.min(...list) - tolerance);
      expect(score).toBeLessThanOrEqual(Math.max(...list) + tolerance);
      expect(Math.abs(combine(by, list.toReversed()) - score)).toBeLessThanOrEqual(tolerance);
      const raised = list.with(place % list.length, 2e6);
      expect(combine(by, raised)).toBeGreaterThanOrEqual(score - tolerance);
    }),
  );
});
