import { moveYoung, newYoung, type Young, youngExcess } from "../../lib/model/young-level.ts";

const MINUTE = 60_000;

function youngAfter(values: readonly number[], floor = 1): Young {
  const young = newYoung(1);
  for (const value of values) moveYoung(young, 0, value, MINUTE, floor);
  return young;
}

const ripple = (count: number, level = 10) => Array.from({ length: count }, (_, i) => level + (i % 3) - 1);

test("a young host is judged from its 31st sample", () => {
  expect(youngExcess(youngAfter(ripple(29)), 0, 1_000, 1)).toBe(0);
  expect(youngExcess(youngAfter(ripple(30)), 0, 1_000, 1)).toBeGreaterThan(1);
});

test("the level of the first samples is their mean", () => {
  // 1 / n is more than what the half-life of 20 minutes moves up to the 29th: 1 − .5 ** (1 / 20) = 1 / 29.4.
  const values = [3, 9, 4, 8, 1, 7, 7, 2, 6, 5];
  expect(youngAfter(values).level[0]).toBeCloseTo(5.2, 6); // their sum is 52
});

test.each([
  // floor 4, so twice that is the threshold: (19 − 10) / 8
  ["two floors", ripple(60), 4, 19, 9 / 8],
  // a level of 100 of which half is the threshold: (160 − 100) / 50
  ["half of the level", Array.from({ length: 60 }, () => 100), 1, 160, 1.2],
])("a step counts in multiples of %s", (_, values, floor, value, expected) => {
  expect(youngExcess(youngAfter(values, floor), 0, value, floor)).toBeCloseTo(expected, 1);
});

test("a step counts in multiples of ten deviations", () => {
  // 0 and 40 in turn: the mean distance from a level near 20 is near 20, ten of them are 200, and half of the level 10.
  const young = youngAfter(Array.from({ length: 60 }, (_, i) => (i % 2) * 40));
  expect(youngExcess(young, 0, 420, 1)).toBeGreaterThan(1.8);
  expect(youngExcess(young, 0, 420, 1)).toBeLessThan(2.2);
});

test("steps of less than three tenths read as 0, and falls are negative", () => {
  const young = youngAfter(Array.from({ length: 60 }, () => 100));
  expect(youngExcess(young, 0, 114, 1)).toBe(0);
  expect(youngExcess(young, 0, 40, 1)).toBeCloseTo(-1.2, 6);
});

test("one sample moves a level by no more than three deviations' share of the half-life", () => {
  const young = youngAfter(
    Array.from({ length: 60 }, () => 100),
    10,
  );
  moveYoung(young, 0, 1e9, MINUTE, 10);
  // No deviation yet, so a tenth of the floor: 3 × 1 × (1 − .5 ** (1 / 20)) = .1022
  expect(young.level[0]).toBeCloseTo(100.1022, 3);
});

test("a level follows a change that stays", () => {
  const young = youngAfter(ripple(60));
  for (let i = 0; i < 24 * 60; i++) moveYoung(young, 0, 200, MINUTE, 1);
  expect(youngExcess(young, 0, 200, 1)).toBe(0);
});

test("values beyond a single's range give finite numbers", () => {
  const young = youngAfter([1e39, -1e60, 1e100, ...ripple(60)]);
  expect(young.level[0]).not.toBeNaN();
  expect(young.deviation[0]).not.toBeNaN();
  expect(youngExcess(young, 0, 1e100, 1)).not.toBeNaN();
});
