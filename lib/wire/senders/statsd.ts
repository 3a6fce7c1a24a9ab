import { hostIn } from "./identity.ts";
import type { Found, Tags } from "./point.ts";

const LINE = /^([^\s:|]+):([^\s|]+)\|(g|c|ms|h|s|d)(?:\|@[\d.]+)?(?:\|#(\S*))?$/;

/** `cpu.user:17.6|g|#host:web-07`. */
export function isStatsdLine(line: string): boolean {
  return LINE.test(line.trim());
}

export function* readStatsdLine(line: string): Iterable<Found> {
  const [, series, value = "", type, listed = ""] = LINE.exec(line.trim()) ?? [];
  if (series === undefined) yield { problem: "a line that is no StatsD line between others that are" };
  else if (type !== "g" || /^[+-]/.test(value))
    yield { problem: "StatsD: only gauges with a value are read: let a StatsD server add up counters and timers" };
  else {
    const tags: Tags = Object.fromEntries(listed.split(",").flatMap(pairOf));
    yield { host: hostIn(tags), series, tags, value };
  }
}

function pairOf(tag: string): readonly (readonly [string, string])[] {
  const at = tag.indexOf(":");
  return at > 0 ? [[tag.slice(0, at), tag.slice(at + 1)]] : [];
}
