import { isDue, THINNED, type Tracked, track, untracked } from "../../lib/model/tracker.ts";
import { EXACT } from "./published.ts";

const MINUTE = 60_000;
const HALF_DAY = 720;

function tracked(z: readonly number[], minutes: number, tracking = EXACT, interval = 10 * MINUTE, from?: Tracked) {
  const memory = from ?? untracked(z.length);
  track(memory, Float64Array.from(z), minutes * MINUTE, tracking, interval);
  return { level: [...memory.level], width: [...memory.width] };
}

test("by hand: distances and values count up to 3", () => {
  const rate = 1 - 0.5 ** (10 / HALF_DAY);
  const { level, width } = tracked([1, -8, 2.5], 10);
  const expected = { level: [rate, -3 * rate, 2.5 * rate], width: [1, 1 + 8 * rate, 1 + 5.25 * rate] };
  for (const j of [0, 1, 2]) {
    expect(level[j]).toBeCloseTo(expected.level[j]!, 12);
    expect(width[j]).toBeCloseTo(expected.width[j]!, 12);
  }
});

test("the width is told from the level as it was before", () => {
  const from = { level: Float64Array.of(2), width: Float64Array.of(4), trackedAt: 0 };
  const rate = 1 - 0.5 ** (10 / HALF_DAY);
  const { level, width } = tracked([1], 10, EXACT, 10 * MINUTE, from);
  expect(level[0]).toBeCloseTo(2 - rate, 12);
  expect(width[0]).toBeCloseTo(4 - 3 * rate, 12);
});

test("half the way takes half a day; a gap counts as two steps at most", () => {
  expect(tracked([2], HALF_DAY, EXACT, HALF_DAY * MINUTE).level[0]).toBeCloseTo(1, 12);
  expect(tracked([2], 9_999)).toEqual(tracked([2], 20));
  expect(tracked([2], 9_999, { every: 10 * MINUTE }, MINUTE)).toEqual(tracked([2], 20));
});

test("thinned, it is due after ten minutes less half an interval, and rounds to steps of 1/4096", () => {
  const due = (ms: number) => isDue(ms, MINUTE, THINNED);
  expect([9 * MINUTE, 9.5 * MINUTE - 1, 9.5 * MINUTE, 10 * MINUTE].map(due)).toEqual([false, false, true, true]);
  expect(tracked([1], 10, THINNED).level[0]).toBe(Math.round(4096 * (1 - 0.5 ** (10 / HALF_DAY))) / 4096);
});

test("what is missing stays", () => {
  expect(tracked([Number.NaN, 1], 10)).toMatchObject({ level: [0, expect.any(Number)], width: [1, 1] });
});
