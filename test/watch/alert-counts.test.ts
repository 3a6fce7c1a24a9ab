import { CROSSING_EDGES } from "../../lib/model/crossings.ts";
import { type Arrived, fold } from "../../lib/watch/fold.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { arrived, baseline, part, START, state, timeOf } from "../factories.ts";

/** Values of the metric `cpu`, each for five samples, whose score under the made-up baseline is cpu² / 2. */
function samples(from: number, ...cpu: readonly number[]): Arrived {
  const rows = cpu.flatMap((value) => Array.from({ length: 5 }, () => [value]));
  return arrived(part({ times: rows.map((_, i) => timeOf(5 * from + i)), rows }));
}

/** Ten minutes of calm are 60 samples of ten seconds. */
const CALM = new Array<number>(12).fill(0);

/** Alerts in this week at the levels that lie next to these from below. */
function alerts({ crossings }: HostState, ...levels: readonly number[]): number[] {
  return levels.map((level) => crossings.counts[2 * CROSSING_EDGES.findLastIndex((edge) => edge <= level)] ?? 0);
}

test("the fold counts the alerts of each level, across batches as within one", () => {
  // Scores 4.5, calm, 8, 2, 12.5, 2, 4.5: levels 0.5, 2.15, 4.45, 5.68, 7.24, 9.23, 11.77 and 15.0007.
  const levels = [0.6, 2.2, 4.5, 5.7, 7.3, 9.3, 11.8, 15.1];
  const values = [0, 3, ...CALM, 4, 2, 5, 2, 3];
  const once = fold(state(), baseline(), [samples(0, ...values)]).state;
  expect(alerts(once, ...levels)).toEqual([2, 2, 2, 1, 1, 1, 1, 0]);
  const first = fold(state(), baseline(), [samples(0, 0, 3), samples(2, ...CALM, 4)]).state;
  const second = fold(first, baseline(), [samples(15, 2), samples(16, 5, 2, 3)]).state;
  expect(second.crossings).toEqual(once.crossings);
  expect(second.since).toBe(START);
});

test("the fold counts as many alerts at the epsilon in force as incidents open", () => {
  const epsilon = CROSSING_EDGES[10] ?? 0;
  // More than an hour apart: trouble that comes back sooner is counted again, but announced as unstable.
  const values = [
    [0, 5, 4, 1, 5, ...CALM],
    [5, ...CALM],
    [3, ...CALM],
    [6, 2],
  ];
  const parts = values.map((some, i) => samples(100 * i, ...some));
  const { state: after, incidents } = fold(state(), baseline({ epsilon }), parts);
  expect(incidents).toHaveLength(3);
  expect(alerts(after, epsilon)).toEqual([3]);
});

test("late and duplicate samples raise no alert", () => {
  const before = fold(state(), baseline(), [samples(0, 0), samples(2, 0)]).state;
  const after = fold(before, baseline(), [samples(1, 5), samples(2, 5)]).state;
  expect(after.crossings).toBe(before.crossings);
});

test("the fold counts no alerts of a learning host, but keeps the time of its first sample", () => {
  const learning = fold(state(), undefined, [samples(0, 5, 0, 5)]).state;
  expect(learning.since).toBe(START);
  expect(learning.crossings.counts.every((count) => count === 0)).toBe(true);
  const known = { ...learning, seen: 1_000, newest: timeOf(505), applied: [timeOf(504), timeOf(505)] };
  expect(fold(known, baseline(), [samples(102, 0)]).state.since).toBe(START);
});
