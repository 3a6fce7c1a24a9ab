import fc from "fast-check";
import { describeRecurrence, parseRecurrence } from "../../lib/alert/recurrence-text.ts";

const HOUR = 3_600_000;

test.each([
  ["Tue,Thu 02:00 2h Europe/Paris", { days: [2, 4], start: 120, durationMs: 2 * HOUR, zone: "Europe/Paris" }],
  ["23:59 90m UTC", { days: [], start: 1_439, durationMs: 1.5 * HOUR, zone: "UTC" }],
  ["sun 0:05 7d America/New_York", { days: [0], start: 5, durationMs: 168 * HOUR, zone: "America/New_York" }],
  [" Thu,Tue,Thu 02:00 2h Europe/Paris ", { days: [2, 4], start: 120, durationMs: 2 * HOUR, zone: "Europe/Paris" }],
])("%p is parsed", (text, recurrence) => {
  expect(parseRecurrence(text)).toEqual(recurrence);
});

test.each([
  ["", "Write days (or none for every day), time, duration and zone"],
  ["Tue 02:00 2h", "Write days"],
  ["Tue, Thu 02:00 2h UTC", "Write days"],
  ["Foo 02:00 2h UTC", "Foo is no day: write Sun, Mon"],
  ["Tue 24:00 2h UTC", "24:00 is no time"],
  ["Tue 02:60 2h UTC", "02:60 is no time"],
  ["Tue 02:00 2 UTC", "2 is no duration of a window: write 1m to 7d"],
  ["Tue 02:00 59s UTC", "59s is no duration"],
  ["Tue 02:00 8d UTC", "8d is no duration"],
  ["Tue 02:00 2h Europe/Atlantis", "Europe/Atlantis is no time zone: write an IANA name"],
])("the error about %p says what is wrong", (text, problem) => {
  expect(parseRecurrence(text)).toContain(problem);
});

test("a description is parsed to the recurrence that it describes", () => {
  const recurrence = fc.record({
    days: fc.uniqueArray(fc.integer({ min: 0, max: 6 })).map((days) => days.sort()),
    start: fc.integer({ min: 0, max: 1_439 }),
    durationMs: fc.integer({ min: 60_000, max: 7 * 24 * HOUR }),
    zone: fc.constantFrom("UTC", "Europe/Paris", "America/Argentina/Buenos_Aires", "Etc/GMT+12"),
  });
  fc.assert(
    fc.property(recurrence, (one) => {
      expect(parseRecurrence(describeRecurrence(one))).toEqual(one);
    }),
  );
});
