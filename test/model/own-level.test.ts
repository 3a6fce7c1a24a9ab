import fc from "fast-check";
import { asInGroup, atOwnLevel, moveOwnLevel, type OwnLevel, ownLevel } from "../../lib/model/own-level.ts";
import { newYoung } from "../../lib/model/young-level.ts";

const MINUTE = 60_000;
const FLOOR = 1e-6;

/** The level of a newcomer whose group is usually at 50, after these values. */
function levelAfter(values: readonly number[], floor = FLOOR): OwnLevel {
  const own = newYoung(1);
  for (const value of values) moveOwnLevel(own, 0, { value, usual: 50, floor }, MINUTE);
  return own;
}

const steady = (value: number, count = 30) => Array.from({ length: count }, () => value);

test("far above the floor a level is a ratio", () => {
  expect(ownLevel(levelAfter(steady(75)), 0)).toBeCloseTo(Math.log(1.5), 6);
  expect(atOwnLevel(60, Math.log(1.5), FLOOR)).toBeCloseTo(90, 6);
});

test("near zero a level is a difference in floors", () => {
  expect(atOwnLevel(0, Math.LN2, 1_000)).toBeCloseTo(750, 6); // sinh(ln 2) = (2 − 1 / 2) / 2
});

test("a host lies at most twice as high as its group, or half as high", () => {
  expect(ownLevel(levelAfter(steady(400)), 0)).toBe(Math.LN2);
  expect(ownLevel(levelAfter(steady(1)), 0)).toBe(-Math.LN2);
});

test("in the first half hour the level is not known: a value may be twice as high as usual, and none is too low", () => {
  const own = ownLevel(levelAfter(steady(75, 29)), 0);
  expect(own).toBeNaN();
  expect(asInGroup(99, 50, own, FLOOR)).toBe(50);
  expect(asInGroup(140, 50, own, FLOOR)).toBeCloseTo(70, 6);
  expect(asInGroup(0, 50, own, FLOOR)).toBe(50);
});

test("a newcomer's values count as if the host were at its group's level", () => {
  expect(asInGroup(90, 50, Math.log(1.5), FLOOR)).toBeCloseTo(60, 6);
  expect(asInGroup(30, 50, Math.log(0.75), FLOOR)).toBeCloseTo(40, 6);
});

test("a value never lies further from usual than before, nor on the other side", () => {
  const number = fc.double({ min: -1e100, max: 1e100, noNaN: true });
  const level = fc.oneof(fc.constant(Number.NaN), fc.double({ min: -Math.LN2, max: Math.LN2, noNaN: true }));
  fc.assert(
    fc.property(number, number, level, (value, usual, own) => {
      const placed = asInGroup(value, usual, own, 4);
      // The two functions of asinh and sinh round.
      const slack = 1e-12 * Math.max(1, Math.abs(value));
      expect(placed).toBeGreaterThanOrEqual(Math.min(value, usual) - slack);
      expect(placed).toBeLessThanOrEqual(Math.max(value, usual) + slack);
    }),
  );
});

test("a time that the group does not know changes no value and no level", () => {
  const own = newYoung(1);
  moveOwnLevel(own, 0, { value: 75, usual: Number.NaN, floor: 4 }, MINUTE);
  expect(own.seen[0]).toBe(0);
  expect(asInGroup(75, Number.NaN, 0.3, 4)).toBe(75);
});
