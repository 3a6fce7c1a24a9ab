import { linesOf } from "../json-documents.ts";
import { CHOOSERS } from "../presets/choosers.ts";
import { isPutval, readPutval } from "./collectd.ts";
import { isGraphiteLine, readGraphiteLine } from "./graphite.ts";
import { isInfluxLine, readInfluxLine } from "./influx-line.ts";
import type { Chooser, Findings, Found, Refused } from "./point.ts";
import { isPrometheusLine, readPrometheusText } from "./prometheus-text.ts";
import { refusedText } from "./refused-text.ts";
import { isStatsdLine, readStatsdLine } from "./statsd.ts";

interface TextShape {
  readonly is: (line: string) => boolean;
  readonly read: (lines: readonly string[], host: string | undefined) => Iterable<Found>;
  readonly choose?: Chooser;
}

/** The shapes of text, each recognised by its first line. The first that fits reads. */
const SHAPES: readonly TextShape[] = [
  { is: isPutval, read: byLine(readPutval), choose: CHOOSERS.collectd },
  { is: isStatsdLine, read: byLine(readStatsdLine) },
  { is: isGraphiteLine, read: byLine(readGraphiteLine) },
  { is: isPrometheusLine, read: readPrometheusText, choose: CHOOSERS.prometheus },
  { is: isInfluxLine, read: byLine(readInfluxLine), choose: CHOOSERS.telegraf },
];

/**
 * The points in lines of text, or the reason against them, if it is known. `host` is the sender of the record, if the
 * record says.
 */
export function foundInText(text: string, host: string | undefined, max: number): Findings | Refused | undefined {
  const lines = linesOf(text, max);
  if (lines.length > max) return { problem: `more than ${max} lines: send at most ${max} in one record` };
  // A comment of influx or of a script is no first line; Prometheus's comments begin with "# " and a word of its own.
  const first = lines.find((line) => !line.startsWith("#") || isPrometheusLine(line));
  if (first === undefined) return undefined;
  const refused = refusedText(lines);
  if (refused) return refused;
  const shape = SHAPES.find(({ is }) => is(first));
  return shape && { found: shape.read(lines, host), choose: shape.choose };
}

type ReadLine = (line: string, host: string | undefined) => Iterable<Found>;

function byLine(read: ReadLine) {
  return function* (lines: readonly string[], host: string | undefined): Iterable<Found> {
    for (const line of lines) if (!line.startsWith("#")) yield* read(line, host);
  };
}
