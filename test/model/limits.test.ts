// What the default detector cannot detect, line by line as docs/detector.md lists it, each beside what it does detect.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DAY, MINUTE, MONDAY, ripple } from "./band-history.ts";
import { around, calm, fitted, largest, NOON, scoresOf, times } from "./fitted-bands.ts";

const HOUR = 60;
/** A score above 1 notifies. */
const NOTIFIES = 1;

function expectMissed(scores: readonly number[]): void {
  expect(largest(scores)).toBeLessThanOrEqual(NOTIFIES);
}

function expectDetected(scores: readonly number[]): void {
  expect(largest(scores)).toBeGreaterThan(NOTIFIES);
}

const CASES: Readonly<Record<string, () => void>> = {
  "trouble in fewer than three of five samples"() {
    const spikes = (count: number) => [...around(50, 10), ...times(count, 95), ...around(50, 10)];
    expectMissed(scoresOf(fitted(calm), spikes(2)));
    expectDetected(scoresOf(fitted(calm), spikes(3)));
  },
  "a change that is smaller than the least that counts"() {
    // The band of 50 ± 1 ends at 51, and four points of a percentage are the least that counts.
    expectMissed(scoresOf(fitted(calm), around(53, 2 * HOUR)));
    expectDetected(scoresOf(fitted(calm), around(57, 2 * HOUR)));
  },
  "trouble that looks like the usual work of that hour"() {
    const nightly = fitted((day, minute) => (minute < HOUR ? 90 : calm(day, minute)));
    const [midnight, noon] = [NOON + 12 * HOUR * MINUTE, NOON];
    expectMissed(scoresOf(nightly, around(90, 20), { start: midnight }));
    expectDetected(scoresOf(nightly, around(90, 20), { start: noon }));
  },
  "trouble that is as old as the host"() {
    expectMissed(
      scoresOf(
        fitted((day, minute) => calm(day, minute) + 45),
        around(95, 10),
      ),
    );
    expectDetected(scoresOf(fitted(calm), around(95, 10)));
  },
  "a leak of a tenth of a percentage point a day"() {
    const leaking = (perDay: number) => (day: number, minute: number) =>
      calm(day, minute) + perDay * (day + minute / (24 * HOUR));
    const dayAfter = (perDay: number) => Array.from({ length: 24 * HOUR }, (_, minute) => leaking(perDay)(7, minute));
    const start = MONDAY + 7 * DAY;
    expectMissed(scoresOf(fitted(leaking(0.1)), dayAfter(0.1), { start }));
    expectDetected(scoresOf(fitted(leaking(5), { name: "disk_used_percent" }), dayAfter(5), { start }));
  },
  "fewer errors, drops or retransmits than usual"() {
    const errors = fitted(calm, { name: "errors_per_second" });
    expectMissed(scoresOf(errors, around(1, 2 * HOUR)));
    expectDetected(scoresOf(fitted(calm, { name: "requests_per_second" }), around(1, 2 * HOUR)));
  },
  "load that goes within hours on a host's first weekend"() {
    const start = MONDAY + 5 * DAY + 12 * HOUR * MINUTE;
    const slowly = Array.from({ length: 4 * HOUR }, (_, i) => 50 * (1 - i / (4 * HOUR)) + ripple(i));
    expectMissed(scoresOf(fitted(calm, { days: 5 }), slowly, { start }));
    const suddenly = [...around(50, HOUR), ...around(2, HOUR)];
    expectDetected(scoresOf(fitted(calm, { days: 5 }), suddenly, { start }));
  },
  "a collector that freezes at a value at which the metric often rests"() {
    const resting = fitted((day, minute) => (minute % 720 < 700 ? 50 : calm(day, minute)));
    expectMissed(scoresOf(resting, times(10 * HOUR, 50)));
    expectDetected(scoresOf(fitted(calm), times(10 * HOUR, 50)));
  },
};

test("the page lists these cases and no others", () => {
  const page = readFileSync(join(__dirname, "../../docs/detector.md"), "utf8");
  const [, section = ""] = page.split("## What it cannot detect");
  const [table = ""] = section.split("\n## ");
  const listed = [...table.matchAll(/^\| (.+?) \|/gm)].map(([, first]) => first).slice(1);
  expect(listed).toEqual(Object.keys(CASES));
});

describe("the default detector misses", () => {
  test.each(Object.entries(CASES))("%s", (_, play) => play());
});

test("the default detector calls a public holiday unusual", () => {
  expectDetected(
    scoresOf(fitted(calm, { days: 14 }), around(30, 20), { start: MONDAY + 14 * DAY + 12 * HOUR * MINUTE }),
  );
});
