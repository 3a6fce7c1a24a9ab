import { isLeftOut, LEFT_OUT, type LeftOut } from "../json-documents.ts";
import { CHOOSERS } from "../presets/choosers.ts";
import { isHost } from "./identity.ts";
import type { Chooser, Fields, Findings, Tags } from "./point.ts";
import { readBridged } from "./prometheus-bridge.ts";

/** The part of a bridge's line that does not depend on the host. */
interface KnownLine {
  readonly series: string;
  readonly tags: Tags;
  /** Returns the choice of its preset. */
  readonly choose: Chooser;
}

/**
 * A process's memory of lines without host, time and value; it can be lost without harm. The hosts of a fleet send the
 * same lines but for these, so that few lines are parsed more than once.
 */
const KNOWN = new Map<string, KnownLine | LeftOut>();
/** A host has some 200 watched series, and a fleet has few kinds of hosts. One more line clears the memory. */
const KNOWN_MAX = 20_000;

/** Longer lines are parsed: the expression's work grows with the square of a line, and the memory holds its labels. */
const LINE_CHARACTERS_MAX = 2_048;
/** A line in parts: name, time, value, labels before the host, host, labels after it. */
const LINE = new RegExp(
  [
    /^\{"name":"([^"\\]*)","time(?:stamp)?":(\d+)/,
    /,"value":(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)/,
    /,"labels":\{([^{}\\]*?)"instance":"([^"\\]*)"([^{}\\]*)\}\}\s*$/,
  ]
    .map(({ source }) => source)
    .join(""),
);

/** Reads a bridge's line of a series that a preset knows; undefined for one that must be parsed. */
export function readKnownLine(line: string): { readonly findings: Findings } | LeftOut | undefined {
  if (line.length > LINE_CHARACTERS_MAX) return undefined;
  const [, name, time, value, before, instance, after] = LINE.exec(line) ?? [];
  if (name === undefined) return undefined;
  const key = `${name}{${before}{${after}`;
  const known = KNOWN.get(key) ?? learnt(key, line);
  if (!known || isLeftOut(known)) return known;
  const { series, tags, choose } = known;
  const host = isHost(instance) ? instance : undefined;
  return { findings: { found: [{ host, time: Number(time), series, tags, value: Number(value) }], choose } };
}

/** Remembers a line; undefined if it is broken, another label names the host, or the host decides what is watched. */
function learnt(key: string, line: string): KnownLine | LeftOut | undefined {
  const { labels, ...sample } = parsed(line);
  const { instance: _, ...others } = labels ?? {};
  const [point] = readBridged({ ...sample, labels: others });
  if (!labels || !point || "problem" in point || point.host !== undefined) return undefined;
  const { series, tags = {} } = point;
  const choice = CHOOSERS.prometheus(point);
  if (choice === "unknown") return undefined;
  const known = choice === "left out" ? LEFT_OUT : { series, tags, choose: () => choice };
  if (KNOWN.size >= KNOWN_MAX) KNOWN.clear();
  KNOWN.set(key, known);
  return known;
}

function parsed(line: string): Fields & { readonly labels?: Fields } {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}
