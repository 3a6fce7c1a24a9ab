import { closeSync, openSync, readSync } from "node:fs";
import type { Readable } from "node:stream";
import { UserError } from "../user-error.ts";
import type { CellTable } from "./cell-table.ts";
import { openCsv } from "./csv-cells.ts";
import { openJson } from "./json-cells.ts";
import { openXlsx } from "./xlsx-cells.ts";

const JSON_NAME = /\.(?:json|ndjson|jsonl)(?:\.gz)?$/i;
const ZIP = "504b0304";
/** Old .xls files, and .xlsx files with a password, are in Microsoft's compound format. */
const COMPOUND = "d0cf11e0";

/** Opens a file: a workbook by its first bytes, JSON by its name, anything else as CSV. */
export async function openCells(path: string, input?: Readable): Promise<CellTable> {
  if (input) return openCsv(path, input);
  const begin = firstBytes(path);
  if (begin === ZIP) return openXlsx(path);
  if (begin === COMPOUND)
    throw new UserError(
      `${path}: an Excel file of the old format or with a password: save it as .xlsx without one, or as CSV`,
    );
  return JSON_NAME.test(path) ? openJson(path) : openCsv(path);
}

/** As hexadecimal digits; empty for a file that cannot be read, about which its reader says more. */
function firstBytes(path: string): string {
  const bytes = Buffer.alloc(ZIP.length / 2);
  try {
    const file = openSync(path, "r");
    try {
      readSync(file, bytes);
    } finally {
      closeSync(file);
    }
  } catch {
    return "";
  }
  return bytes.toString("hex");
}
