import { CROSSING_EDGES } from "../../lib/model/crossings.ts";
import { type Arrived, fold } from "../../lib/watch/fold.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { arrived, baseline, part, START, state, timeOf } from "../factories.ts";

/** Values of the metric `cpu`, each for five samples, whose score under the made-up baseline is cpu² / 2. */
function samples(from: number, ...cpu: readonly number[]): Arrived {
  const rows = cpu.flatMap((value) => Array.from({ length: 5 }, () => [value]));
  return arrived(part({ times: rows.map((_, i) => timeOf(5 * from + i)), rows }));
}

/** Rises in this week through the edges that lie next to these levels, from below. */
function rises({ crossings }: HostState, ...levels: readonly number[]): number[] {
  return levels.map((level) => crossings.counts[2 * CROSSING_EDGES.findLastIndex((edge) => edge <= level)] ?? 0);
}

test("the fold counts how often the score rises through which levels, over batches as within one", () => {
  // Scores 0, 4.5, 0, 8, 12.5, 2, 4.5: edges 0.5, 2.15, 4.45, 5.68, 7.24, 9.23, 11.77 and 15.0007.
  const levels = [0.6, 2.2, 4.5, 5.7, 7.3, 9.3, 11.8, 15.1];
  const once = fold(state(), baseline(), [samples(0, 0, 3, 0, 4, 5, 2, 3)]).state;
  expect(rises(once, ...levels)).toEqual([2, 3, 3, 1, 1, 1, 1, 0]);
  const first = fold(state(), baseline(), [samples(0, 0, 3, 0, 4), samples(4, 5)]).state;
  const second = fold(first, baseline(), [samples(5, 2), samples(6, 3)]).state;
  expect(second.crossings).toEqual(once.crossings);
  expect(second.since).toBe(START);
});

test("samples that come late or twice rise through nothing", () => {
  const before = fold(state(), baseline(), [samples(0, 0), samples(2, 0)]).state;
  const after = fold(before, baseline(), [samples(1, 5), samples(2, 5)]).state;
  expect(after.crossings).toBe(before.crossings);
});

test("while a host is learning nothing is counted, but the time of its first sample is kept", () => {
  const learning = fold(state(), undefined, [samples(0, 5, 0, 5)]).state;
  expect(learning.since).toBe(START);
  expect(learning.crossings.counts.every((count) => count === 0)).toBe(true);
  const known = { ...learning, seen: 1_000, newest: timeOf(505), applied: [timeOf(504), timeOf(505)] };
  expect(fold(known, baseline(), [samples(102, 0)]).state.since).toBe(START);
});

test("a score under another baseline is no measure: the first under the new one rises from calm", () => {
  const high = fold(state(), baseline({ owner: "group#default" }), [samples(0, 5)]).state;
  expect(rises(fold(high, baseline({ owner: "group#default" }), [samples(1, 5)]).state, 12.4)).toEqual([1]);
  expect(rises(fold(high, baseline(), [samples(1, 5)]).state, 12.4)).toEqual([2]);
});
