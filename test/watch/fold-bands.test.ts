// Incidents under calendar bands: opened, continued, resolved and settled, by numbers of a hand calculation.
import fc from "fast-check";
import { type AnomalyIncident, causesOf, severityOf } from "../../lib/incident/incident.ts";
import { USUALLY_OFF, USUALLY_ON } from "../../lib/model/absence.ts";
import type { Bands } from "../../lib/model/bands.ts";
import { fitBands } from "../../lib/model/fit-bands.ts";
import { HOUR_MS, WEEK_MS } from "../../lib/time.ts";
import { Flag } from "../../lib/watch/apply.ts";
import type { Baseline } from "../../lib/watch/baseline.ts";
import { type Folded, fold } from "../../lib/watch/fold.ts";
import { type HostPolicy, type MetricPolicy, NO_POLICY } from "../../lib/watch/policy.ts";
import { arrived, bandsBaseline, bandsMemoryOf, baseline as baselineOf, part, state } from "../factories.ts";
import { historyOf, MINUTE, MONDAY, ripple } from "../model/band-history.ts";

/** Band 49 to 51, threshold 4: a value x above it that three of five samples reach scores (x − 51) / 4. */
const reference = bandsBaseline();
const NAMES = ["cpu_percent"];
const bandsOf = ({ model }: Baseline): Bands => {
  if (model.detector !== "bands") throw new Error("the baseline has no calendar bands");
  return model;
};
/** Thursday noon behind the three days that the bands were learnt from. */
const NOON = MONDAY + 3 * 1_440 * MINUTE + 720 * MINUTE;

const at = (minute: number) => NOON + minute * MINUTE;

/** Samples of one minute each, in parts of half an hour: older ones would be from the past. */
function told(
  values: readonly number[],
  { before = state(), from = 0, baseline = reference, policy = NO_POLICY } = {},
): Folded {
  const parts = Array.from({ length: Math.ceil(values.length / 30) }, (_, k) => {
    const rows = values.slice(30 * k, 30 * k + 30).map((value) => [value]);
    return part({ names: NAMES, rows, times: rows.map((_, i) => at(from + 30 * k + i)) });
  });
  return fold(
    before,
    baseline,
    parts.map((one) => arrived(one)),
    policy,
  );
}

const calm = (minutes: number, level = 50, width = 1) =>
  Array.from({ length: minutes }, (_, i) => level + width * ripple(i));
const strange = (minutes: number, value = 57) => Array.from({ length: minutes }, () => value);
const kindsOf = ({ notices }: Folded) => notices.map(({ kind }) => kind);

describe("an incident opens", () => {
  test("with the third strange sample of five, and its cause shows the normal value", () => {
    const values = [...calm(10), 57, 50, 57, 50, 57];
    expect(told(values.slice(0, -1)).notices).toEqual([]);
    const { notices, parts } = told(values);
    expect(parts[0]!.scores.slice(-5)).toEqual([0, 0, 0, 0, 1.5]); // (57 − 51) / 4
    expect(parts[0]!.flags.slice(-2)).toEqual([0, Flag.anomaly | Flag.incident]);
    expect(notices).toMatchObject([
      {
        kind: "opened",
        incident: { opened: at(14), samples: 1, anomalies: 1, peak: { judgement: { score: 1.5, epsilon: 1 } } },
      },
    ]);
    expect(causesOf(notices[0]!.incident)).toEqual([
      { metric: "cpu_percent", now: 57, expected: 50, low: 49, high: 51, contribution: 1.5, share: 1, normalAt: 55 },
    ]);
  });

  test("for values that are too low as well", () => {
    const { notices } = told([...calm(10), ...strange(3, 40)]);
    // (49 − 40) / 4, and 49 − 4 would have been normal.
    expect(causesOf(notices[0]!.incident)).toMatchObject([{ contribution: 2.25, normalAt: 45 }]);
  });

  test("only above epsilon, which moves the normal value", () => {
    const baseline = bandsBaseline({ epsilon: 1.25 });
    expect(told(strange(5, 56), { baseline }).notices).toEqual([]);
    const { notices } = told(strange(3, 57), { baseline });
    expect(causesOf(notices[0]!.incident)).toMatchObject([{ normalAt: 56 }]); // 51 + 1.25 · 4
  });

  test.each([
    [62.9, "warning"],
    [63, "critical"], // (63 − 51) / 4 = 3
  ])("at %d as %s", (value, severity) => {
    expect(severityOf(told(strange(3, value)).notices[0]!.incident)).toBe(severity);
  });

  test("above a host's level while it has no bands, and never as critical", () => {
    const baseline = bandsBaseline({ days: 1 / 12 });
    const folded = told([...calm(40), ...strange(3, 5_000)], { baseline });
    expect(folded.notices).toMatchObject([{ kind: "opened", incident: { opened: at(42) } }]);
    expect(severityOf(folded.notices[0]!.incident)).toBe("warning");
    expect(bandsMemoryOf(folded.state).young).toBeDefined();
  });
});

