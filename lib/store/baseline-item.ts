import { isDeepStrictEqual } from "node:util";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { FitReport } from "../learn/report.ts";
import { sizeOf } from "../recent.ts";
import type { Baseline, PackedBaseline } from "../watch/baseline.ts";
import type { Schema } from "../wire/samples.ts";
import { isIdOf, schemaId } from "../wire/schemas.ts";
import {
  bytes,
  has,
  json,
  malformed,
  number,
  readJson,
  readNumber,
  readText,
  type Stored,
  text,
} from "./attributes.ts";
import { definedAttribute, withDefined } from "./defined-attribute.ts";
import { texts } from "./documents.ts";
import { accepted, reader, valuesOf, written } from "./formats.ts";
import type { Item } from "./item-table.ts";
import { attributesOfModel, isPast, readModel } from "./model-item.ts";
import { inParts, type Parts, partKeys, partOfItem, withParts } from "./model-parts.ts";
import { reportOfDocument } from "./report-document.ts";

/** Sort key of the copy that scoring reads. */
export const ACTIVE = "ACTIVE";
const NAMES = "NAMES";

/** A host that is refitted every hour gets there in 114 years. */
const VERSION_MAX = 999_999;

/** Sort key of a version. The zeros make texts sort like the numbers. */
export function versionKey(version: number): string {
  if (!Number.isInteger(version) || version < 0 || version > VERSION_MAX) {
    throw new RangeError(`${version} is no version: use a whole number up to ${VERSION_MAX}`);
  }
  return `v${String(version).padStart(6, "0")}`;
}

export const VERSION_KEYS = [versionKey(0), versionKey(VERSION_MAX)] as const;

export function baselineKey(owner: string, version: string): Item {
  return { owner: text(owner), version: text(version) };
}

/** One version of an owner as items: the parts of its model, and the head, without which no reader finds them. */
interface VersionItems {
  readonly head: Item;
  readonly parts: readonly Item[];
}

/** The gate's report and, unless the gate refused it, the baseline. */
export function itemsOfVersion(report: FitReport, baseline: Baseline | undefined): VersionItems {
  const key = baselineKey(report.owner, versionKey(report.version));
  const attributes = { ...key, number: number(report.version), report: json(report) };
  if (!baseline) return { head: written("baseline", attributes), parts: [] };
  if (baseline.owner !== report.owner || baseline.version !== report.version) {
    throw new Error(
      `report of ${report.owner} version ${report.version} with baseline ${baseline.owner} version ${baseline.version}`,
    );
  }
  const { own, parts } = packed(baseline);
  const head = written("baseline", { ...attributes, ...own, fitted: number(baseline.fitted) });
  // Throws when this program could not read the version again: such a baseline would stop its hosts.
  accepted(baselineReader(partsOf(parts))(head));
  return { head, parts };
}

/**
 * The attributes that a version repeats from another with the same model and number, and the parts of the model. The
 * number is among the parts' bytes: so no two versions share a part, and the parts of each can expire alone.
 */
function packed({ owner, version, schema, model, epsilon, samples }: Baseline) {
  const ofVersion = bytes(Buffer.from(String(version)));
  const { head, parts } = inParts(owner, { ...attributesOfModel(model), ofVersion });
  const metrics = { schema: text(schema.id), features: json(schema.names), ...definedAttribute(schema) };
  return { own: { ...metrics, ...head, epsilon: number(epsilon), samples: number(samples) }, parts };
}

/** Whether a version's head holds this baseline, whatever its number is and whenever it was fitted. */
export function holds(head: Item, baseline: Baseline): boolean {
  const { own } = packed({ ...baseline, version: Number(head.number?.N) });
  const isAlike = (head.defined === undefined) === (baseline.schema.defined === undefined);
  return isAlike && Object.entries(own).every(([name, value]) => isSame(head[name], value));
}

/** DynamoDB may return another notation of a number. */
function isSame(one: AttributeValue | undefined, other: AttributeValue): boolean {
  return other.N === undefined ? isDeepStrictEqual(one, other) : Number(one?.N) === Number(other.N);
}

/** The active version, which a refit found again at that time (ms since the epoch). */
export function refittedAt(active: Item, time: number): Item {
  return { ...active, refitted: number(time) };
}

