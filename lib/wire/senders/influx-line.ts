import { hostIn } from "./identity.ts";
import type { Found } from "./point.ts";
import { switched } from "./telegraf.ts";

interface Line {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly time: string | undefined;
}

/** One line of influx line protocol: `cpu,cpu=cpu-total,host=web-07 usage_user=11.4 1795356000000000000`. */
export function isInfluxLine(line: string): boolean {
  return parseLine(line) !== undefined;
}

export function* readInfluxLine(line: string): Iterable<Found> {
  const parsed = parseLine(line);
  if (!parsed) {
    yield { problem: "a line that is no influx line protocol between others that are" };
    return;
  }
  const { measurement: series, tags, fields, time } = parsed;
  const host = hostIn(tags);
  for (const [field, value] of Object.entries(fields)) {
    yield { host, time, series, field, tags, value: switched(value) };
  }
}

interface Reader {
  readonly line: string;
  at: number;
}

const TIME = /^-?\d{1,19}$/;

/** Undefined for a line that the protocol does not allow, as other text must not be taken for it. */
function parseLine(line: string): Line | undefined {
  const reader = { line: line.trim(), at: 0 };
  const measurement = takeName(reader, ", ");
  const tags: Record<string, string> = {};
  while (take(reader, ",")) {
    const key = takeName(reader, "=, ");
    if (!take(reader, "=")) return undefined;
    const value = takeName(reader, ", ");
    if (key === "" || value === "") return undefined;
    tags[key] = value;
  }
  if (measurement === "" || !take(reader, " ")) return undefined;
  const fields = takeFields(reader);
  if (!fields) return undefined;
  if (reader.at === reader.line.length) return { measurement, tags, fields, time: undefined };
  const time = reader.line.slice(reader.at + 1).trim();
  return take(reader, " ") && TIME.test(time) ? { measurement, tags, fields, time } : undefined;
}

function takeFields(reader: Reader): Record<string, unknown> | undefined {
  const fields: Record<string, unknown> = {};
  do {
    const key = takeName(reader, "=, ");
    if (key === "" || !take(reader, "=")) return undefined;
    const value = reader.line[reader.at] === '"' ? takeText(reader) : measured(takeName(reader, ", "));
    if (value === undefined) return undefined;
    fields[key] = value;
  } while (take(reader, ","));
  return fields;
}

function take(reader: Reader, char: string): boolean {
  if (reader.line[reader.at] !== char) return false;
  reader.at++;
  return true;
}

/** Up to one of the ends; a backslash removes the meaning of the next character. */
function takeName(reader: Reader, ends: string): string {
  const { line } = reader;
  const start = reader.at;
  while (reader.at < line.length && !ends.includes(line[reader.at] ?? ""))
    reader.at += line[reader.at] === "\\" ? 2 : 1;
  return line.slice(start, reader.at).replace(/\\([,= ])/g, "$1");
}

/** A text in quotes, which is no measurement; undefined if it does not end. */
function takeText(reader: Reader): string | undefined {
  const { line } = reader;
  const start = ++reader.at;
  while (reader.at < line.length && line[reader.at] !== '"') reader.at += line[reader.at] === "\\" ? 2 : 1;
  return take(reader, '"') ? line.slice(start, reader.at - 1) : undefined;
}

const INTEGER = /^-?\d+[iu]$/;
const FLOAT = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const SWITCHES = new Map([
  ...["t", "T", "true", "True", "TRUE"].map((text) => [text, true] as const),
  ...["f", "F", "false", "False", "FALSE"].map((text) => [text, false] as const),
]);

function measured(text: string): number | boolean | undefined {
  if (INTEGER.test(text)) return Number(text.slice(0, -1));
  return FLOAT.test(text) ? Number(text) : SWITCHES.get(text);
}
