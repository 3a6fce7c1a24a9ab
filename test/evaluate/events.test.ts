import { alertGap, alertsOf, eventQuality, eventsOf, isFalse } from "../../lib/evaluate/events.ts";
import { adjustedF1, randomAdjustedF1 } from "../../lib/evaluate/point-adjust.ts";
import { seededRandom } from "../../lib/model/random.ts";

const bytes = (text: string) => Uint8Array.from(text, Number);
const digits = (text: string) => Float64Array.from(text, Number);

test("events are maximal runs", () => {
  expect(eventsOf(bytes("1001110001"))).toEqual([
    { first: 0, last: 0 },
    { first: 3, last: 5 },
    { first: 9, last: 9 },
  ]);
  expect(eventsOf(bytes("000"))).toEqual([]);
});

test("alerts are samples above the threshold, merged across gaps up to the limit", () => {
  const scores = digits("0900930009");
  expect(alertsOf(scores, 3, 3)).toEqual([
    { first: 1, last: 4 },
    { first: 9, last: 9 },
  ]);
  expect(alertsOf(scores, 2, 4)).toEqual([{ first: 1, last: 9 }]);
});

test.each([
  ["1 minute", 60_000, 10],
  ["5 minutes", 300_000, 3],
  ["an hour", 3_600_000, 1],
])("the gap of alerts at %s", (_, intervalMs, rows) => expect(alertGap(intervalMs)).toBe(rows));

describe("by hand: 12 rows of five minutes, 6 of them normal", () => {
  const labels = bytes("011100010011");
  // Above 4: rows 0 (false), 3 (two rows late), 7; with gap 3 rows 0–3 are one alert, and so are 3–7 not: 7 − 3 is 4.
  const scores = digits("500500090000");

  test("the alert over rows 0 to 3 is true, because it contains labelled rows", () => {
    expect(eventQuality(scores, labels, 4, 300_000)).toEqual({
      eventRecall: 2 / 3,
      delayMedianMinutes: 5, // of 10 and 0 minutes
      falseAlertsPerDay: 0,
    });
  });

  test("an alert without labelled rows is false", () => {
    const early = digits("000000000900");
    expect(alertsOf(early, 4, 3).map((alert) => isFalse(alert, labels))).toEqual([true]);
    // 6 normal samples are half an hour.
    expect(eventQuality(early, labels, 4, 300_000)).toEqual({
      eventRecall: 0,
      delayMedianMinutes: null,
      falseAlertsPerDay: 48,
    });
  });

  test("the delay is the median: the middle one of three", () => {
    expect(eventQuality(digits("000500090001"), labels, 0, 300_000)).toMatchObject({
      eventRecall: 1,
      delayMedianMinutes: 5, // of 10, 0 and 5 minutes
    });
  });
});

describe("point adjustment", () => {
  test("one hit counts for the whole event", () => {
    // Adjusted 7 7 7 0 9 0 0: above 0 three caught, one false, two missed.
    expect(adjustedF1(digits("0700900"), bytes("1110011"))).toBeCloseTo(6 / 9, 12);
    // Adjusted 7 7 7 0 9 2 2: above 0 all five, and one false.
    expect(adjustedF1(digits("0700921"), bytes("1110011"))).toBeCloseTo(10 / 11, 12);
  });

  test("gives random scores a high F1", () => {
    // The highest of 200 scores in an event lies above all but about 9 of the 1800 outside: F1 ≈ 400/(400 + 9).
    const labels = new Uint8Array(2000).fill(1, 500, 700);
    expect(randomAdjustedF1(labels, seededRandom(1))).toBeGreaterThan(0.9);
    expect(randomAdjustedF1(labels, seededRandom(1))).toBe(randomAdjustedF1(labels, seededRandom(1)));
  });
});
