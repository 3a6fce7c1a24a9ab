import { h } from "./dom.js";
import { now } from "./store.js";
import { VERDICTS } from "./verdicts.js";

/** In milliseconds. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const numbers = new Intl.NumberFormat("en");
const compactNumbers = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const clockTimes = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const dates = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** `12,345`. */
export function count(amount) {
  return numbers.format(amount);
}

/** `12.3K`. */
export function compact(amount) {
  return Math.abs(amount) > 0 && Math.abs(amount) < 0.01 ? amount.toExponential(1) : compactNumbers.format(amount);
}

/** `1 host`, `3 hosts`. */
export function several(amount, word) {
  return `${count(amount)} ${word}${amount === 1 ? "" : "s"}`;
}

/** Rounds to significant digits, without an exponent where people can read it. */
export function decimal(amount, digits = 3) {
  return Number.isFinite(amount) ? String(Number(amount.toPrecision(digits))) : "?";
}

/** `45 s`, `19 min`, `2 h 5 min` or `3 d 4 h`. */
export function duration(milliseconds) {
  const ms = Math.max(milliseconds, 0);
  if (ms < MINUTE) return `${Math.floor(ms / 1000)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return two(ms, HOUR, "h", MINUTE, "min");
  return two(ms, DAY, "d", HOUR, "h");
}

/** As `duration`, but to the second below five minutes, rounded up: `84 s`. */
export function seconds(milliseconds) {
  return milliseconds < 5 * MINUTE ? `${Math.ceil(milliseconds / 1000)} s` : duration(milliseconds);
}

function two(ms, large, largeName, small, smallName) {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${largeName}${rest > 0 ? ` ${rest} ${smallName}` : ""}`;
}

/** `Alerts a week`; of less than a week nobody knows that. */
export function alertsIn(days) {
  return days >= 7 ? "Alerts a week" : `Alerts in the ${duration(days * DAY)} seen so far`;
}

/** How long ago that was; the page keeps it up to date. */
export function timeAgo(milliseconds) {
  const since = { "data-since": milliseconds, "data-suffix": " ago" };
  return h("span", since, `${duration(now() - milliseconds)} ago`);
}

export function timeSince(milliseconds) {
  return h("span", { "data-since": milliseconds }, duration(now() - milliseconds));
}

/** A time of day in the browser's time zone, with its date unless now is less than twelve hours away. */
export function moment(milliseconds) {
  return (Math.abs(now() - milliseconds) < 12 * HOUR ? clockTimes : dates).format(milliseconds);
}

/** A metric's name in parts between which a line may break. */
export function breakable(name) {
  return name.split(/(?<=[_./])/).flatMap((part, i) => (i === 0 ? [part] : [document.createElement("wbr"), part]));
}

export function titleOfVerdict(verdict) {
  return VERDICTS.find(([value]) => value === verdict)?.[1] ?? verdict;
}

/** `Real fault, hardware`. */
export function titleOfLabel({ verdict, category }) {
  return `${titleOfVerdict(verdict)}${category ? `, ${category}` : ""}`;
}

/** `Real fault, hardware (ann: “a stuck job”)`. */
export function saidBy({ by, note, ...label }) {
  return `${titleOfLabel(label)} (${by}${note ? `: “${note}”` : ""})`;
}
