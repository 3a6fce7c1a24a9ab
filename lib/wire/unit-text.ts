import { isObject } from "../json.ts";

/** The units of metrics by their names, as senders or the configuration declare them: `MB/s`, `ms`. */
export type Units = Readonly<Record<string, string>>;

export const UNIT_LENGTH_MAX = 16;
/** Letters, digits and a few signs: safe in each message, text messages too. */
const UNIT = new RegExp(String.raw`^[A-Za-z%][\w%/^.-]{0,${UNIT_LENGTH_MAX - 1}}$`);
/** The form of a unit, in words for people. */
export const UNIT_RULE = "a unit of up to 16 letters, digits, and signs as in MB/s";

/** Words of CloudWatch, and case-sensitive codes of UCUM (https://ucum.org/ucum), which OpenTelemetry uses. */
const WORDS: Readonly<Record<string, string>> = {
  Percent: "%",
  percentage: "%",
  Seconds: "s",
  seconds: "s",
  Milliseconds: "ms",
  milliseconds: "ms",
  Microseconds: "us",
  Bytes: "B",
  bytes: "B",
  By: "B",
  KBy: "kB",
  kBy: "kB",
  MBy: "MB",
  GBy: "GB",
  KiBy: "KiB",
  MiBy: "MiB",
  GiBy: "GiB",
  Kilobytes: "kB",
  Megabytes: "MB",
  Gigabytes: "GB",
  Terabytes: "TB",
  Bits: "bit",
  bit: "bit",
  Kilobits: "kbit",
  Megabits: "Mbit",
  Gigabits: "Gbit",
  Terabits: "Tbit",
  Second: "s",
  Cel: "C",
  Celsius: "C",
};

/** Units that say only that something is counted. */
const NO_UNIT = ["Count", "None", "1", ""];

/**
 * A declared unit as messages write it: `Bytes/Second` and `By/s` are `B/s`, `°C` is `C`. Undefined for none, for a
 * pure number, and for a text that is no unit. UCUM's notes in braces, as in `{request}/s`, are left out.
 */
export function unitIn(declared: unknown): string | undefined {
  if (typeof declared !== "string" || declared.length > DECLARED_MAX) return undefined;
  const plain = declared
    .trim()
    .replaceAll("°", "")
    .replaceAll(/[µμ]/g, "u")
    .replaceAll(/\{[^{}]*\}/g, "");
  if (NO_UNIT.includes(plain) || plain.startsWith("/") || plain.startsWith("Count/")) return undefined;
  const unit = plain
    .split("/")
    .map((part) => (Object.hasOwn(WORDS, part) ? WORDS[part] : part))
    .join("/");
  return UNIT.test(unit) ? unit : undefined;
}

/** A longer text is no unit. */
const DECLARED_MAX = 64;

/** The unit of what grows in this unit, in a second. */
export function unitOfRate(unit: string): string | undefined {
  return unitIn(`${unit}/s`);
}

/** The declared unit of a name. */
export function unitOf(units: Units | undefined, name: string): string | undefined {
  return units && Object.hasOwn(units, name) ? units[name] : undefined;
}

/** The units in an object by name, those of these names alone; undefined without any. */
export function unitsIn(declared: unknown, names: readonly string[]): Units | undefined {
  if (!isObject(declared)) return undefined;
  return unitsOf(names, (name) => (Object.hasOwn(declared, name) ? unitIn(declared[name]) : undefined));
}

/** The units that are known of these names; undefined without any. */
export function unitsOf(names: readonly string[], of: (name: string) => string | undefined): Units | undefined {
  const known: (readonly [string, string])[] = [];
  for (const name of names) {
    const unit = of(name);
    if (unit !== undefined) known.push([name, unit]);
  }
  return known.length > 0 ? Object.fromEntries(known) : undefined;
}
