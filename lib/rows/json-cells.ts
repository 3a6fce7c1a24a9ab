import { isObject, parseJson } from "../json.ts";
import { UserError } from "../user-error.ts";
import type { CellRow, CellTable } from "./cell-table.ts";
import { readWhole } from "./csv-lines.ts";
import { textDecoder } from "./decode-text.ts";
import { sysstatSamples } from "./sysstat-samples.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** JSON is read whole and takes several times its size in memory. */
const JSON_BYTES_MAX = 100_000_000;
const COLUMNS_MAX = 10_000;

/**
 * Opens JSON: a list of objects, an object on each line, or what `sadf -j` writes. The fields of an object are its
 * cells; those in a field `metrics` stand beside the others.
 */
export async function openJson(path: string): Promise<CellTable> {
  const text = textDecoder()(await readWhole(path, JSON_BYTES_MAX));
  const objects = objectsIn(path, text);
  const places = new Map<string, number>();
  const rows = objects.map((object, i): CellRow => {
    const cells: string[] = [];
    for (const [name, value] of fieldsOf(object)) {
      const place = places.get(name) ?? places.size;
      places.set(name, place);
      cells[place] = textOf(value);
    }
    if (places.size > COLUMNS_MAX)
      throw new UserError(`${path}, item ${i + 1}: more than ${COLUMNS_MAX} different fields`);
    return { line: i + 1, cells };
  });
  const columns = [...places.keys()];
  const filled = rows.map(({ line, cells }) => ({ line, cells: Array.from(columns, (_, i) => cells[i] ?? "") }));
  if (columns.length === 0) throw new UserError(`${path}: no objects with fields: give it a list of samples`);
  return { columns, headerLine: 1, notes: [], pieces: once(filled) };
}

async function* once<T>(rows: readonly T[]): AsyncGenerator<readonly T[]> {
  yield rows;
}

function objectsIn(path: string, text: string): readonly JsonObject[] {
  const value =
    parseJson(text) ??
    text.split("\n").flatMap((line, i) => (line.trim() === "" ? [] : [parsedLine(path, line, i + 1)]));
  const objects = Array.isArray(value) ? value : (sysstatSamples(value) ?? [value]);
  const wrong = objects.findIndex((object) => !isObject(object));
  if (wrong >= 0)
    throw new UserError(`${path}, item ${wrong + 1}: is no object: give it a list of samples, {"time": …, "cpu": …}`);
  return objects;
}

function parsedLine(path: string, line: string, number: number): unknown {
  const value = parseJson(line);
  if (value !== undefined) return value;
  throw new UserError(`${path}, line ${number}: broken JSON: write one list, or one object on each line`);
}

function fieldsOf({ metrics, ...object }: JsonObject): readonly (readonly [string, unknown])[] {
  return [...Object.entries(object), ...(isObject(metrics) ? Object.entries(metrics) : [])];
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
