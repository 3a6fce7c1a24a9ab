import { isObject } from "../../json.ts";
import { NAME_LENGTH_MAX } from "../limits.ts";
import { isName } from "../name.ts";
import type { Fields } from "./point.ts";

const HOST_KEYS = ["host", "hostname", "host.name", "instance", "InstanceId", "agent.hostname"];
const NESTED_KEYS = ["host", "name", "hostname"];

/** The host as its sender writes it, under the first of the known names that has one. */
export function hostIn(fields: Fields): string | undefined {
  for (const key of HOST_KEYS) {
    const value = fields[key];
    const host = isObject(value) ? NESTED_KEYS.map((name) => value[name]).find(isHost) : value;
    if (isHost(host)) return host;
  }
  const nested = isObject(fields.agent) ? fields.agent.hostname : undefined;
  return isHost(nested) ? nested : undefined;
}

export function isHostKey(key: string): boolean {
  return HOST_KEYS.includes(key);
}

/** Names that every machine has for itself: an exporter that was scraped on its own machine. */
const ITSELF = /^(?:localhost(?:\.localdomain)?|127\.0\.0\.1|\[?::1\]?)(?::\d{1,5})?$/i;

/** Whether a text names a host, and not the machine itself for itself. */
export function isHost(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "" && !ITSELF.test(value);
}

/** [::1]:9100, web-07:9100 */
const BRACKETED = /^\[([^\]]+)\](?::\d+)?$/;
const WITH_PORT = /^([^:]+):\d{1,5}$/;

/** One name for one host, however its senders write it; undefined for a text that can be none. */
export function hostName(written: string): string | undefined {
  const text = written.slice(0, 2 * NAME_LENGTH_MAX).trim();
  const [, host = text] = BRACKETED.exec(text) ?? WITH_PORT.exec(text) ?? [];
  const name = host.normalize("NFC").toLowerCase().replace(/\.$/, "");
  return isName(name) ? name : undefined;
}

/** An EC2 instance, or a managed one of Systems Manager. */
const INSTANCE = /^mi?-[0-9a-f]{8,17}$|^i-[0-9a-f]{8,17}$/;
const HOST_LIKE = /^[\p{L}\p{N}._:/-]+$/u;
const RANDOM_PART = /^(?:\d+|[0-9a-f]{12,})$/i;
/** Fluent Bit makes random keys of 8 letters and digits, Vector of 16. */
const RANDOM_WORD = /^(?:[A-Za-z0-9]{8}|[A-Za-z0-9]{16}|\d+|[0-9a-f]{8,})$/i;

/** Stands before a host that a person named and that looks random, such as `postgres`. */
const NAMED = "host ";

/** The partition key for the records of a host that a person named; undefined for a text that can be none. */
export function keyOfHost(host: string): string | undefined {
  if (likeHost(host) === undefined) return undefined;
  const key = hostOfKey(host) === undefined ? `${NAMED}${host}` : host;
  return key.length <= NAME_LENGTH_MAX ? key : undefined;
}

/** The host that a partition key or log stream names; undefined if that is random, as uuids and numbers are. */
export function hostOfKey(key: string): string | undefined {
  if (key.startsWith(NAMED)) return likeHost(key.slice(NAMED.length));
  const host = hostName(key);
  if (host === undefined || INSTANCE.test(host)) return host;
  return isRandom(host) ? undefined : likeHost(host);
}

function likeHost(written: string): string | undefined {
  const host = hostName(written);
  return host !== undefined && HOST_LIKE.test(host) ? host : undefined;
}

function isRandom(host: string): boolean {
  return RANDOM_WORD.test(host) || host.split(/[./:_-]/).some((part) => part.length > 11 && RANDOM_PART.test(part));
}
