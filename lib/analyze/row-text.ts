import { isoTime } from "../table/metrics-history.ts";
import { csvLine, guarded, type TextFormat } from "../table/text-format.ts";
import type { Column, Row } from "./layout.ts";

/** `times` formats a time; absent: ISO 8601. */
export function rowCsv(columns: readonly Column[], times: (ms: number) => string = isoTime): TextFormat<Row> {
  const head = csvLine(columns.map(({ title }) => guarded(title)));
  return { head, next: (row) => csvLine(columns.map((column) => cell(column, row, times))), tail: () => "" };
}

/** JSON of rows; a row without an object is left out. */
export function rowJson(format: TextFormat<unknown>, objectOf: (row: Row) => object | undefined): TextFormat<Row> {
  return {
    ...format,
    next(row) {
      const object = objectOf(row);
      return object ? format.next(object) : "";
    },
  };
}

/** A row keyed by column title: times in ISO 8601, anomalies true or false, null for missing values. */
export function rowObject(columns: readonly Column[], row: Row): object {
  return Object.fromEntries(columns.map((column) => [column.title, jsonValue(column, row)]));
}

function jsonValue({ kind, of }: Column, row: Row): string | number | boolean | null {
  const value = of(row);
  if (value === undefined) return null;
  if (kind === "time" && typeof value === "number") return isoTime(value);
  return kind === "score" && typeof value === "number" ? rounded(value) : value;
}

function cell({ kind, of }: Column, row: Row, times: (ms: number) => string): string {
  const value = of(row);
  if (value === undefined) return "";
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (typeof value === "string") return guarded(value);
  if (kind === "time") return times(value);
  return String(kind === "score" ? rounded(value) : value);
}

const SCORE_DIGITS = 6;

function rounded(score: number): number {
  return Number(score.toPrecision(SCORE_DIGITS));
}
