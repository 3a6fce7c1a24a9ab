import { isObject, parseJson } from "../json.ts";
import { linesOf } from "../rows/csv-lines.ts";
import { decodeRecord } from "../wire/decode.ts";
import { Schemas } from "../wire/schemas.ts";

export const NDJSON = /\.(?:ndjson|jsonl)(?:\.gz)?$/i;

/**
 * Whether the lines of an NDJSON file are rows of a table, as `export scores` writes them, and no records of
 * docs/wire-format.md. The first line is then no record, and holds nothing but plain values.
 */
export async function holdsRows(path: string): Promise<boolean> {
  for await (const line of linesOf(path)) {
    if (line.trim() === "") continue;
    const { problems } = decodeRecord(Buffer.from(line), 0, new Schemas());
    const row = parseJson(line);
    return problems.length > 0 && isObject(row) && !Object.values(row).some((value) => value instanceof Object);
  }
  return false;
}

/** The label of the line of one sample, as `demo generate` writes it; undefined without one. */
export function labelOf(line: string): boolean | undefined {
  if (!line.includes('"label"')) return undefined;
  const sample = parseJson(line);
  const label = isObject(sample) ? sample.label : undefined;
  return label === 0 || label === 1 ? label === 1 : undefined;
}
