import fc from "fast-check";
import {
  alertsPerWeek,
  CROSSING_EDGES,
  type Crossings,
  cross,
  emptyCrossings,
  epsilonWithin,
} from "../../lib/model/crossings.ts";

const DAY = 86_400_000;
const WEEK = 7 * DAY;
/** Thursday 2026-11-19, 00:00 UTC: python3 -c "print(2968 * 7 * 86400)", and date -u -d @1795046400 says which day that is. */
const THURSDAY = 1_795_046_400_000;

/** Rises and falls through the scores in turn, a minute apart. */
function walk(scores: readonly number[], start = THURSDAY, from = emptyCrossings()): Crossings {
  return scores.reduce(
    (crossings, score, i) => cross(crossings, scores[i - 1] ?? Number.NaN, score, start + i * 60_000),
    from,
  );
}

function upTo(crossings: Crossings, column: 0 | 1): number[] {
  return CROSSING_EDGES.map((_, k) => crossings.counts[2 * k + column] ?? 0);
}

test("24 edges go from 0.5 to 134, each 1.275 times the one before", () => {
  expect(CROSSING_EDGES).toHaveLength(24);
  expect(CROSSING_EDGES.slice(0, 4)).toEqual([
    0.5,
    expect.closeTo(0.6375, 12),
    expect.closeTo(0.8128125, 12),
    expect.closeTo(1.0363359375, 12),
  ]);
  // python3 -c "print(.5 * 1.275**23)"
  expect(CROSSING_EDGES[23]).toBeCloseTo(133.568563, 6);
});

test("a rise counts once at each edge it goes through, a fall and what stays between edges not at all", () => {
  // .2 → .9 passes .5, .64 and .81; .9 → 1 passes none; 1 → .7 falls; .7 → 1.2 passes .81 and 1.04.
  const crossings = walk([0.2, 0.9, 1, 0.7, 1.2]);
  expect(upTo(crossings, 0).slice(0, 6)).toEqual([1, 1, 2, 1, 0, 0]);
  expect(upTo(crossings, 1)).toEqual(CROSSING_EDGES.map(() => 0));
});

test("a score on the edge is not yet beyond it, as with epsilon", () => {
  expect(upTo(walk([0.3, 0.5]), 0)[0]).toBe(0);
  expect(upTo(walk([0.3, 0.5, 0.55]), 0)[0]).toBe(1);
});

test("an unknown score before counts as calm, an unknown one after changes nothing", () => {
  const none = emptyCrossings();
  expect(upTo(cross(none, Number.NaN, 0.7, THURSDAY), 0).slice(0, 3)).toEqual([1, 1, 0]);
  expect(cross(none, 0.2, Number.NaN, THURSDAY)).toBe(none);
});

test("what changes nothing returns the same object, and what changes something leaves the old one as it was", () => {
  const crossings = walk([0.2, 1.5]);
  expect(cross(crossings, 1.5, 0.2, THURSDAY + DAY)).toBe(crossings);
  expect(cross(crossings, 0.9, 1, THURSDAY + DAY)).toBe(crossings);
  expect(cross(crossings, 0.1, 0.45, THURSDAY + WEEK)).toBe(crossings);
  const before = [...crossings.counts];
  expect(cross(crossings, 0.2, 3, THURSDAY + DAY)).not.toBe(crossings);
  expect([...crossings.counts]).toEqual(before);
});

test("counts stop at 255, and then nothing changes", () => {
  const often = walk(Array.from({ length: 600 }, (_, i) => (i % 2 ? 0.6 : 0.2)));
  expect(upTo(often, 0).slice(0, 2)).toEqual([255, 0]);
  expect(cross(often, 0.2, 0.6, THURSDAY + DAY)).toBe(often);
  expect(upTo(cross(often, 0.2, 0.7, THURSDAY + DAY), 0).slice(0, 2)).toEqual([255, 1]);
});

test("the week before is kept for one week, and then it is gone", () => {
  const first = walk([0.2, 0.9], THURSDAY);
  const second = walk([0.2, 0.6], THURSDAY + WEEK, first);
  expect(upTo(second, 0).slice(0, 4)).toEqual([1, 0, 0, 0]);
  expect(upTo(second, 1).slice(0, 4)).toEqual([1, 1, 1, 0]);
  const third = walk([0.2, 0.6], THURSDAY + 2 * WEEK, second);
  expect(upTo(third, 1).slice(0, 4)).toEqual([1, 0, 0, 0]);
  const muchLater = walk([0.2, 0.6], THURSDAY + 4 * WEEK, second);
  expect(upTo(muchLater, 1)).toEqual(CROSSING_EDGES.map(() => 0));
});