describe("an incident ends", () => {
  // Five strange samples from minute 0 on: three of five are strange from minute 2 to minute 6.
  test("after six calm minutes", () => {
    const folded = told([...strange(5), ...calm(7)]);
    expect(kindsOf(folded)).toEqual(["opened"]);
    const { notices } = told([...strange(5), ...calm(8)]);
    const counts = { samples: 11, anomalies: 5 };
    expect(notices[1]).toMatchObject({
      kind: "resolved",
      incident: { opened: at(2), lastAnomaly: at(6), resolved: at(12), ...counts },
    });
    expect(notices[1]!.incident).not.toHaveProperty("ending");
  });

  test("not while the score is above 0.6 epsilon, though that opens no incident", () => {
    // (53.5 − 51) / 4 = .625, and (53.3 − 51) / 4 = .575.
    const [above, below] = [53.5, 53.3].map((value) => [...strange(5), ...strange(25, value)]);
    expect(told(strange(25, 53.5)).notices).toEqual([]);
    expect(kindsOf(told(above!))).toEqual(["opened"]);
    expect(kindsOf(told(below!))).toEqual(["opened", "resolved"]);
  });

  test("after a quarter of its length when it was long", () => {
    const { notices } = told([...strange(60), ...calm(30)]);
    // From minute 2 to minute 61: 59 / 4 = 14.75 minutes.
    expect(notices[1]!.incident).toMatchObject({ lastAnomaly: at(61), resolved: at(76) });
  });

  test("not while its cause leans towards the threshold", () => {
    // Five hours at 57, cut at the threshold: 1 − .5^(300 / 180) = .685, and .5 after 180 · log2(1.37) = 81.75 minutes.
    // A quarter of the length is over at minute 376.
    const values = [...strange(300), ...calm(90)];
    expect(kindsOf(told(values.slice(0, 379)))).toEqual(["opened"]);
    const { notices } = told(values);
    expect(notices[1]!.kind).toBe("resolved");
    expect(Math.abs(notices[1]!.incident.resolved! - at(381))).toBeLessThanOrEqual(2 * MINUTE);
  });

  test("not while the level of its cause is out by two fifths of its threshold", () => {
    // A percentage's level alerts 4 points above the median of 50, the least change that matters. So 52.2 is .55 of the
    // way. The value itself is at most (52.4 − 51) / 4 = .35, and .44 of the way to its own threshold.
    const baseline = bandsBaseline({ days: 4 });
    const out = [...strange(60), ...calm(60, 52.2, 0.2)];
    expect(kindsOf(told(out, { baseline }))).toEqual(["opened"]);
    const { notices } = told([...out, ...calm(10)], { baseline });
    expect(notices[1]!.kind).toBe("resolved");
    // The guard of five minutes falls from .55 to .4 in 5 · log2(1.375) = 2.3 minutes.
    expect(Math.abs(notices[1]!.incident.resolved! - at(122))).toBeLessThanOrEqual(2 * MINUTE);
  });

  test("with the current value beside the value at the peak", () => {
    const { notices } = told([...strange(5), ...calm(20)]);
    const { causes, latest } = notices[1]!.incident as AnomalyIncident;
    expect(causes).toMatchObject([{ metric: "cpu_percent", now: 57, low: 49, high: 51 }]);
    expect(latest).toMatchObject({ time: at(12), readings: [{ metric: "cpu_percent", low: 49, high: 51 }] });
    expect(Math.abs(latest!.readings[0]!.now - 50)).toBeLessThanOrEqual(1);
  });

  test("as settled when a refit has learnt its level, and not when the value came back", () => {
    const moved = {
      ...bandsBaseline({ version: 2 }),
      model: fitBands(
        historyOf({ days: 3 }, () => 57),
        NAMES,
        "UTC",
      ),
    };
    const before = told(strange(20)).state;
    const stayed = told(strange(30), { before, from: 20, baseline: moved }).notices;
    expect(stayed).toMatchObject([{ kind: "resolved", incident: { ending: "settled" } }]);
    const back = told(calm(30), { before, from: 20 }).notices;
    expect(back[0]!.incident).not.toHaveProperty("ending");
  });

  test("as settled when its cause has leaned for three days", () => {
    // 53 ± .2 is at most (53.2 − 51) / 4 = .55, and lies 3 / 5 of the way to the threshold.
    const { notices } = told([...strange(300), ...calm(4_100, 53, 0.2)]);
    expect(notices.map(({ kind }) => kind)).toEqual(["opened", "resolved"]);
    expect(notices[1]!.incident).toMatchObject({ opened: at(2), resolved: at(2 + 3 * 1_440), ending: "settled" });
  });
});

