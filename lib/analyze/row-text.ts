import { quoted } from "../table/csv.ts";
import { type Column, isoTime, type Row } from "./layout.ts";

/** A file that is written row by row; nothing of it is held. */
export interface TextFormat {
  readonly head: string;
  /** What a row adds; it may be nothing. */
  row(row: Row): string;
  readonly tail: string;
}

/** `times` says how a time is written; ISO 8601 when absent. */
export function csvFormat(columns: readonly Column[], times: (ms: number) => string = isoTime): TextFormat {
  const line = (cells: readonly string[]) => `${cells.map(quoted).join(",")}\n`;
  return {
    head: line(columns.map(({ title }) => title)),
    row: (row) => line(columns.map((column) => cell(column, row, times))),
    tail: "",
  };
}

/** One object per line; rows that `objectOf` has nothing to say of are left out. */
export function ndjsonFormat(objectOf: (row: Row) => object | undefined): TextFormat {
  return {
    head: "",
    row(row) {
      const object = objectOf(row);
      return object ? `${JSON.stringify(object)}\n` : "";
    },
    tail: "",
  };
}

/** One array of objects, one per line. */
export function jsonFormat(objectOf: (row: Row) => object | undefined): TextFormat {
  let separator = "\n";
  return {
    head: "[",
    row(row) {
      const object = objectOf(row);
      if (!object) return "";
      const text = `${separator}${JSON.stringify(object)}`;
      separator = ",\n";
      return text;
    },
    tail: "\n]\n",
  };
}

/** A row by the titles of its columns: times in ISO 8601, anomalies true or false, null for what is missing. */
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
  if (typeof value === "string") return value;
  if (kind === "time") return times(value);
  return String(kind === "score" ? rounded(value) : value);
}

const SCORE_DIGITS = 6;

function rounded(score: number): number {
  return Number(score.toPrecision(SCORE_DIGITS));
}
