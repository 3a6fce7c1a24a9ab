import { readFileSync } from "node:fs";
import { codeOf, messageOf } from "../errors.ts";
import { isObject } from "../json.ts";
import { UserError } from "../user-error.ts";
import type { CausedRows } from "./data-set.ts";

/** Reads `[{start, end, dims}]` about the rows of a test part; none without such a file. */
export function readCauses(path: string, rows: number, columns: number): readonly CausedRows[] {
  const entries = readJsonFile(path) ?? [];
  if (!Array.isArray(entries))
    throw new UserError(`${path}: is not a list: write [{"start": first row, "end": last row, "dims": [columns]}]`);
  return entries.map((entry: unknown, i) => {
    const cause = causedRows(entry, rows, columns);
    if (!cause)
      throw new UserError(
        `${path}, entry ${i + 1}: ${JSON.stringify(entry)}: start and end are rows from 0 to ${rows - 1}, dims ` +
          `columns from 0 to ${columns - 1}`,
      );
    return cause;
  });
}

function causedRows(entry: unknown, rows: number, columns: number): CausedRows | undefined {
  if (!isObject(entry)) return undefined;
  const { start, end, dims } = entry;
  if (!isIndex(start, rows) || !isIndex(end, rows) || start > end) return undefined;
  if (!Array.isArray(dims) || !dims.every((dim): dim is number => isIndex(dim, columns))) return undefined;
  return { start, end, dims };
}

function isIndex(value: unknown, count: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < count;
}

/** Undefined without such a file. */
export function readJsonFile(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw new UserError(`${path}: cannot be read: ${error}`, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${path}: is not JSON (${messageOf(error)}): mend or remove it`, { cause: error });
  }
}