function policyOf(limits: Partial<MetricPolicy>): HostPolicy {
  return { rules: [], metric: () => ({ direction: "both", minAbsolute: 0, minRelative: 0, ...limits }) };
}

describe("a person's policy", () => {
  test.each<[Partial<MetricPolicy>, number, number]>([
    [{ direction: "up" }, 57, 1],
    [{ direction: "up" }, 43, 0],
    [{ direction: "down" }, 57, 0],
    [{ direction: "down" }, 43, 1],
    [{ minAbsolute: 7 }, 57, 1],
    [{ minAbsolute: 7.1 }, 57, 0],
    [{ minRelative: 0.13 }, 57, 1],
    [{ minRelative: 0.15 }, 57, 0],
  ])("of %j lets 50 become %d with %d incidents", (limits, value, incidents) => {
    const { notices, parts } = told(strange(5, value), { policy: policyOf(limits) });
    expect(notices).toHaveLength(incidents);
    expect(parts[0]!.scores.at(-1)).toBe(incidents * 1.5);
  });
});

test.each<[string, number, number]>([
  ["a stuck value", 50, 30],
  ["a metric that is gone", Number.NaN, 60],
])("%s opens an incident unless the policy lets no change of the usual size count", (_, value, minutes) => {
  // Usually at 50: its loss is a change of 50.
  const values = [...calm(5), ...strange(minutes, value)];
  const opened = (limits: Partial<MetricPolicy>) => told(values, { policy: policyOf(limits) }).notices.length;
  expect([{ minAbsolute: 50 }, { minAbsolute: 51 }].map(opened)).toEqual([1, 0]);
  expect([{ minRelative: 1 }, { minRelative: 1.1 }].map(opened)).toEqual([1, 0]);
  expect([{ direction: "up" as const }, { direction: "down" as const }].map(opened)).toEqual([1, 1]);
});

test("a filling percentage opens an incident unless the policy does not count its way to full", () => {
  const filling = historyOf({ days: 6 }, (day, minute) => 80 + 2 * day + ripple(minute) / 10);
  const baseline = { ...reference, model: fitBands(filling, NAMES, "UTC") };
  const opened = (limits: Partial<MetricPolicy>) =>
    told(calm(5, 86, 0.1), { baseline, policy: policyOf(limits) }).notices.length;
  // The usual value is the median of days at 80, 82 … 90: 85, from where full is 15 away.
  expect([{ minAbsolute: 15 }, { minAbsolute: 15.2 }, { direction: "down" as const }].map(opened)).toEqual([1, 0, 0]);
});

test("a person's policy holds for a young host as well, from its level", () => {
  const baseline = bandsBaseline({ days: 1 / 12 });
  const values = [...calm(40), ...strange(3, 99)];
  expect(told(values, { baseline, policy: policyOf({ minAbsolute: 45 }) }).notices).toHaveLength(1);
  expect(told(values, { baseline, policy: policyOf({ minAbsolute: 55 }) }).notices).toEqual([]);
});

