import { readFileSync } from "node:fs";
import { isObject, parseJson } from "../json.ts";
import { UserError } from "../user-error.ts";
import type { NumberArray } from "./npy.ts";

/**
 * Reads lists of numbers, or of rows of numbers, from JSON: the whole file is one, or each field of its object is one.
 * `stem` names the first.
 */
export function readNumberLists(path: string, stem: string): ReadonlyMap<string, NumberArray> {
  const parsed = parseJson(readFileSync(path, "utf8"));
  if (parsed === undefined) throw new UserError(`${path}: is not JSON: mend it, or leave it out of the folder`);
  const named = isObject(parsed) ? Object.entries(parsed) : [[stem, parsed] as const];
  return new Map(named.map(([name, value]) => [name, arrayOf(value, isObject(parsed) ? `${path}, ${name}` : path)]));
}

function arrayOf(value: unknown, where: string): NumberArray {
  if (!Array.isArray(value) || value.length === 0)
    throw new UserError(`${where}: is no list of numbers or of rows: write [[1, 2], [3, 4]], or 0 and 1 for labels`);
  const rows: unknown[][] = value.map((row: unknown) => (Array.isArray(row) ? row : [row]));
  const columns = rows[0]?.length ?? 0;
  const values = new Float64Array(rows.length * columns);
  for (const [i, row] of rows.entries()) {
    if (row.length !== columns)
      throw new UserError(`${where}, row ${i + 1}: ${row.length} numbers where the first has ${columns}: give as many`);
    for (const [j, cell] of row.entries()) {
      if (typeof cell !== "number" && cell !== null)
        throw new UserError(
          `${where}, row ${i + 1}, column ${j + 1}: ${JSON.stringify(cell)} is no number: write one, or null if it is missing`,
        );
      values[i * columns + j] = cell ?? Number.NaN;
    }
  }
  return { rows: rows.length, columns, values };
}
