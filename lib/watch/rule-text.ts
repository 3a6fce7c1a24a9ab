import type { Severity } from "../incident/severity.ts";
import { parseJson } from "../json.ts";
import { WEEK_MS } from "../time.ts";
import { parseDuration } from "./duration.ts";
import type { Condition, Operator, Rule } from "./policy.ts";

/** A rule as people write it: `{ "if": "cpu > 95 and load1 > 8", "for": "2m" }`, or `cpu > 95 for 2m` in one text. */
export interface RuleText {
  readonly if: string;
  readonly for?: string | undefined;
  /** A warning unless it says otherwise. */
  readonly severity?: Severity | undefined;
  readonly name?: string | undefined;
}

/** A longer rule is better split: each part explains itself. */
const COMPARISONS_MAX = 16;
/** Nesting of parentheses, which also bounds how deep reading and judging recurse. */
const NESTING_MAX = 8;
/** Characters of the condition, which is part of messages and of the host's state, whose item is small. */
export const RULE_TEXT_MAX = 300;
/** A name goes into subjects, which have 100 characters in all. */
export const RULE_NAME_MAX = 60;
const FOR_MS_MAX = WEEK_MS;

/** Reads a rule, or throws an Error with the expected text, the text found instead, and its place. */
export function parseRule({ if: written, for: duration, severity = "warning", name }: RuleText): Rule {
  const reader: Reader = { text: written, at: 0, comparisons: 0 };
  if (written.length > RULE_TEXT_MAX) {
    throw new Error(`a rule has at most ${RULE_TEXT_MAX} characters, this one ${written.length}: make it two rules`);
  }
  const condition = alternatives(reader, 0);
  const within = takeWord(reader, "for") ? forOf(reader) : undefined;
  if (nextToken(reader) !== "") throw unexpected(reader, within !== undefined ? "the end" : "and, or, for or the end");
  if (duration === undefined) return { text: nameOf(name) ?? shown(written), condition, forMs: within ?? 0, severity };
  if (within !== undefined) throw new Error(`for is said twice, in "${written}" and beside it: keep one`);
  const beside = forMs(duration);
  if (beside === undefined) throw new Error(`expected ${DURATION}, found "${duration}" as for of "${written}"`);
  return { text: nameOf(name) ?? shown(`${written} for ${duration}`), condition, forMs: beside, severity };
}

/** The metrics that a condition looks at, in the order in which it names them. */
export function metricsOf(condition: Condition): readonly string[] {
  if (condition.kind === "compare") return [condition.metric];
  return [...new Set(condition.parts.flatMap(metricsOf))];
}

interface Reader {
  readonly text: string;
  /** How far it was read. */
  at: number;
  comparisons: number;
}

const OPERATORS: readonly Operator[] = [">", ">=", "<", "<=", "==", "!="];
const KEYWORDS = ["and", "or", "for"];
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const DURATION = "a duration like 30s, 2m or 1h, of at most 7d";
const QUOTES = "a name with other characters than letters, digits and _ . - / : goes in double quotes";

/** `or` binds less than `and`. */
function alternatives(reader: Reader, depth: number): Condition {
  return joined(reader, "or", () => joined(reader, "and", () => term(reader, depth)));
}

function joined(reader: Reader, kind: "and" | "or", part: () => Condition): Condition {
  const first = part();
  const parts = [first];
  while (takeWord(reader, kind)) parts.push(part());
  return parts.length > 1 ? { kind, parts } : first;
}

function term(reader: Reader, depth: number): Condition {
  const column = columnOf(reader);
  if (!take(reader, /\(/y)) return comparison(reader);
  if (depth === NESTING_MAX) {
    throw new Error(`parentheses go at most ${NESTING_MAX} deep, at column ${column} of "${reader.text}"`);
  }
  const condition = alternatives(reader, depth + 1);
  if (!take(reader, /\)/y)) throw unexpected(reader, `and, or, or a ) for the ( at column ${column}`);
  return condition;
}

function comparison(reader: Reader): Condition {
  if (++reader.comparisons > COMPARISONS_MAX) {
    throw new Error(
      `a rule has at most ${COMPARISONS_MAX} comparisons, see column ${columnOf(reader)} of "${reader.text}"`,
    );
  }
  const metric = metricOf(reader);
  const found = nextToken(reader, /[<>=!]+/y);
  const operator = OPERATORS.find((one) => one === found);
  if (!operator) throw unexpected(reader, `>, >=, <, <=, == or != after ${metric}`, found === "" ? QUOTES : undefined);
  take(reader, /[<>=!]+/y);
  const limit = nextToken(reader);
  if (!NUMBER.test(limit) || !Number.isFinite(Number(limit))) throw unexpected(reader, `a number after ${operator}`);
  reader.at += limit.length;
  return { kind: "compare", metric, operator, limit: Number(limit) };
}

/** Names with other characters, and those that look like a keyword or number, are JSON strings. */
function metricOf(reader: Reader): string {
  const quoted = nextToken(reader, /"(?:[^"\\\p{Cc}]|\\.)+"/uy);
  const bare = nextToken(reader, /[A-Za-z0-9_./:-]+/y);
  const metric = quoted ? parseJson(quoted) : bare;
  if (typeof metric !== "string" || metric === "" || (!quoted && (KEYWORDS.includes(bare) || NUMBER.test(bare)))) {
    throw unexpected(reader, "a metric's name or (", bare ? "a metric of this name goes in double quotes" : undefined);
  }
  reader.at += (quoted || bare).length;
  return metric;
}

function forOf(reader: Reader): number {
  const token = nextToken(reader);
  const ms = forMs(token);
  if (ms === undefined) throw unexpected(reader, `${DURATION}, after for`);
  reader.at += token.length;
  return ms;
}

function forMs(text: string): number | undefined {
  const ms = parseDuration(text);
  return ms !== undefined && ms <= FOR_MS_MAX ? ms : undefined;
}

function nameOf(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const text = shown(name);
  if (text.length > 0 && text.length <= RULE_NAME_MAX) return text;
  throw new Error(`the name of a rule has 1 to ${RULE_NAME_MAX} characters, found ${text.length}`);
}

/** On one line. */
function shown(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}

/** The next match after blanks, by default up to the next blank or parenthesis; "" when there is none. */
function nextToken(reader: Reader, pattern = /[^\s()]+|[()]/y): string {
  take(reader, /\s+/y);
  pattern.lastIndex = reader.at;
  return pattern.exec(reader.text)?.[0] ?? "";
}

function take(reader: Reader, pattern: RegExp): boolean {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text)?.[0] ?? "";
  reader.at += found.length;
  return found !== "";
}

function takeWord(reader: Reader, word: string): boolean {
  const found = nextToken(reader) === word;
  if (found) reader.at += word.length;
  return found;
}

function columnOf(reader: Reader): number {
  take(reader, /\s+/y);
  return reader.at + 1;
}

function unexpected(reader: Reader, expected: string, hint?: string): Error {
  const column = columnOf(reader);
  const token = nextToken(reader);
  const found = token === "" ? "the end" : token.startsWith('"') ? token : `"${token}"`;
  const about = `expected ${expected}, found ${found}, at column ${column} of "${reader.text}"`;
  return new Error(hint ? `${about}; ${hint}` : about);
}