describe("memory", () => {
  test("does not change for late samples, which get no score", () => {
    const before = told([...calm(10), 57, 57]).state;
    const row = { names: NAMES, rows: [[99], [99]], times: [at(3) + 1, at(4) + 1] };
    const late = fold(before, reference, [arrived(part(row), at(12))]);
    expect(late.parts[0]).toMatchObject({ scores: [Number.NaN, Number.NaN], flags: [Flag.late, Flag.late] });
    expect(late.state.memory).toEqual(before.memory);
    expect(late.notices).toEqual([]);
    expect(kindsOf(told([57], { before: late.state, from: 12 }))).toEqual(["opened"]);
  });

  test("passes to a new version of the same owner, but not to another owner", () => {
    const before = told([...calm(10), 57, 57]).state;
    const next = (changes: object) => told([57], { before, from: 12, baseline: bandsBaseline(changes) });
    expect(kindsOf(next({ version: 2 }))).toEqual(["opened"]);
    expect(kindsOf(next({ owner: "group#web" }))).toEqual([]);
  });

  test("scores, flags, incidents and state are the same however samples are cut into batches", () => {
    const value = fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 49, max: 51 }) },
      { weight: 4, arbitrary: fc.integer({ min: 52, max: 70 }) },
      { weight: 1, arbitrary: fc.constant(Number.NaN) },
    );
    const gap = fc.oneof(
      { weight: 9, arbitrary: fc.constant(6) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 90 }) },
    );
    const rows = fc.array(fc.tuple(value, gap), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(rows, fc.nat(58), fc.constantFrom(3, 1 / 12), (samples, cut, days) => {
        const baseline = bandsBaseline({ days });
        let time = NOON;
        const times = samples.map(([, steps]) => (time += steps * 10_000));
        const feed = (from: number, to: number, before = state()) => {
          const some = { times: times.slice(from, to), rows: samples.slice(from, to).map(([one]) => [one]) };
          return fold(before, baseline, [arrived(part({ names: NAMES, ...some }))]);
        };
        const middle = 1 + (cut % (samples.length - 1));
        const whole = feed(0, samples.length);
        const first = feed(0, middle);
        const second = feed(middle, samples.length, first.state);
        expect([...first.parts[0]!.scores, ...second.parts[0]!.scores]).toEqual(whole.parts[0]!.scores);
        expect([...first.parts[0]!.flags, ...second.parts[0]!.flags]).toEqual(whole.parts[0]!.flags);
        expect([...first.notices, ...second.notices]).toEqual(whole.notices);
        expect({ ...second.state, arrived: 0, interval: 0 }).toEqual({ ...whole.state, arrived: 0, interval: 0 });
      }),
      { numRuns: 40 },
    );
  });
});

describe("a host whose bands know nothing after half past one in the afternoon", () => {
  /** The metric of the other tests, seen only until 13:30 on each of the three days. */
  const untilHalfPastOne = historyOf({ days: 3 }, (_, minute) => (minute < 810 ? 50 + ripple(minute) : Number.NaN));
  const baseline = { ...reference, model: fitBands(untilHalfPastOne, NAMES, "UTC") };
  const backAfter = (minutes: number) => told(calm(minutes), { baseline }).state.backBy;

  test("may be off from the last half hour on, in steps of a quarter: from one o'clock", () => {
    expect(backAfter(60)).toBeUndefined(); // the newest sample is of 12:59
    expect(backAfter(61)).toBeDefined(); // and here of 13:00
  });

  test("has a week to come back, since three days do not show when it is usually on", () => {
    expect(backAfter(61)).toBe(NOON + HOUR_MS + WEEK_MS);
  });

  test("may be off on the weekdays on which it usually stops, and on no other", () => {
    // NOON is of a Thursday: off from one o'clock on Thursdays, by a model that knows every afternoon.
    const absence = new Uint8Array(7 * 96).fill(USUALLY_OFF, 3 * 96 + 52, 4 * 96);
    const onThursdays = { ...reference, model: { ...bandsOf(reference), absence } };
    const knownAfter = (minutes: number) => told(calm(minutes), { baseline: onThursdays }).state.backBy !== undefined;
    expect([30, 31].map(knownAfter)).toEqual([false, true]); // the newest sample is of 12:29, and of 12:30
    const onFridays = { ...bandsOf(reference), absence: absence.map((_, i) => absence[i - 96] ?? 0) };
    expect(told(calm(31), { baseline: { ...reference, model: onFridays } }).state.backBy).toBeUndefined();
  });

  test("has an hour to come back, from the time on at which it is usually on again", () => {
    // Off from Thursday 13:00 on, neither usually off nor on from Friday 7:00 on, and usually on from 7:30 on.
    const absence = new Uint8Array(7 * 96).fill(USUALLY_OFF, 3 * 96 + 52, 4 * 96 + 28).fill(USUALLY_ON, 4 * 96 + 30);
    const model = { ...bandsOf(reference), absence };
    const { state } = told(calm(40), { baseline: { ...reference, model } });
    expect(state.backBy).toBe(NOON + 20.5 * HOUR_MS);
  });

  test("is never off by bands that know the afternoon", () => {
    expect(told(calm(90)).state.backBy).toBeUndefined();
  });
});

test("a detector of single samples drops the memory of the detector before it", () => {
  const { state: before } = told(calm(3));
  expect(before.memory).toBeDefined();
  const after = told(calm(3), { before, from: 3, baseline: baselineOf({ names: NAMES, mean: [50] }) });
  expect(after.state.memory).toEqual({ last: expect.any(Float64Array) });
});
