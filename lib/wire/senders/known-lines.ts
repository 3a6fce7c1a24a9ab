import { isLeftOut, LEFT_OUT, type LeftOut } from "../json-documents.ts";
import { detached } from "../name.ts";
import { CHOOSERS } from "../presets/choosers.ts";
import { isHost } from "./identity.ts";
import type { Chooser, Fields, Findings, Tags } from "./point.ts";
import { readBridged } from "./prometheus-bridge.ts";

/** The part of a bridge's line that does not depend on the host. */
interface KnownLine {
  readonly name: string;
  /** Its labels before the host, and after it. */
  readonly before: string;
  readonly after: string;
  readonly read: LeftOut | Series;
  /** The line that came after it the last time. */
  next?: KnownLine;
}

interface Series {
  readonly series: string;
  readonly tags: Tags;
  /** Returns the choice of its preset. */
  readonly choose: Chooser;
}

/**
 * A process's memory of lines without host, time and value; it can be lost without harm. The hosts of a fleet send the
 * same lines but for these, so that few lines are parsed more than once.
 */
const KNOWN = new Map<string, KnownLine>();
/** Hosts send their lines in one order: the next is found without a search. */
let latest: KnownLine | undefined;
/** Lines of one reading have the same time and host, which are read once. */
let reading: { readonly time: string; readonly at: number; readonly instance: string; readonly host?: string } = {
  ...{ time: "", at: Number.NaN, instance: "" },
};
/** A host has some 200 watched series, and a fleet has few kinds of hosts. One more line clears the memory. */
const KNOWN_MAX = 20_000;

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
  const [, name = "", time = "", value, before = "", instance = "", after = ""] = LINE.exec(line) ?? [];
  if (time === "") return undefined;
  const known = knownLine(name, before, after, line);
  if (!known) return undefined;
  if (isLeftOut(known.read)) return known.read;
  if (time !== reading.time || instance !== reading.instance)
    reading = { time, at: Number(time), instance, ...(isHost(instance) ? { host: instance } : {}) };
  const { at, host } = reading;
  const { series, tags, choose } = known.read;
  return { findings: { found: [{ host, time: at, series, tags, value: Number(value) }], choose } };
}

function knownLine(name: string, before: string, after: string, line: string): KnownLine | undefined {
  const next = latest?.next;
  const isNext = next?.name === name && next.before === before && next.after === after;
  const known = isNext ? next : (KNOWN.get(keyOf(name, before, after)) ?? learnt(name, before, after, line));
  if (latest && known && !isNext) latest.next = known;
  latest = known;
  return known;
}

function keyOf(name: string, before: string, after: string): string {
  return `${name}{${before}{${after}`;
}

/** Remembers a line; undefined if it is broken, another label names the host, or the host decides what is watched. */
function learnt(name: string, before: string, after: string, line: string): KnownLine | undefined {
  const { labels, ...sample } = parsed(line);
  const { instance: _, ...others } = labels ?? {};
  const [point] = readBridged({ ...sample, labels: others });
  if (!labels || !point || "problem" in point || point.host !== undefined) return undefined;
  const { series, tags = {} } = point;
  const choice = CHOOSERS.prometheus(point);
  if (choice === "unknown") return undefined;
  const read = choice === "left out" ? LEFT_OUT : { series, tags, choose: () => choice };
  const known = { name: detached(name), before: detached(before), after: detached(after), read };
  if (KNOWN.size >= KNOWN_MAX) {
    KNOWN.clear();
    latest = undefined;
  }
  KNOWN.set(detached(keyOf(name, before, after)), known);
  return known;
}

function parsed(line: string): Fields & { readonly labels?: Fields } {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}
