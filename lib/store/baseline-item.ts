import type { FitReport } from "../learn/report.ts";
import type { Baseline } from "../watch/baseline.ts";
import type { Schema } from "../wire/samples.ts";
import { schemaId } from "../wire/schemas.ts";
import { has, json, malformed, number, readJson, readNumber, readText, type Stored, text } from "./attributes.ts";
import { texts } from "./documents.ts";
import { accepted, once, reader, written } from "./formats.ts";
import { ITEM_BYTES_MAX, itemSize } from "./item-size.ts";
import type { Item } from "./item-table.ts";
import { attributesOfModel, readModel } from "./model-item.ts";
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

/** One version of an owner: the gate's report and, unless the gate refused it, the baseline. */
export function itemOfVersion(report: FitReport, baseline: Baseline | undefined, version: string): Item {
  const attributes = { ...baselineKey(report.owner, version), number: number(report.version), report: json(report) };
  if (!baseline) return written("baseline", attributes);
  if (baseline.owner !== report.owner || baseline.version !== report.version) {
    throw new Error(
      `report of ${report.owner} version ${report.version} with baseline ${baseline.owner} version ${baseline.version}`,
    );
  }
  const item = written("baseline", {
    ...attributes,
    schema: text(baseline.schema.id),
    features: json(baseline.schema.names),
    ...attributesOfModel(baseline.model),
    epsilon: number(baseline.epsilon),
    samples: number(baseline.samples),
    fitted: number(baseline.fitted),
  });
  const size = itemSize(item);
  if (size > ITEM_BYTES_MAX) {
    const takes = `takes ${size} bytes for ${baseline.schema.names.length} metrics`;
    throw new RangeError(
      `the ${baseline.model.detector} baseline of ${baseline.owner} ${takes}; an item of DynamoDB holds at most ${ITEM_BYTES_MAX}`,
    );
  }
  // Throws when this program could not read the item again: such a baseline would stop its hosts.
  accepted(baselineOfItem(item));
  return item;
}

export const versionOfItem = reader("baseline", (stored) => readNumber(stored, "number"));

export const reportOfItem = reader("baseline", (stored) => readJson(stored, "report", reportOfDocument));

export const baselineOfItem = once(reader("baseline", readBaseline));

/** The report and, unless the gate refused it, the baseline. */
export const entryOfItem = reader("baseline", (stored) => {
  const report = readJson(stored, "report", reportOfDocument);
  return has(stored, "schema") ? { report, baseline: readBaseline(stored) } : { report };
});

function readBaseline(stored: Stored): Baseline {
  const schema = readSchema(stored, readText(stored, "schema"));
  return {
    owner: readText(stored, "owner"),
    version: readNumber(stored, "number"),
    schema,
    model: readModel(stored, schema.names.length),
    epsilon: readNumber(stored, "epsilon"),
    samples: readNumber(stored, "samples"),
    fitted: readNumber(stored, "fitted"),
  };
}

/** Feature names are stored beside the baselines, under the owner `schema#<id>`. */
export function schemaKey(id: string): Item {
  return baselineKey(`schema#${id}`, NAMES);
}

export function itemOfSchema({ id, names }: Schema): Item {
  return written("schema", { ...schemaKey(id), features: json(names) });
}

export const schemaOfItem = reader("schema", (stored) =>
  readSchema(stored, readText(stored, "owner").slice("schema#".length)),
);

function readSchema(stored: Stored, id: string): Schema {
  const names = readJson(stored, "features", texts);
  if (schemaId(names) === id) return { id, names };
  throw malformed(stored, "features", `names with id ${schemaId(names)}, stored under ${id}`);
}
