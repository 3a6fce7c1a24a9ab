import type { Found } from "./point.ts";
import { prometheusSample, seriesOf } from "./prometheus-bridge.ts";

const TYPE = /^# TYPE ([A-Za-z_:][\w:]*) (\w+)\s*$/;
const COMMENT = /^#/;
/** The parts of a sample, one behind the other. One expression for all would take the square of a line's length. */
const NAME = /[A-Za-z_:][\w:]*/y;
const LABELS_START = /\{/y;
const LABEL = /\s*([A-Za-z_]\w*)="([^"\\]*(?:\\.[^"\\]*)*)"\s*(?:,|(?=\}))/y;
const LABELS_END = /\s*\}/y;
/** Behind them there may be an exemplar. */
const VALUE_AND_TIME = /\s+(\S+)(?:\s+(-?\d+(?:\.\d+)?))?\s*(?:\s#.*)?$/sy;
const VALUE = /^(?:[+-]?(?:\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|Inf)|NaN)$/i;

/** A line of the text exposition: a comment on HELP, TYPE, UNIT or EOF, or `node_load1{job="node"} 3.72`. */
export function isPrometheusLine(line: string): boolean {
  return /^# (?:HELP|TYPE|UNIT|EOF)\b/.test(line) || sampleOf(line) !== undefined;
}

export function* readPrometheusText(lines: readonly string[]): Iterable<Found> {
  const types = new Map<string, string>();
  for (const line of lines) {
    const [, typed, type] = TYPE.exec(line) ?? [];
    if (typed && type) types.set(typed, type);
    if (COMMENT.test(line)) continue;
    const sample = sampleOf(line);
    if (!sample) yield { problem: "a line that is no Prometheus sample between others that are" };
    else {
      const { name, labels, time, value } = sample;
      yield* prometheusSample(seriesOf(labels, name), time, value, isCounter(name, types));
    }
  }
}

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
  readonly time: string | undefined;
}

function sampleOf(line: string): Sample | undefined {
  const reader = { line, at: 0 };
  const [name] = take(reader, NAME) ?? [];
  if (name === undefined) return undefined;
  const labels = take(reader, LABELS_START) ? takeLabels(reader) : {};
  const [, value = "", time] = take(reader, VALUE_AND_TIME) ?? [];
  return labels && VALUE.test(value) ? { name, labels, value, time } : undefined;
}

function takeLabels(reader: Reader): Readonly<Record<string, string>> | undefined {
  const labels: Record<string, string> = {};
  for (let label = take(reader, LABEL); label; label = take(reader, LABEL)) {
    const [, name = "", value = ""] = label;
    labels[name] = value.replace(/\\(["\\])/g, "$1");
  }
  return take(reader, LABELS_END) ? labels : undefined;
}

interface Reader {
  readonly line: string;
  at: number;
}

/** What a sticky expression finds at the reader's place, behind which the reader goes on. */
function take(reader: Reader, expression: RegExp): RegExpExecArray | undefined {
  expression.lastIndex = reader.at;
  const found = expression.exec(reader.line);
  if (!found) return undefined;
  reader.at = expression.lastIndex;
  return found;
}

/** Count and sum of a histogram or summary are counters, too. An untyped series may be one; its sender cannot say. */
function isCounter(name: string, types: ReadonlyMap<string, string>): boolean | undefined {
  const own = types.get(name) ?? types.get(name.replace(/_total$/, ""));
  if (own === "untyped" || own === "unknown") return undefined;
  if (own !== undefined) return own === "counter";
  const whole = types.get(name.replace(/_(?:count|sum)$/, ""));
  return whole === "histogram" || whole === "summary" || name.endsWith("_total") || undefined;
}
