import type { Definitions, Schema } from "../wire/samples.ts";
import { schemaWith } from "../wire/schemas.ts";
import { has, json, readJson, type Stored } from "./attributes.ts";
import { anObject, aText } from "./documents.ts";
import type { Item } from "./item-table.ts";

/**
 * The definitions of an item's derived metrics: JSON by name, 25 bytes each; absent if all metrics are sent. The names
 * by their id are the same for every definition, so that a release without features reads them, too.
 */
export function definedAttribute({ defined }: Schema): Item {
  return defined ? { defined: json(defined) } : {};
}

export function withDefined(stored: Stored, schema: Schema): Schema {
  return has(stored, "defined") ? schemaWith(schema.names, readJson(stored, "defined", definitionsOf)) : schema;
}

export function definitionsOf(document: unknown): Definitions {
  return Object.fromEntries(Object.entries(anObject(document)).map(([name, value]) => [name, aText(value)]));
}
