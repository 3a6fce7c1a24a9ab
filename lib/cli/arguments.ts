import { userInfo } from "node:os";
import { InvalidArgumentError, Option } from "commander";
import { parseRecurrence } from "../alert/recurrence-text.ts";
import type { Recurrence } from "../alert/silence.ts";
import { parseDuration } from "../watch/duration.ts";

/** Parsers of option values for commander; each message says what would be right. */

export function durationArgument(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError("Use a number with a unit: 500ms, 30s, 5m, 2h, 7d.");
  return ms;
}

export function portArgument(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError("Use a number from 0 to 65535; 0 takes any that is free.");
  return port;
}

export function countArgument(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError("Use a whole number from 1.");
  return count;
}

/** A time of a clock without its zone would be another one on another machine. */
export function timeArgument(text: string): number {
  const time = zonedTime(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError("Use ISO 8601 with a zone: 2026-12-01T02:00Z.");
  return time;
}

function zonedTime(text: string): number {
  return /T.*(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
}

/** A time in milliseconds since the epoch, or so many milliseconds ago. */
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

/** An option of a moment whose default is shown as people write it. */
export function momentOption(flags: string, description: string, fallback: string): Option {
  return new Option(flags, description).argParser(momentArgument).default(momentArgument(fallback), fallback);
}

export function recurrenceArgument(text: string): Recurrence {
  const recurrence = parseRecurrence(text);
  if (typeof recurrence === "string") throw new InvalidArgumentError(recurrence);
  return recurrence;
}

/** A seed: what the random numbers start from (lib/model/random.ts). */
export function seedArgument(text: string): number {
  const seed = Number(text);
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
    throw new InvalidArgumentError("Use a whole number from 0 to 4294967295.");
  return seed;
}

/** An option of a duration whose default is shown as people write it. */
export function durationOption(flags: string, description: string, fallback: string): Option {
  return new Option(flags, description).argParser(durationArgument).default(durationArgument(fallback), fallback);
}

export function positiveArgument(text: string): number {
  const number = Number(text);
  if (!(number > 0) || !Number.isFinite(number)) throw new InvalidArgumentError("Use a number above 0.");
  return number;
}

/** A positive number, or the word that stands for none. */
export function positiveOr<T extends string>(word: T) {
  return (text: string): number | T => (text === word ? word : positiveArgument(text));
}

/** Who says what a command stores. */
export function byOption(description = "your name"): Option {
  return new Option("--by <name>", description).default(userInfo().username, "your user name");
}
