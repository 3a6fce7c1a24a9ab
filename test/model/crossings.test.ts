import fc from "fast-check";
import {
  type Alerts,
  alertsAt,
  alertsOf,
  CROSSING_EDGES,
  type Crossings,
  cross,
  type Ending,
  emptyCrossings,
  epsilonWithin,
} from "../../lib/model/crossings.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const WEEK = 7 * DAY;
/** Thursday 2026-11-19, 00:00 UTC: python3 -c "print(2968 * 7 * 86400)", and date -u -d @1795046400 says which day that is. */
const THURSDAY = 1_795_046_400_000;
/** An alert ends with the first calm sample five minutes after the last other one; at 0.6 of the level all is calm. */
const ENDING: Ending = { clear: (epsilon: number) => 0.6 * epsilon, calm: () => 5 * MINUTE, hover: 20 * MINUTE };

/** Goes through the scores in turn, a minute apart. */
function walk(scores: readonly number[], start = THURSDAY, from = emptyCrossings(), ending = ENDING): Crossings {
  return scores.reduce((crossings, score, i) => {
    const time = start + i * MINUTE;
    return cross(crossings, { score, time, before: time - MINUTE }, ending);
  }, from);
}

const calm = (minutes: number) => new Array<number>(minutes).fill(0.1);

function upTo(crossings: Crossings, column: 0 | 1): number[] {
  return CROSSING_EDGES.map((_, k) => crossings.counts[2 * k + column] ?? 0);
}

const edge = (k: number) => CROSSING_EDGES[k] ?? 0;

