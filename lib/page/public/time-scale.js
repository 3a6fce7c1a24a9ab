import { now } from "./store.js";

/** In milliseconds. */
const MINUTE = 60_000;
const DAY = 86_400_000;

/** The clock of the browser. A time has its date unless now is less than twelve hours away. */
export const LOCAL_TIME = timeScale(undefined, (time, { day, second }) =>
  Math.abs(now() - time) < DAY / 2 ? second(time) : `${day(time)}, ${second(time)}`,
);

/** As tables of a file have their times. */
export const UTC = timeScale("UTC", (time) => new Date(time).toISOString().slice(0, 19).replace("T", " "));

/** Rows or lines, which have numbers. */
export function numberScale(word) {
  const numbers = new Intl.NumberFormat("en");
  return { isTime: false, at: (place) => `${word} ${place}`, tick: (place) => numbers.format(place) };
}

/**
 * Times in milliseconds, in a zone; without one in the browser's. `at` gives a time to the second; `tick` gives its
 * label on an axis with a line every `step` milliseconds: a midnight is a date.
 */
function timeScale(zone, at) {
  const formatOf = (options) => {
    const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
    return (time) => format.format(time);
  };
  const day = formatOf({ day: "numeric", month: "short" });
  const minute = formatOf({ hour: "2-digit", minute: "2-digit" });
  const second = formatOf({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  return {
    isTime: true,
    zone,
    at: (time) => at(time, { day, second }),
    tick(time, step) {
      if (step >= DAY || minute(time) === "00:00") return day(time);
      return step < MINUTE ? second(time) : minute(time);
    },
  };
}
