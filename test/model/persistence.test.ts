import fc from "fast-check";
import { fifthOfSeven, thirdOfFive } from "../../lib/model/persistence.ts";

const recent = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 7, maxLength: 7 });
const falling = (values: readonly number[], sign: number) =>
  values.map((x) => Math.max(0, sign * x)).sort((a, b) => b - a);

test("two samples of five are not persistent, three are as far out as the third of them", () => {
  expect(thirdOfFive([9, 8, 0, 0, 0, 9, 9], 0, 1)).toBe(0);
  expect(thirdOfFive([9, 0, 8, 0, 7, 9, 9], 0, 1)).toBe(7);
  expect(thirdOfFive([-9, 0, -8, 0, -7, 0, 0], 0, -1)).toBe(7);
});

test("four samples of seven are not persistent, five are as far out as the fifth of them", () => {
  expect(fifthOfSeven([9, 8, 7, 6, 0, 0, 0], 0, 1)).toBe(0);
  expect(fifthOfSeven([9, 0, 8, 7, 0, 6, 5], 0, 1)).toBe(5);
  expect(fifthOfSeven([-9, 0, -8, -7, 0, -6, -5], 0, -1)).toBe(5);
});

test("both are the values that sorting puts there, of the row at the offset", () => {
  fc.assert(
    fc.property(recent, recent, fc.constantFrom(1 as const, -1 as const), (other, own, sign) => {
      const all = [...other, ...own];
      expect(thirdOfFive(all, 7, sign)).toBe(falling(own.slice(0, 5), sign)[2]);
      expect(fifthOfSeven(all, 7, sign)).toBe(falling(own, sign)[4]);
    }),
  );
});
