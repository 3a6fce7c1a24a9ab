import { userInfo } from "node:os";
import { InvalidArgumentError, Option } from "commander";
import { NOTE_LENGTH_MAX } from "../alert/label.ts";
import { parseRecurrence } from "../alert/recurrence-text.ts";
import type { Recurrence } from "../alert/silence.ts";
import { WINSORIZE_RANGE } from "../model/winsorise.ts";
import { oneLine } from "../plain-text.ts";
import { parseDuration } from "../watch/duration.ts";

/** Parsers of option values for commander; each message says what is valid. */

export function durationArgument(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError("Use a number with a unit: 500ms, 30s, 5m, 2h, 7d.");
  return ms;
}

export function wholeNumber(min: number, max: number, advice: string) {
  return (text: string): number => {
    const number = Number(text);
    if (!Number.isInteger(number) || number < min || number > max) throw new InvalidArgumentError(advice);
    return number;
  };
}

export const portArgument = wholeNumber(0, 65_535, "Use a number from 0 to 65535; 0 takes any free port.");

export const countArgument = wholeNumber(1, Number.POSITIVE_INFINITY, "Use a whole number from 1.");

/** The share of values that a fit winsorises at either end. */
export function winsorizeArgument(text: string): number {
  const [least, most] = WINSORIZE_RANGE;
  const share = Number(text);
  if (text.trim() === "" || !(share >= least && share <= most))
    throw new InvalidArgumentError(`Use a share from ${least} to ${most}, like 0.005.`);
  return share;
}

/** `5%` and `0.05` alike; NaN for other texts. */
export function shareOf(text: string): number {
  const [, number = "", percent] = /^(\d+(?:\.\d+)?|\.\d+)(%)?$/.exec(text) ?? [];
  if (number === "") return Number.NaN;
  return percent ? Number(number) / 100 : Number(number);
}

export function shareWithin([least, most]: readonly [number, number]) {
  return (text: string): number => {
    const share = shareOf(text);
    if (!(share >= least && share <= most))
      throw new InvalidArgumentError(`Use a share from ${least} to ${most}: 5% or 0.05.`);
    return share;
  };
}

/** A seed of random numbers (lib/model/random.ts). */
export const seedArgument = wholeNumber(0, 2 ** 32 - 1, "Use a whole number from 0 to 4294967295.");

/** A time without a zone would mean another moment on another machine. */
export function timeArgument(text: string): number {
  const time = zonedTime(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError("Use ISO 8601 with a zone: 2026-12-01T02:00Z.");
  return time;
}

function zonedTime(text: string): number {
  return /T.*(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
}

/** `at` is in milliseconds since the epoch, `ago` in milliseconds before now. */
export type Moment = { readonly at: number } | { readonly ago: number };

export function momentArgument(text: string): Moment {
  const ago = parseDuration(text);
  if (ago !== undefined && ago > 0) return { ago };
  const at = zonedTime(text);
  if (Number.isNaN(at))
    throw new InvalidArgumentError("Use a duration ago, like 24h, or ISO 8601 with a zone: 2026-12-01T02:00Z.");
  return { at };
}

/** Milliseconds since the epoch. */
export function momentAt(moment: Moment, now: number): number {
  return "at" in moment ? moment.at : now - moment.ago;
}

/** Help shows the default as people write it. */
export function momentOption(flags: string, description: string, fallback: string): Option {
  return new Option(flags, description).argParser(momentArgument).default(momentArgument(fallback), fallback);
}

export function recurrenceArgument(text: string): Recurrence {
  const recurrence = parseRecurrence(text);
  if (typeof recurrence === "string") throw new InvalidArgumentError(recurrence);
  return recurrence;
}

/** Help shows the default as people write it. */
export function durationOption(flags: string, description: string, fallback: string): Option {
  return new Option(flags, description).argParser(durationArgument).default(durationArgument(fallback), fallback);
}

export function positiveArgument(text: string): number {
  const number = Number(text);
  if (!(number > 0) || !Number.isFinite(number)) throw new InvalidArgumentError("Use a number above 0.");
  return number;
}

/** A positive number, or the word that stands for no number. */
export function positiveOr<T extends string>(word: T) {
  return (text: string): number | T => (text === word ? word : positiveArgument(text));
}

/** In characters: as much as a label keeps. */
export const lineArgument = (text: string): string => {
  const line = oneLine(text);
  if (line === "" || line.length > NOTE_LENGTH_MAX)
    throw new InvalidArgumentError(`Use a text of 1 to ${NOTE_LENGTH_MAX} characters.`);
  return line;
};

/** The person whose name is stored with the change. */
export function byOption(description = "your name"): Option {
  return new Option("--by <name>", description).argParser(lineArgument).default(userInfo().username, "your user name");
}