describe("alerts per week", () => {
  const edge = (k: number) => CROSSING_EDGES[k] ?? 0;
  /** Three rises through the edges up to 1.04 (k = 3), one of them on to 1.32 (k = 4). */
  const crossings = walk([0.2, 1.2, 0.2, 1.2, 0.2, 1.5, 0.2]);

  test("are the rises over the time observed: a host seen for half a week has twice as many in a whole one", () => {
    expect(alertsPerWeek(crossings, edge(3), THURSDAY, THURSDAY + WEEK / 2)).toBeCloseTo(6, 9);
    expect(alertsPerWeek(crossings, edge(4), THURSDAY, THURSDAY + WEEK / 2)).toBeCloseTo(2, 9);
    expect(alertsPerWeek(crossings, edge(5), THURSDAY, THURSDAY + WEEK / 2)).toBeCloseTo(0, 9);
  });

  test("of a host long known are those of this week and the last", () => {
    const both = walk([0.2, 1.2], THURSDAY + WEEK, crossings);
    // 3 + 1 rises in a week and a half.
    expect(alertsPerWeek(both, edge(3), THURSDAY - 50 * WEEK, THURSDAY + 1.5 * WEEK)).toBeCloseTo(4 / 1.5, 9);
  });

  test("fade although no score rises any more", () => {
    const at = (weeks: number) => alertsPerWeek(crossings, edge(3), 0, THURSDAY + weeks * WEEK);
    expect(at(0.5)).toBeCloseTo(3 / 1.5, 9);
    expect(at(1.5)).toBeCloseTo(3 / 1.5, 9);
    expect(at(2)).toBe(0);
  });

  test("of a first hour are taken as those of a day", () => {
    expect(alertsPerWeek(crossings, edge(3), THURSDAY, THURSDAY + DAY / 24)).toBeCloseTo(21, 9);
  });

  test("between two edges lie between theirs, by ln epsilon, and stay level beyond the ends", () => {
    const at = (epsilon: number) => alertsPerWeek(crossings, epsilon, THURSDAY, THURSDAY + WEEK);
    // Half-way from 3 rises to 1.
    expect(at(Math.sqrt(edge(3) * edge(4)))).toBeCloseTo(2, 9);
    expect(at(0.1)).toBeCloseTo(at(0.5), 9);
    const high = walk([1, 500], THURSDAY);
    expect(alertsPerWeek(high, 1_000, THURSDAY, THURSDAY + WEEK)).toBeCloseTo(1, 9);
  });

  test("at an edge are what counting by hand gives, for any scores of a week", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { minLength: 1, maxLength: 200 }),
        fc.nat(23),
        (scores, k) => {
          const rises = scores.filter((score, i) => score > edge(k) && (scores[i - 1] ?? 0) <= edge(k)).length;
          expect(alertsPerWeek(walk(scores), edge(k), THURSDAY, THURSDAY + WEEK)).toBeCloseTo(rises, 6);
        },
      ),
    );
  });
});

describe("the epsilon within an allowance", () => {
  const now = THURSDAY + WEEK;
  const host = (...scores: number[]) => ({ crossings: walk(scores), since: THURSDAY });

  test("is where the hosts together rise through as often as is allowed", () => {
    // Through 1.04 (k = 3) three and one rises, through 1.32 (k = 4) one of the first host.
    const hosts = [host(0.2, 1.2, 0.2, 1.2, 0.2, 1.5), host(0.2, 1.2)];
    const epsilon = epsilonWithin(hosts, 2.5, now) ?? 0;
    // Half-way from 4 rises to 1: python3 -c "print(.5 * 1.275**3.5)"
    expect(epsilon).toBeCloseTo(1.170188, 6);
    const total = hosts.reduce((sum, one) => sum + alertsPerWeek(one.crossings, epsilon, one.since, now), 0);
    expect(total).toBeCloseTo(2.5, 9);
    expect(epsilonWithin(hosts, 1, now)).toBeCloseTo(1.321328, 6);
  });

  test("is the first edge where all is within, and none where the last edge is crossed too often", () => {
    expect(epsilonWithin([host(0.2, 1.2)], 1, now)).toBe(0.5);
    expect(epsilonWithin([], 1, now)).toBe(0.5);
    expect(epsilonWithin([host(1, 500, 1, 500)], 1, now)).toBeUndefined();
  });

  test("holds from there on, where scores that start high cross low edges rarely", () => {
    // The score goes to and fro between 5 and 10: through 0.5 once, through 9.23 (k = 12) four times.
    const restless = host(5, 10, 5, 10, 5, 10, 5, 10);
    expect(alertsPerWeek(restless.crossings, 0.5, THURSDAY, now)).toBeCloseTo(1, 9);
    expect(epsilonWithin([restless], 1, now)).toBeGreaterThan(9.22);
  });
});
