import type { Found } from "./point.ts";
import { prometheusSample } from "./prometheus-bridge.ts";

const TYPE = /^# TYPE ([A-Za-z_:][\w:]*) (\w+)\s*$/;
const COMMENT = /^#/;
const SAMPLE = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+(-?\d+(?:\.\d+)?))?(?:\s+#.*)?\s*$/;
const LABEL = /\s*([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"\s*(?:,|$)/y;
const VALUE = /^(?:[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|Inf)|NaN)$/i;

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
    else yield* prometheusSample(sample.name, sample.labels, sample.time, sample.value, isCounter(sample.name, types));
  }
}

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
  readonly time: string | undefined;
}

function sampleOf(line: string): Sample | undefined {
  const [, name, listed, value = "", time] = SAMPLE.exec(line) ?? [];
  if (name === undefined || !VALUE.test(value)) return undefined;
  const labels = listed === undefined ? {} : labelsIn(listed);
  return labels && { name, labels, value, time };
}

function labelsIn(listed: string): Readonly<Record<string, string>> | undefined {
  const labels: Record<string, string> = {};
  for (let at = 0; at < listed.trimEnd().length; at = LABEL.lastIndex) {
    LABEL.lastIndex = at;
    const [, name = "", value = ""] = LABEL.exec(listed) ?? [];
    if (name === "") return undefined;
    labels[name] = value.replace(/\\(["\\])/g, "$1");
  }
  return labels;
}

/** Count and sum of a histogram or summary are counters, too. An untyped series may be one; its sender cannot say. */
function isCounter(name: string, types: ReadonlyMap<string, string>): boolean | undefined {
  const own = types.get(name) ?? types.get(name.replace(/_total$/, ""));
  if (own === "untyped" || own === "unknown") return undefined;
  if (own !== undefined) return own === "counter";
  const whole = types.get(name.replace(/_(?:count|sum)$/, ""));
  return whole === "histogram" || whole === "summary" || name.endsWith("_total") || undefined;
}
