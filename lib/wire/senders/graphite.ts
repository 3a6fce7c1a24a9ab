import { hostIn } from "./identity.ts";
import type { Found, Tags } from "./point.ts";

const LINE = /^([^\s;=]+)((?:;[^\s;=]+=[^\s;]*)*) (\S+) (-?\d+(?:\.\d+)?)$/;
const VALUE = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|nan)$/i;

/** `servers.web-07.load1 3.72 1795356000`, with tags or without: Graphite's plain text, also called carbon. */
export function isGraphiteLine(line: string): boolean {
  const [, path = "", tags = "", value = ""] = LINE.exec(line.trim()) ?? [];
  return VALUE.test(value) && (path.includes(".") || tags !== "");
}

/** `source` is the host that the record names, if any: a path that has it too is about that host. */
export function* readGraphiteLine(line: string, source: string | undefined): Iterable<Found> {
  const [, path = "", listed = "", value, time] = LINE.exec(line.trim()) ?? [];
  if (path === "") {
    yield { problem: "a line that is no Graphite line between others that are" };
    return;
  }
  const tags: Tags = Object.fromEntries(listed.split(";").filter(Boolean).map(halves));
  const about = { host: hostIn(tags), series: withoutHost(path, source), tags };
  // Carbon reads -1 as the time of arrival.
  yield { ...about, time: time === "-1" ? undefined : time, value: value === "nan" ? null : value };
}

function halves(tag: string): readonly [string, string] {
  const at = tag.indexOf("=");
  return [tag.slice(0, at), tag.slice(at + 1)];
}

/** Senders write the dots of a host as _ in a path. Hosts of a group then have the same metrics. */
function withoutHost(path: string, host: string | undefined): string {
  if (host === undefined) return path;
  const written = [host, host.replaceAll(".", "_")];
  const parts = path.split(".").filter((part) => !written.includes(part.toLowerCase()));
  return parts.length === 0 ? path : parts.join(".");
}
