// A newcomer under the bands of its group, by numbers of a hand calculation.
import { causesOf } from "../../lib/incident/incident.ts";
import { type Folded, fold } from "../../lib/watch/fold.ts";
import { arrived, bandsBaseline, bandsMemoryOf, part, state } from "../factories.ts";
import { MINUTE, MONDAY, ripple } from "../model/band-history.ts";

const NAMES = ["cpu_percent"];
/** Band 49 to 51, threshold 4, and a floor of 4 %. */
const group = bandsBaseline({ owner: "group#web" });
const NOON = MONDAY + 3 * 1_440 * MINUTE + 720 * MINUTE;

/** Samples of one minute each, in parts of half an hour. */
function told(values: readonly number[], { before = state(), from = 0, baseline = group } = {}): Folded {
  const parts = Array.from({ length: Math.ceil(values.length / 30) }, (_, k) => {
    const rows = values.slice(30 * k, 30 * k + 30).map((value) => [value]);
    return arrived(part({ names: NAMES, rows, times: rows.map((_, i) => NOON + (from + 30 * k + i) * MINUTE) }));
  });
  return fold(before, baseline, parts);
}

const around = (level: number, minutes: number) => Array.from({ length: minutes }, (_, i) => level + ripple(i));
const steady = (value: number, minutes: number) => Array.from({ length: minutes }, () => value);

test("a newcomer that works half as much again as its group sends no alert, and a fault of it does", () => {
  const { state: before, notices } = told(around(75, 60));
  expect(notices).toEqual([]);
  // As its group would have it, 98 is 98 × 50 / 75 = 65.3. It scores (65.3 − 51) / 4 = 3.6.
  const fault = told(steady(98, 3), { before, from: 60 });
  expect(fault.notices.map(({ kind }) => kind)).toEqual(["opened"]);
  expect(fault.parts[0]!.scores[2]).toBeCloseTo(3.6, 0);
  const [cause] = causesOf(fault.notices[0]!.incident);
  // Its usual value is 75; normal are its group's 49 and up to 51 × 75 / 50.
  expect(cause).toMatchObject({ metric: "cpu_percent", now: 98 });
  expect(cause!.expected).toBeCloseTo(75, 0);
  expect(cause!.low).toBeCloseTo(49, 0);
  expect(cause!.high).toBeCloseTo(76.5, 0);
});

test("a newcomer that lies where its group does is judged as before", () => {
  const { state: before, notices } = told(around(50, 60));
  expect(notices).toEqual([]);
  expect(told(steady(57, 3), { before, from: 60 }).parts[0]!.scores[2]).toBeCloseTo(1.5, 1); // (57 − 51) / 4
});

test("a newcomer with less work than half of its group's is normal for half an hour, then it sends an alert", () => {
  expect(told(around(5, 30)).notices).toEqual([]);
  expect(told(around(5, 35)).notices.map(({ kind }) => kind)).toEqual(["opened"]);
});

test("a newcomer with more than twice its group's work sends an alert at once", () => {
  // Of 130 half are left: (65 − 51) / 4 = 3.5.
  expect(told(steady(130, 3)).notices.map(({ kind }) => kind)).toEqual(["opened"]);
});

test("trouble of hours does not become the newcomer's level", () => {
  const { state: before } = told(around(50, 60));
  const { notices, state: after } = told(steady(90, 360), { before, from: 60 });
  expect(notices.map(({ kind }) => kind)).toEqual(["opened"]);
  expect(bandsMemoryOf(after).own!.level[0]).toBeCloseTo(0, 1);
});

test("under bands of its own a host has no level beside its group", () => {
  const { state: before } = told(around(75, 60));
  expect(bandsMemoryOf(before).own).toBeDefined();
  const after = told(around(50, 3), { before, from: 60, baseline: bandsBaseline({ owner: "host#web-07" }) });
  expect(bandsMemoryOf(after.state).own).toBeUndefined();
});
