import { InvalidArgumentError, Option } from "commander";
import { parseDuration } from "../watch/duration.ts";

/** Parsers of option values for commander; each message says what would be right. */

function durationArgument(text: string): number {
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

/** An option of a duration whose default is shown as people write it. */
export function durationOption(flags: string, description: string, fallback: string): Option {
  return new Option(flags, description).argParser(durationArgument).default(durationArgument(fallback), fallback);
}
