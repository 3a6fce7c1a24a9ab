import { clock, datedMoment, duration, iso, moment } from "../../lib/notify/time.ts";

/** 2026-11-22T14:05:09Z (date -u -d 2026-11-22T14:05:09Z +%s). */
const TIME = 1_795_356_309_000;

test("times are UTC in words, on a clock, and in ISO 8601", () => {
  expect(moment(TIME)).toBe("22 Nov 14:05 UTC");
  expect(clock(TIME)).toBe("14:05Z");
  expect(iso(TIME)).toBe("2026-11-22T14:05:09.000Z");
});

test("a time of another year has the year", () => {
  const in365Days = TIME + 365 * 86_400_000;
  expect(datedMoment(in365Days, TIME)).toBe("22 Nov 2027 14:05 UTC");
  expect(datedMoment(TIME, in365Days)).toBe("22 Nov 2026 14:05 UTC");
  expect(datedMoment(TIME, TIME)).toBe("22 Nov 14:05 UTC");
});

test.each([
  // TZ=Europe/Berlin date -d @1795356309, and so on
  ["Europe/Berlin", "22 Nov 15:05 CET", "15:05 CET"],
  ["America/New_York", "22 Nov 09:05 EST", "09:05 EST"],
  ["Australia/Sydney", "23 Nov 01:05 AEDT", "01:05 AEDT"],
  ["Asia/Kolkata", "22 Nov 19:35 UTC+05:30", "19:35+05:30"],
  ["America/Sao_Paulo", "22 Nov 11:05 UTC-03:00", "11:05-03:00"],
  ["UTC", "22 Nov 14:05 UTC", "14:05Z"],
  ["Europe/Nowhere", "22 Nov 14:05 UTC", "14:05Z"],
])("times are those of the clock in %s, by name or by distance from UTC", (zone, inWords, onClock) => {
  expect([moment(TIME, zone), clock(TIME, zone)]).toEqual([inWords, onClock]);
});

test("times follow summer time", () => {
  // 2026-07-01T12:00:00Z
  expect(moment(1_782_907_200_000, "Europe/London")).toBe("1 Jul 13:00 BST");
  expect(clock(1_782_907_200_000, "Europe/Berlin")).toBe("14:00 CEST");
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 8.64e15 + 1])("%p is no time, and nothing throws", (time) => {
  expect(moment(time)).toBe("an unknown time");
  expect(clock(time)).toBe("??:??Z");
  expect(iso(time)).toBeNull();
});

test("years of more than four digits do not shift the clock", () => {
  expect(clock(8.64e15)).toBe("00:00Z");
});

test.each([
  [0, "0 s"],
  [59_999, "59 s"],
  [60_000, "1 min"],
  [19 * 60_000 + 59_000, "19 min"],
  [3_600_000, "1 h"],
  [2 * 3_600_000 + 5 * 60_000, "2 h 5 min"],
  [24 * 3_600_000, "1 d"],
  [76 * 3_600_000, "3 d 4 h"],
  [-1, "an unknown time"],
  [Number.NaN, "an unknown time"],
  [Number.MAX_VALUE, "an unknown time"],
])("a duration of %p ms is %p", (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});
