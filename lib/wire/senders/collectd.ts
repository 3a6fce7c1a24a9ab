import { listOf, numberIn, textIn } from "./fields.ts";
import type { Fields, Found } from "./point.ts";

/** `{"values":[1,2],"dstypes":["derive","derive"],"dsnames":["rx","tx"],"host","plugin","type",…}` of write_http. */
export function isCollectd({ values, dsnames, plugin }: Fields): boolean {
  return Array.isArray(values) && Array.isArray(dsnames) && typeof plugin === "string";
}

export function* readCollectd(list: Fields): Iterable<Found> {
  const { host, time, plugin, type, plugin_instance, type_instance } = list;
  const [names, types] = [listOf(list.dsnames), listOf(list.dstypes)];
  const about = { host: textIn(host), time, series: seriesOf(String(plugin), textIn(type)) };
  const tags = { plugin_instance, type_instance };
  for (const [i, value] of listOf(list.values).entries()) {
    yield { ...about, tags, field: textIn(names[i]), value, isCounter: isTotal(types[i]) };
  }
}

function isTotal(type: unknown): boolean {
  return type === "counter" || type === "derive";
}

/** Most types repeat their plugin's name: `load/load`, `interface/if_octets`. */
function seriesOf(plugin: string, type: string | undefined): string {
  return type === undefined || type === plugin ? plugin : `${plugin}_${type}`;
}

const PUTVAL = /^PUTVAL\s+(?:"([^"]+)"|(\S+))((?:\s+\w+=\S+)*)\s+(\S+)$/i;

export function isPutval(line: string): boolean {
  return /^PUTVAL\s/i.test(line);
}

/** `PUTVAL web-07/cpu-0/cpu-idle interval=10 1795356000:98.2`: the plain-text protocol, which names no types. */
export function* readPutval(line: string): Iterable<Found> {
  const [, quoted, bare, , listed = ""] = PUTVAL.exec(line.trim()) ?? [];
  const [host, plugin, type, ...others] = (quoted ?? bare ?? "").split("/");
  const [time = "", ...values] = listed.split(":");
  if (!host || !plugin || !type || others.length > 0 || values.length === 0) {
    yield { problem: "a PUTVAL that does not name host/plugin/type and time:value" };
    return;
  }
  const [name, plugin_instance] = halves(plugin);
  const [kind, type_instance] = halves(type);
  const tags = { plugin_instance, type_instance };
  const names = namesOf(kind, values.length);
  const at = time === "N" ? undefined : (numberIn(time) ?? time);
  for (const [i, value] of values.entries()) {
    const about = { host, time: at, series: seriesOf(name, kind), tags, field: names[i] ?? String(i) };
    yield { ...about, value: value === "U" ? null : value, isCounter: isTotal(kind) || undefined };
  }
}

function halves(text: string): readonly [string, string | undefined] {
  const at = text.indexOf("-");
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** The names of the values in collectd's own types.db, for its types with several. */
function namesOf(type: string, count: number): readonly string[] {
  if (count === 1) return ["value"];
  if (type === "load") return ["shortterm", "midterm", "longterm"];
  if (type === "disk_io_time") return ["io_time", "weighted_io_time"];
  if (type === "vmpage_faults") return ["minflt", "majflt"];
  if (type.startsWith("if_")) return ["rx", "tx"];
  return type.startsWith("disk_") ? ["read", "write"] : [];
}
