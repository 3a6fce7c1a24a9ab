// Which well-known metrics are far above their range, and when a value would be usual. The bands are exact: every day
// is the same, so an hour's band is its value ± the ripple of 1.
import { fitBands } from "../../lib/model/fit-bands.ts";
import { surroundingsOf } from "../../lib/watch/around-peak.ts";
import { scorePart } from "../../lib/watch/scoring.ts";
import { baseline } from "../factories.ts";
import { DAY, historyOf, MINUTE, MONDAY, ripple } from "../model/band-history.ts";

/** Twice as much from noon to six. */
const daily = (_: number, minute: number) => (minute >= 720 && minute < 1_080 ? 40 : 20) + ripple(minute);
/** Bytes by the 100,000: fewer are no traffic. */
const UNITS = [1, 1, 1e5, 1];
const names = ["cpu_busy_percent", "disk_busy_percent", "network_in_bytes_per_second", "queue"];

/** The surroundings of the fifth of five equal samples at that hour of the day behind the history. */
function at(hour: number, values: readonly number[], days = 4) {
  const model = fitBands(
    historyOf({ days }, ...UNITS.map((unit) => (day: number, minute: number) => unit * daily(day, minute))),
    names,
    "UTC",
  );
  const reference = { ...baseline({ names, epsilon: 1 }), model };
  const from = MONDAY + days * DAY + hour * 60 * MINUTE;
  const times = [0, 1, 2, 3, 4].map((i) => from + i * MINUTE);
  const unscored = {
    values: Float64Array.from(times.flatMap(() => values.map((value, i) => value * UNITS[i]!))),
    times,
    inOrder: [0, 1, 2, 3, 4],
  };
  return surroundingsOf(reference, scorePart(reference, undefined, unscored).explain(4));
}

test("a metric is far when it is beyond its range by more than its width, and large enough to matter", () => {
  expect(at(3, [90, 20, 20, 20])?.far).toEqual(["cpu_busy_percent"]);
  // 49 % is far above 21 % as well, but leaves half of the CPU.
  expect(at(3, [49, 79, 20, 20])?.far).toBeUndefined();
  // A metric of another name tells nothing, however far it is; bytes need three times the range.
  expect(at(3, [20, 20, 20, 900])?.far).toBeUndefined();
  expect(at(3, [20, 20, 62, 20])?.far).toBeUndefined();
  expect(at(3, [20, 20, 64, 20])?.far).toEqual(["network_in_bytes_per_second"]);
});

test("traffic is usual within its range, and not when it is missing or below", () => {
  expect(at(3, [90, 20, 20, 20])?.usual).toEqual(["network_in_bytes_per_second"]);
  expect(at(3, [90, 20, 2, 20])?.usual).toBeUndefined();
  expect(at(3, [90, 20, Number.NaN, 20])?.usual).toBeUndefined();
});

test("values of the afternoon are usual at the nearest hour of the afternoon", () => {
  const [midnight, hour] = [MONDAY + 4 * DAY, 60 * MINUTE];
  // A band takes in the quarters of an hour beside it: the afternoon goes from 11:45 to 18:15.
  expect(at(9, [40, 40, 20, 20])?.usualAt).toBe(midnight + 11.75 * hour);
  expect(at(20, [40, 40, 20, 20])?.usualAt).toBe(midnight + 17.25 * hour);
});

test("a workday that is like a weekend is a day off, and its low metrics are one trouble", () => {
  const office = (day: number, minute: number) => (day % 7 < 5 ? 40 : 20) + ripple(minute);
  const model = fitBands(historyOf({ days: 14 }, office, office), names.slice(0, 2), "UTC");
  const reference = { ...baseline({ names: names.slice(0, 2), epsilon: 1 }), model };
  const explained = (values: readonly number[]) => {
    const times = [0, 1, 2, 3, 4].map((i) => MONDAY + 16 * DAY + (720 + i) * MINUTE);
    const unscored = { values: Float64Array.from(times.flatMap(() => values)), times, inOrder: [0, 1, 2, 3, 4] };
    return scorePart(reference, undefined, unscored).explain(4);
  };
  expect(surroundingsOf(reference, explained([20, 20]))).toEqual({ isDayOff: true });
  expect(explained([20, 20]).alone).toEqual([]);
  expect(surroundingsOf(reference, explained([20, 10]))).toBeUndefined();
  expect(explained([20, 10]).alone).toHaveLength(2);
});

test.each([
  ["one metric alone, which may be there by chance", () => at(9, [40, 20, 20, 20])],
  ["a metric that is above the values of every hour", () => at(9, [40, 90, 20, 20])],
  ["values below their bands", () => at(13, [20, 20, 40, 40])],
  ["bands of two days", () => at(9, [40, 40, 20, 20], 2)],
])("no other hour is known for %s", (_, surroundings) => {
  expect(surroundings()?.usualAt).toBeUndefined();
});
