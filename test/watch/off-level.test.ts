// A level that lasts, while each value is in its range. The range of a quarter of an hour is 40 to 60, its usual value
// 50. The floor of a percentage is 4, and a level 4 away alerts.
import { type AnomalyIncident, causesOf } from "../../lib/incident/incident.ts";
import { fitBands } from "../../lib/model/fit-bands.ts";
import { fold } from "../../lib/watch/fold.ts";
import { arrived, bandsBaseline, part, state } from "../factories.ts";
import { historyOf, MINUTE, MONDAY, ripple } from "../model/band-history.ts";

const NAMES = ["cpu_percent"];
const DAYS = 10;
const history = historyOf({ days: DAYS }, (_, minute) => 50 + 10 * ripple(minute));
const { joint: _, ...model } = fitBands(history, NAMES, "UTC");
const baseline = { ...bandsBaseline(), model };
const NOON = MONDAY + (DAYS * 1_440 + 720) * MINUTE;

/** The notices of hours at this level, with small changes from minute to minute. */
function noticesAt(level: number, hours = 12) {
  const parts = Array.from({ length: 2 * hours }, (_, half) => {
    const minutes = Array.from({ length: 30 }, (_, i) => 30 * half + i);
    const times = minutes.map((minute) => NOON + minute * MINUTE);
    return arrived(part({ names: NAMES, rows: minutes.map((minute) => [level + ripple(minute)]), times }));
  });
  return fold(state(), baseline, parts).notices;
}

test.each([
  [58, "elevated"],
  [42, "lowered"],
] as const)("a level of %d in the range of 40 to 60 is %s", (level, sign) => {
  const [opened] = noticesAt(level);
  expect(causesOf(opened!.incident)).toMatchObject([{ metric: "cpu_percent", sign }]);
  expect((opened!.incident as AnomalyIncident).patterns).toEqual([`${sign} cpu_percent`]);
});

test("a level that is also beyond the range is high", () => {
  const [opened] = noticesAt(63);
  expect(causesOf(opened!.incident)[0]).not.toHaveProperty("sign");
  expect(opened!.incident).toMatchObject({ patterns: ["high cpu_percent"] });
});

test("a level near the usual one opens nothing", () => {
  expect(noticesAt(52)).toEqual([]);
});
