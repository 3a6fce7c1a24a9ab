import type { LabelledRows } from "../learn/labelled-rows.ts";
import { bytes, json, malformed, readBytes, readJson } from "./attributes.ts";
import { baselineKey } from "./baseline-item.ts";
import { anInteger, aText, objectOf, texts } from "./documents.ts";
import { bytesOfFloats, floatsOfBytes } from "./floats.ts";
import { reader, written } from "./formats.ts";
import type { Item } from "./item-table.ts";
import { inParts, type Parts, partKeys, withParts } from "./model-parts.ts";

/** Labelled rows are stored beside the versions of the owner, whose parts they share the form of. */
export function rowsKey(owner: string): Item {
  return baselineKey(owner, "ROWS");
}

const aboutOf = objectOf({ names: texts, by: aText, at: anInteger });

export function itemsOfRows(owner: string, { names, rows, labels, by, at }: LabelledRows) {
  const { head, parts } = inParts(owner, { rows: bytes(bytesOfFloats(rows)), labels: bytes(labels) });
  return { head: written("rows", { ...rowsKey(owner), about: json({ names, by, at }), ...head }), parts };
}

/** The keys of the parts, without which nobody can read the rows. */
export const rowPartKeysOfItem = reader("rows", partKeys);

export const rowsReader = (parts: Parts) =>
  reader("rows", (stored): LabelledRows => {
    const whole = withParts(stored, parts);
    const about = readJson(stored, "about", aboutOf);
    const rows = readBytes(whole, "rows", floatsOfBytes);
    const labels = readBytes(whole, "labels", (value) => Uint8Array.from(value));
    if (rows.length === labels.length * about.names.length) return { ...about, rows, labels };
    throw malformed("rows", `${rows.length} values for ${labels.length} rows of ${about.names.length} metrics`);
  });
