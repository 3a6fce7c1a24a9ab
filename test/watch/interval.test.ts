import { fold } from "../../lib/watch/fold.ts";
import { learnedInterval } from "../../lib/watch/interval.ts";
import { arrived, part, START, state, timeOf } from "../factories.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The interval after records that arrive with these gaps (ms) behind a first one, each with a sample of that time. */
function after(...gaps: readonly number[]): number {
  let [at, interval] = [START, 0];
  const timed = (time: number) => ({ arrived: time, newest: time - 1_000 });
  for (const gap of gaps) {
    interval = learnedInterval(interval, timed(at), timed(at + gap));
    at += gap;
  }
  return interval;
}

const minutes = (count: number) => new Array<number>(count).fill(MINUTE);

test.each<[string, number, readonly number[]]>([
  ["one record gives none", 0, []],
  ["an unknown host starts with an hour", HOUR, [MINUTE]],
  ["a longer first gap takes its place", 24 * HOUR, [24 * HOUR]],
  // 3600 − 3540 / 8 = 3157.5, and 3158 − 3098 / 8 = 2770.75 seconds, rounded.
  ["each gap moves it by an eighth of the way", 3_158_000, minutes(2)],
  ["the next gap moves it by another eighth", 2_771_000, minutes(3)],
  ["records sent in one go do not count", 0, [10, 99]],
  ["records that arrived before others do not count", HOUR, [MINUTE, -30_000]],
])("the interval: %s", (_, interval, gaps) => {
  expect(after(...gaps)).toBe(interval);
});

// python3 -c 'print([60 + 3540 * (7/8)**(n - 1) for n in (21, 41, 101)])' gives 305.0, 77.0 and 60.01 s; whole seconds stand still four from it.
test.each([
  [21, 305.0],
  [41, 77.0],
  [101, 60.0],
])("after %i gaps of a minute the interval is about %d s", (count, seconds) => {
  expect(Math.abs(after(...minutes(count)) / 1000 - seconds)).toBeLessThanOrEqual(4);
});

test("only records with samples in order count, each once", () => {
  const record = (n: number) => arrived(part({ times: [timeOf(n)] }), timeOf(n) + 1_000);
  const two = fold(state(), undefined, [record(0), record(6)]).state;
  expect(two.interval).toBe(HOUR);
  expect(fold(two, undefined, [record(6), record(3)]).state.interval).toBe(HOUR);
  expect(fold(two, undefined, [record(12)]).state.interval).toBe(3_158_000);
});

test("a backlog of three hours, a record each 150 ms, does not shorten the interval of five minutes", () => {
  const five = 5 * MINUTE;
  const record = (n: number, at: number) => arrived(part({ times: [START + n * five] }), at);
  const live = Array.from({ length: 200 }, (_, n) => record(n, START + n * five + 1_000));
  const before = fold(state(), undefined, live).state;
  expect(before.interval).toBeLessThan(1.02 * five);
  const back = START + 236 * five;
  const kept = Array.from({ length: 36 }, (_, k) => record(200 + k, back + 150 * k));
  const { state: after } = fold(before, undefined, kept);
  // Only the first one counts, after 37 intervals: 300 + (11100 - 300) / 8 = 1650 s, and whole seconds stand still near.
  expect(Math.abs(after.interval / 1_000 - 1_650)).toBeLessThanOrEqual(5);
});
