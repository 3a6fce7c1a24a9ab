import type { FitReport } from "../learn/report.ts";
import type { Baseline } from "../watch/baseline.ts";
import type { Schema } from "../wire/samples.ts";
import { schemaId } from "../wire/schemas.ts";
import {
  json,
  malformed,
  number,
  opened,
  readJson,
  readNumber,
  readText,
  type Stored,
  text,
  written,
} from "./attributes.ts";
import { texts } from "./documents.ts";
import { ITEM_BYTES_MAX, itemSize } from "./item-size.ts";
import type { Item } from "./item-table.ts";
import { attributesOfModel, readModel } from "./model-item.ts";
import { reportOfDocument } from "./report-document.ts";

/** Sort key of the copy that scoring reads. */
export const ACTIVE = "ACTIVE";
const NAMES = "NAMES";

/** A host refitted every hour gets here in 114 years. */
const VERSION_MAX = 999_999;

/** Sort key of a version; as texts they sort as the numbers do. */
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

/** One version of an owner: the gate's report and, unless it was refused, the baseline. */
export function itemOfVersion(report: FitReport, baseline: Baseline | undefined, version: string): Item {
  const attributes = { ...baselineKey(report.owner, version), number: number(report.version), report: json(report) };
  if (!baseline) return written(attributes);
  if (baseline.owner !== report.owner || baseline.version !== report.version) {
    throw new Error(
      `report of ${report.owner} version ${report.version} with baseline ${baseline.owner} version ${baseline.version}`,
    );
  }
  const item = written({
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
    throw new RangeError(
      `the ${baseline.model.detector} baseline of ${baseline.owner} takes ${size} bytes for ${baseline.schema.names.length} metrics; an item of DynamoDB holds at most ${ITEM_BYTES_MAX}`,
    );
  }
  // Nothing is stored that could not be read: an active baseline that throws would stop its hosts.
  baselineOfItem(item);
  return item;
}

export function versionOfItem(item: Item): number {
  return readNumber(opened("baselines", item), "number");
}

export function reportOfItem(item: Item): FitReport {
  return readJson(opened("baselines", item), "report", reportOfDocument);
}

export function baselineOfItem(item: Item): Baseline {
  const stored = opened("baselines", item);
  const schema = { id: readText(stored, "schema"), names: readJson(stored, "features", texts) };
  checkSchema(stored, schema);
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

/** Names live beside the baselines: owner `schema#<id>`. */
export function schemaKey(id: string): Item {
  return baselineKey(`schema#${id}`, NAMES);
}

export function itemOfSchema({ id, names }: Schema): Item {
  return written({ ...schemaKey(id), features: json(names) });
}

export function schemaOfItem(item: Item): Schema {
  const stored = opened("baselines", item);
  const schema = {
    id: readText(stored, "owner").slice("schema#".length),
    names: readJson(stored, "features", texts),
  };
  checkSchema(stored, schema);
  return schema;
}

function checkSchema(stored: Stored, { id, names }: Schema): void {
  if (schemaId(names) === id) return;
  throw malformed(stored, "features", `names with id ${schemaId(names)}, stored under ${id}`);
}
