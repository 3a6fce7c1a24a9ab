import { USUALLY_OFF, USUALLY_ON, usualAbsence } from "../../lib/model/absence.ts";
import { calendarOf, SLOTS } from "../../lib/model/calendar.ts";
import { placesOf } from "../../lib/model/slot-days.ts";
import { MINUTE, MONDAY } from "./band-history.ts";

/** The absence of a host that sends every five minutes of these days while it is on. */
function absenceOf(days: number, isOn: (day: number, minute: number) => boolean): Uint8Array | undefined {
  const all = Array.from({ length: days * 288 }, (_, i) => i * 5);
  const on = all.filter((minute) => isOn(Math.floor(minute / 1_440), minute % 1_440));
  const times = Float64Array.from(on, (minute) => MONDAY + minute * MINUTE);
  return usualAbsence(placesOf(times, calendarOf("UTC")));
}

const slotsOff = (off: Uint8Array | undefined, weekday: number) =>
  off?.subarray(weekday * SLOTS, (weekday + 1) * SLOTS).filter((one) => one === USUALLY_OFF).length;
const onWeekdays = (day: number, minute: number) => day % 7 < 4 || (day % 7 === 4 && minute < 1_080);

test("a host that is off from six o'clock on Fridays is off then, and on the whole weekend, after two weeks", () => {
  expect(absenceOf(8, onWeekdays)).toBeUndefined();
  const off = absenceOf(15, onWeekdays);
  expect([0, 1, 2, 3, 4, 5, 6].map((weekday) => slotsOff(off, weekday))).toEqual([0, 0, 0, 0, 24, 96, 96]);
  expect([71, 72].map((slot) => off![4 * SLOTS + slot])).toEqual([USUALLY_ON, USUALLY_OFF]);
});

test("most days of a weekday decide: one Friday on duty changes nothing, and neither does one Wednesday off", () => {
  const isOn = (day: number, minute: number) => day !== 9 && (onWeekdays(day, minute) || day === 18);
  const off = absenceOf(29, isOn);
  expect([2, 4, 5].map((weekday) => slotsOff(off, weekday))).toEqual([0, 24, 96]);
});

test("if people switch a host off sooner on some days, two of these days show from when it may be off", () => {
  const evenings = [1_080, 1_050, 1_095, 1_110, 1_065]; // 18:00, 17:30, 18:15, 18:30, 17:45; weeks differ
  const isOn = (day: number, minute: number) =>
    day % 7 < 5 && minute >= 420 && minute < evenings[(day + Math.floor(day / 7)) % 5]!;
  const offFrom = (off: Uint8Array | undefined) => off?.subarray(0, SLOTS).indexOf(USUALLY_OFF, 50);
  expect(offFrom(absenceOf(4, isOn))).toBeUndefined(); // two evenings between the first day and the last
  // It went off at 17:30, 18:15, 18:30, 17:45 and 18:30.
  expect(offFrom(absenceOf(9, isOn))).toBe(71);
});

test("a weekday on which the host always stays on in the evening has a habit of its own", () => {
  const isOn = (day: number, minute: number) => minute < 1_080 || day % 7 === 4;
  const off = absenceOf(15, isOn);
  expect([0, 3, 4, 5].map((weekday) => slotsOff(off, weekday))).toEqual([24, 24, 0, 24]);
});

test("a host is usually on at a time when it was on on nine of ten days, once five days are known", () => {
  const mornings = [420, 435, 450, 465, 480, 480, 480, 480, 480, 480]; // 7:00 to 8:00; three in ten before 7:45
  const isOn = (day: number, minute: number) => minute >= mornings[day % 10]! && minute < 1_200;
  const onFrom = (absence: Uint8Array | undefined) => absence?.subarray(0, SLOTS).indexOf(USUALLY_ON);
  expect(onFrom(absenceOf(6, isOn))).toBe(-1); // four workdays between the first day and the last
  const absence = absenceOf(15, isOn);
  expect(onFrom(absence)).toBe(32); // 8:00
  // Three Saturdays and Sundays alone would not show it.
  expect(absence![5 * SLOTS + 32]).toBe(USUALLY_ON);
});

test("a host that stays off on some days is not usually on, whatever the hour", () => {
  const isOn = (day: number, minute: number) => day % 7 !== (day < 7 ? 2 : 3) && minute >= 420 && minute < 1_080;
  const absence = absenceOf(15, isOn); // off on a Wednesday and on a Thursday of nine workdays
  expect([absence?.includes(USUALLY_OFF), absence?.subarray(0, SLOTS).includes(USUALLY_ON)]).toEqual([true, false]);
});

test("neither two outages at one time nor an outage of three days is a habit", () => {
  expect(absenceOf(10, (day) => day < 3 || day > 7)).toBeUndefined(); // off from Thursday to Monday
  expect(absenceOf(8, (day, minute) => !(day === 2 || day === 4) || minute < 600)).toBeUndefined();
});

test("a host that is never off has no absence; days before its first and after its last do not count", () => {
  expect(absenceOf(21, () => true)).toBeUndefined();
  expect(absenceOf(21, (day) => day >= 6 && day < 15)).toBeUndefined();
  expect(usualAbsence({ days: [], day: new Int32Array(0), slot: new Uint8Array(0) })).toBeUndefined();
});