/** A part that this program cannot read counts as missing. */
export function partsOf(items: readonly Item[]): Parts {
  return new Map(valuesOf(items.map(partOfItem)));
}

/** The version in the sort key of an item, which needs no format. */
export function versionOf({ version }: Item): number {
  return Number(version?.S?.slice(1));
}

export const reportOfItem = reader("baseline", (stored) => ({
  ...readJson(stored, "report", reportOfDocument),
  ...(has(stored, "refitted") ? { refitted: readNumber(stored, "refitted") } : {}),
}));

/** Tells whether a baseline is the one that a reader knows. */
export const headOfItem = reader("baseline", (stored) => ({
  item: stored.item,
  owner: readText(stored, "owner"),
  version: readNumber(stored, "number"),
  epsilon: readNumber(stored, "epsilon"),
}));

export const partKeysOfItem = reader("baseline", partKeys);

/** A baseline beside its parts; undefined for one of a removed detector. Unreadable if it cannot be unpacked. */
export const packedReader = (parts: Parts) =>
  reader("baseline", (stored): PackedBaseline | undefined => {
    const baseline = readBaseline(stored, parts);
    if (!baseline) return undefined;
    const { owner, version, epsilon, samples } = baseline;
    const { report: _, ...item } = stored.item;
    const own = new Map(partKeys(stored).flatMap(({ version: key }) => ownPart(parts, key?.S)));
    const unpack = () => readBaseline({ ...stored, item }, own) ?? baselineGone(owner);
    return { owner, version, epsilon, samples, bytes: sizeOf(item) + sizeOf([...own]), unpack };
  });

function ownPart(parts: Parts, key = ""): (readonly [string, Uint8Array])[] {
  const part = parts.get(key);
  return part ? [[key, part]] : [];
}

function baselineGone(owner: string): never {
  throw new Error(`the baseline of ${owner} could be unpacked before, and cannot now`);
}

export const baselineReader = (parts: Parts) => reader("baseline", (stored) => readBaseline(stored, parts));

/**
 * The report and, unless the gate refused it, the baseline. Only the active version must have all its parts. Those of
 * another may have expired, or its refit stopped before it wrote them.
 */
export const entryReader = (parts: Parts, isActive: boolean) =>
  reader("baseline", (stored) => {
    const report = readJson(stored, "report", reportOfDocument);
    const isWhole = () => isActive || partKeys(stored).every(({ version }) => parts.has(version?.S ?? ""));
    const baseline = has(stored, "schema") && isWhole() ? readBaseline(stored, parts) : undefined;
    return baseline ? { report, baseline } : { report };
  });

/** Undefined for a baseline of a removed detector: its host has none until it is refitted. */
function readBaseline(stored: Stored, parts: Parts): Baseline | undefined {
  if (isPast(stored)) return undefined;
  const { names } = readSchema(stored, readText(stored, "schema"));
  const schema = withDefined(stored, { id: schemaId(names), names });
  return {
    owner: readText(stored, "owner"),
    version: readNumber(stored, "number"),
    schema,
    model: readModel(withParts(stored, parts), schema.names.length),
    epsilon: readNumber(stored, "epsilon"),
    samples: readNumber(stored, "samples"),
    fitted: readNumber(stored, has(stored, "refitted") ? "refitted" : "fitted"),
  };
}

/** Feature names are stored beside the baselines, under the owner `schema#<id>`. */
export function schemaKey(id: string): Item {
  return baselineKey(`schema#${id}`, NAMES);
}

/** `expires` is in seconds since the epoch. */
export function itemOfSchema({ id, names }: Schema, expires: number): Item {
  return written("schema", { ...schemaKey(id), features: json(names), expires: number(expires) });
}

export const schemaOfItem = reader("schema", schemaOf);

/** With its expiry; 0 for one that an earlier version wrote, which had none. */
export const storedSchemaOfItem = reader("schema", (stored) => ({
  schema: schemaOf(stored),
  expires: has(stored, "expires") ? readNumber(stored, "expires") : 0,
}));

function schemaOf(stored: Stored): Schema {
  return readSchema(stored, readText(stored, "owner").slice("schema#".length));
}

function readSchema(stored: Stored, id: string): Schema {
  const names = readJson(stored, "features", texts);
  if (isIdOf(id, names)) return { id, names };
  throw malformed("features", `names with id ${schemaId(names)}, stored under ${id}`);
}
