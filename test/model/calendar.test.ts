import { calendarOf, isWeekend, weekdayOf } from "../../lib/model/calendar.ts";
import { placesOf } from "../../lib/model/slot-days.ts";

// Days and slots by Python: t.astimezone(zoneinfo.ZoneInfo(zone)), then (date − 1970-01-01).days and minutes // 15.
test.each([
  ["UTC", "2026-11-30T23:59Z", 20_787, 95],
  ["Europe/Paris", "2026-06-30T22:10Z", 20_635, 0],
  ["America/New_York", "2026-11-30T01:00Z", 20_786, 80],
  ["Asia/Kathmandu", "2026-01-01T18:20Z", 20_455, 0],
])("in %s %s is day %d, slot %d", (zone, time, day, slot) => {
  expect(calendarOf(zone)(Date.parse(time))).toEqual({ day, slot });
});

test("clocks that go back leave the local slot where it was (Europe/Paris, 25 October 2026)", () => {
  const calendar = calendarOf("Europe/Paris");
  expect(calendar(Date.parse("2026-10-24T10:05Z"))).toEqual({ day: 20_750, slot: 48 });
  expect(calendar(Date.parse("2026-10-25T11:05Z"))).toEqual({ day: 20_751, slot: 48 });
  // Half past two comes twice.
  expect(calendar(Date.parse("2026-10-25T00:30Z"))).toEqual({ day: 20_751, slot: 10 });
  expect(calendar(Date.parse("2026-10-25T01:30Z"))).toEqual({ day: 20_751, slot: 10 });
});

test("clocks that go forward skip an hour's slots (Europe/Paris, 29 March 2026)", () => {
  const calendar = calendarOf("Europe/Paris");
  expect(calendar(Date.parse("2026-03-29T00:59Z"))).toEqual({ day: 20_541, slot: 7 });
  expect(calendar(Date.parse("2026-03-29T01:00Z"))).toEqual({ day: 20_541, slot: 12 });
});

test("clocks that go back by half an hour repeat two slots (Lord Howe, 5 April 2026)", () => {
  const calendar = calendarOf("Australia/Lord_Howe");
  expect(calendar(Date.parse("2026-04-04T14:50Z"))).toEqual({ day: 20_548, slot: 7 });
  expect(calendar(Date.parse("2026-04-04T15:20Z"))).toEqual({ day: 20_548, slot: 7 });
});

test("days stay in order where clocks go back over midnight (St. John's, 7 November 2010, 00:01)", () => {
  // Python: 02:16Z is 23:46 on the 6th; 02:31Z, after a minute of the 7th, 23:01 on the 6th; 03:31Z 00:01 on the 7th.
  const times = ["02:16", "02:30", "02:31", "02:46", "03:31"].map((hour) => Date.parse(`2010-11-07T${hour}Z`));
  const { days, day } = placesOf(Float64Array.from(times), calendarOf("America/St_Johns"));
  expect(days).toEqual([14_919, 14_920]); // (date(2010, 11, 6) − date(1970, 1, 1)).days
  expect([...day]).toEqual([0, 1, 1, 1, 1]);
});

test("the first of January 1970 was a Thursday, the day before a Wednesday, and 5 October 2026 a Monday", () => {
  // date(2026, 10, 5).weekday() is 0, and it is day 20,731.
  expect([0, -1, -5, 20_731, 20_736, 20_737].map(weekdayOf)).toEqual([3, 2, 5, 0, 5, 6]);
});

test("Saturday and Sunday are the weekend", () => {
  expect([0, 1, 2, 3, 4, 5, 6].filter(isWeekend)).toEqual([5, 6]);
});

test("a zone that does not exist is a RangeError", () => {
  expect(() => calendarOf("Europe/Atlantis")).toThrow(RangeError);
});
