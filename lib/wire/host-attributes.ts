import { isObject } from "../json.ts";
import { isPlain } from "../plain-text.ts";
import { shown } from "./name.ts";
import { type HostAttributes, type OddValues, sumOfOdd } from "./samples.ts";

/** More than people read on one page. */
export const ATTRIBUTES_MAX = 16;
/** Characters of a name, and of a value. */
export const ATTRIBUTE_NAME_MAX = 64;
export const ATTRIBUTE_VALUE_MAX = 128;
/** Bytes of all of them as JSON: every record writes the host's item, which DynamoDB bills by the kilobyte. */
export const ATTRIBUTES_BYTES_MAX = 512;

interface ReadAttributes {
  readonly attributes?: HostAttributes;
  /** Those that are left out; absent without any. */
  readonly odd?: OddValues;
}

/** Reads attributes as a sender has them: texts, numbers and truth values; null is absent. */
export function readAttributes(sent: unknown): ReadAttributes {
  if (sent === undefined || sent === null) return {};
  if (!isObject(sent)) return { odd: { count: 1, first: `attributes is ${shown(sent)}` } };
  const attributes: Record<string, string> = {};
  let bytes = 2;
  let odd: OddValues | undefined;
  for (const [name, value] of Object.entries(sent)) {
    if (value === null) continue;
    const text = textOf(value);
    const size = text === undefined ? 0 : Buffer.byteLength(JSON.stringify({ [name]: text })) - 1;
    const isKept = text !== undefined && isAttributeName(name) && bytes + size <= ATTRIBUTES_BYTES_MAX;
    if (isKept && Object.keys(attributes).length < ATTRIBUTES_MAX) {
      attributes[name] = text;
      bytes += size;
    } else odd = sumOfOdd(odd, { count: 1, first: `attribute ${shown(name)} is ${shown(value)}` });
  }
  return { attributes, ...(odd ? { odd } : {}) };
}

function isAttributeName(name: string): boolean {
  // Objects would take the name for their prototype.
  return name !== "" && name.length <= ATTRIBUTE_NAME_MAX && isPlain(name) && name !== "__proto__";
}

/** Undefined for a value that is none, or too long. */
function textOf(value: unknown): string | undefined {
  const text = typeof value === "string" ? value : isScalar(value) ? String(value) : "";
  return text !== "" && text.length <= ATTRIBUTE_VALUE_MAX && isPlain(text) ? text : undefined;
}

function isScalar(value: unknown): boolean {
  return typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value));
}

/**
 * Resource attributes of OpenTelemetry that describe the machine
 * (https://opentelemetry.io/docs/specs/semconv/resource/).
 */
const OF_RESOURCE = [
  "cloud.provider",
  "cloud.region",
  "cloud.availability_zone",
  "cloud.account.id",
  "host.id",
  "host.type",
  "host.arch",
  "host.image.name",
  "os.type",
  "os.version",
  "deployment.environment.name",
  "deployment.environment",
] as const;

/** The attributes of a machine among its resource's attributes; undefined without any. */
export function attributesOfResource(resource: Readonly<Record<string, unknown>>): ReadAttributes | undefined {
  const found = OF_RESOURCE.filter((name) => resource[name] !== undefined);
  return found.length > 0 ? readAttributes(Object.fromEntries(found.map((name) => [name, resource[name]]))) : undefined;
}