test("24 levels go from 0.5 to 134, each 1.275 times the one before", () => {
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

test("a score that hovers at a level counts one alert there until it has been calm for long enough", () => {
  // At .5 the score never leaves; at .81 (calm below .49) it comes and goes; 1.04 it exceeds once, after calm.
  const hovering = walk([0.9, 0.7, 0.9, 0.4, 0.4, 0.9, 0.7, 0.9]);
  expect(upTo(hovering, 0).slice(0, 4)).toEqual([1, 1, 1, 0]);
  const again = walk([...calm(6), 1.2], THURSDAY + 8 * MINUTE, hovering);
  expect(upTo(again, 0).slice(0, 5)).toEqual([2, 2, 2, 1, 0]);
  const soon = walk([...calm(4), 1.2], THURSDAY + 8 * MINUTE, hovering);
  expect(upTo(soon, 0).slice(0, 5)).toEqual([1, 1, 1, 1, 0]);
});

test("calm counts from the last sample above the level, also across a gap between samples", () => {
  const first = walk([0.9]);
  const early = cross(first, { score: 0.1, time: THURSDAY + 4 * MINUTE, before: THURSDAY }, ENDING);
  expect(early.open).toEqual([0, 1, 2].map(() => ({ since: THURSDAY, last: THURSDAY, above: THURSDAY })));
  expect(cross(first, { score: 0.1, time: THURSDAY + 5 * MINUTE, before: THURSDAY }, ENDING).open).toEqual([]);
  const back = { since: THURSDAY };
  const on = cross(early, { score: 0.9, time: THURSDAY + 90 * MINUTE, before: THURSDAY + 4 * MINUTE }, ENDING);
  expect(on.open).toEqual([back, back, back]);
});

test("a longer alert must be calm for longer, if the ending says so", () => {
  const ending = { ...ENDING, calm: (length: number) => Math.max(5 * MINUTE, length / 2) };
  const long = walk(new Array<number>(41).fill(0.9), THURSDAY, emptyCrossings(), ending);
  const ended = (minutes: number) => walk(calm(minutes), THURSDAY + 41 * MINUTE, long, ending).open.length === 0;
  expect([ended(19), ended(20)]).toEqual([false, true]);
});

test("an alert whose score hovers below its level ends after the ending's time, and may then come anew", () => {
  // .9 is above .81; .7 is above .5 and .64, and more than .6 of .81.
  const hovering = (minutes: number) => walk([0.9, ...new Array<number>(minutes).fill(0.7), 0.9]);
  expect(upTo(hovering(19), 0).slice(0, 4)).toEqual([1, 1, 1, 0]);
  expect(upTo(hovering(20), 0).slice(0, 4)).toEqual([1, 1, 2, 0]);
});

test("the alerts at every level are those that one level by itself has", () => {
  const scores = fc.array(fc.oneof(fc.double({ min: 0, max: 3, noNaN: true }), fc.constantFrom(0.1, 9)), {
    minLength: 1,
    maxLength: 200,
  });
  fc.assert(
    fc.property(scores, fc.nat(23), (all, k) => {
      let [alerts, last, above] = [0, Number.NaN, Number.NaN];
      for (const [i, score] of all.entries()) {
        const isOpen = !Number.isNaN(last);
        if (!isOpen && score > edge(k)) alerts++;
        if (score > edge(k)) above = i;
        if (score > (isOpen ? 0.6 : 1) * edge(k)) last = i;
        if (i - last >= 5 || i - above >= 20) last = Number.NaN;
      }
      expect(upTo(walk(all), 0)[k]).toBe(Math.min(alerts, 255));
    }),
  );
});

test("a score on a level is not yet beyond it, as with epsilon, and an unknown score counts nothing", () => {
  expect(upTo(walk([0.3, 0.5]), 0)[0]).toBe(0);
  expect(upTo(walk([0.3, 0.5, 0.55]), 0)[0]).toBe(1);
  const open = walk([0.9]);
  expect(walk([Number.NaN], THURSDAY + DAY, open)).toBe(open);
});

test("an unchanged value is the same object, and a change leaves the old value as it was", () => {
  const crossings = walk([0.2, 1.5]);
  expect(walk([1.4], THURSDAY + 2 * MINUTE, crossings)).toBe(crossings);
  const quiet = walk(calm(10), THURSDAY + 2 * MINUTE, crossings);
  expect(walk([0.1, 0.45], THURSDAY + WEEK, quiet)).toBe(quiet);
  const before = [...crossings.counts];
  expect(walk([3], THURSDAY + 2 * MINUTE, crossings)).not.toBe(crossings);
  expect([...crossings.counts]).toEqual(before);
});

test("counts stop at 255", () => {
  const often = walk(Array.from({ length: 300 }, () => [0.6, ...calm(6)]).flat());
  expect(upTo(often, 0).slice(0, 2)).toEqual([255, 0]);
});

test("the counts of the last week are kept for one week, and dropped then", () => {
  const first = walk([0.9, ...calm(6)], THURSDAY);
  const second = walk([0.6, ...calm(6)], THURSDAY + WEEK, first);
  expect(upTo(second, 0).slice(0, 4)).toEqual([1, 0, 0, 0]);
  expect(upTo(second, 1).slice(0, 4)).toEqual([1, 1, 1, 0]);
  const third = walk([0.6, ...calm(6)], THURSDAY + 2 * WEEK, second);
  expect(upTo(third, 1).slice(0, 4)).toEqual([1, 0, 0, 0]);
  const muchLater = walk([0.6], THURSDAY + 4 * WEEK, second);
  expect(upTo(muchLater, 1)).toEqual(CROSSING_EDGES.map(() => 0));
});

describe("the alerts of several hosts together", () => {
  const three = walk([1.2, ...calm(6), 1.2, ...calm(6), 1.5]);
  const one = walk([1.2]);
  const host = (crossings: Crossings, since = THURSDAY) => ({ crossings, since });

  test("are about this week and the last, however long each host was there", () => {
    const alerts = alertsOf(
      [host(three), host(one, THURSDAY + 3 * DAY), host(emptyCrossings(), 0)],
      THURSDAY + 4 * DAY,
    );
    expect(alerts.seen).toBe(4 * DAY);
    expect([3, 4, 5].map((k) => alerts.counts[k])).toEqual([4, 1, 0]);
    const later = alertsOf([host(three, THURSDAY - 50 * WEEK)], THURSDAY + 1.5 * WEEK);
    expect(later).toMatchObject({ seen: 1.5 * WEEK });
    expect(later.counts[3]).toBe(3);
    expect(alertsOf([host(three)], THURSDAY + 2 * WEEK).counts[3]).toBe(0);
    expect(alertsOf([], THURSDAY)).toEqual({ seen: 0, counts: new Float64Array(24) });
  });

  test("are interpolated between two levels by ln epsilon, and constant beyond the ends", () => {
    const alerts = alertsOf([host(three)], THURSDAY + WEEK);
    // Half-way from 3 alerts to 1.
    expect(alertsAt(alerts, Math.sqrt(edge(3) * edge(4)))).toBeCloseTo(2, 9);
    expect(alertsAt(alerts, 0.1)).toBeCloseTo(alertsAt(alerts, 0.5), 9);
    expect(alertsAt(alertsOf([host(walk([500]))], THURSDAY), 1_000)).toBeCloseTo(1, 9);
  });
});

describe("the epsilon within an allowance", () => {
  /** Alerts at the first levels; none beyond. */
  const counted = (...counts: readonly number[]): Alerts => ({
    seen: WEEK,
    counts: Float64Array.from({ length: 24 }, (_, k) => counts[k] ?? 0),
  });

  test("is the one with exactly the allowed number of alerts", () => {
    const alerts = counted(4, 4, 4, 4, 1);
    // Half-way from 4 alerts to 1: python3 -c "print(.5 * 1.275**3.5)"
    const epsilon = epsilonWithin(alerts, 2.5) ?? 0;
    expect(epsilon).toBeCloseTo(1.170188, 6);
    expect(alertsAt(alerts, epsilon)).toBeCloseTo(2.5, 9);
    expect(epsilonWithin(alerts, 1)).toBeCloseTo(1.321328, 6);
  });

  test("is the first level if no level has too many, and undefined if the last has too many", () => {
    expect(epsilonWithin(counted(1), 1)).toBe(0.5);
    expect(epsilonWithin(counted(...new Array<number>(24).fill(2)), 1)).toBeUndefined();
  });

  test("is above all levels with too many alerts, although the low levels have few, which hardly end", () => {
    // python3 -c "print(.5 * 1.275**12)"
    expect(epsilonWithin(counted(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4), 1)).toBeGreaterThan(9.22);
  });
});
