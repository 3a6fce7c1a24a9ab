import { isMissing, parseNumber } from "./number-form.ts";
import { looksLikeTime } from "./time-form.ts";

/** The names of columns, and where their rows begin among the given ones. */
export interface Header {
  readonly columns: readonly string[];
  /** The first row of data. */
  readonly from: number;
  readonly notes: readonly string[];
}

/**
 * Finds the names of the columns: in the first row; or in the last comment above it, as `sadf -d` writes them; or
 * nowhere. Then the columns are called by their places.
 */
export function headerOf([first = []]: readonly (readonly string[])[], comment: readonly string[] = []): Header {
  if (!isData(first)) return { columns: first.map(trimmed), from: 1, notes: [] };
  if (comment.length === first.length && comment.length > 1)
    return { columns: comment.map(trimmed), from: 0, notes: [] };
  const columns = first.map((_, i) => `column_${i + 1}`);
  return { columns, from: 0, notes: [`The file has no header: its columns are called ${columns[0]} and so on.`] };
}

/** Names are data if one is a time, or if all are numbers, but for those that pandas counts from 0. */
function isData(cells: readonly string[]): boolean {
  const named = cells.map(trimmed).filter((cell) => cell !== "");
  if (named.length === 0 || named.every((cell, i) => cell === String(i))) return false;
  return named.some(looksLikeTime) || named.every((cell) => isMissing(cell) || parseNumber(cell, ".") !== undefined);
}

const trimmed = (cell: string) => cell.trim();
