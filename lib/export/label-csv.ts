import Papa from "papaparse";
import { CATEGORIES, type Label, VERDICTS } from "../incident/label.ts";
import type { LabelledHosts } from "../incident/time-label.ts";
import { oneLine } from "../plain-text.ts";
import { unguarded } from "../table/text-format.ts";
import { UserError } from "../user-error.ts";
import { parseTime } from "../wire/date.ts";

/** A label from a file, for the incident with that id or for a time (ms) of a host or a group. */
export interface ImportedLabel {
  /** Counted from 1 without the header. */
  readonly row: number;
  readonly of:
    | { readonly id: string; readonly host?: string }
    | { readonly about: LabelledHosts; readonly from: number; readonly to: number };
  readonly label: Omit<Label, "at" | "by"> & { readonly at?: number; readonly by?: string };
}

const ROWS_MAX = 10_000;
/** An item keeps its last 20 labels: at this length they take a fifth of its room. */
const TEXT_LENGTH_MAX = 1_000;

/** Reads the rows of a CSV file named `path`. Throws UserError at the first wrong row with its place and remedy. */
export function parseLabelCsv(path: string, text: string): readonly ImportedLabel[] {
  const { data, errors, meta } = Papa.parse<Record<string, string>>(text.replace(/^\ufeff/, ""), {
    header: true,
    skipEmptyLines: "greedy",
    transformHeader: (name) => name.trim(),
  });
  const [broken] = errors.filter(({ type }) => type !== "Delimiter");
  if (broken) {
    // Papa counts the header as a row for wrong quotes, but not for wrong cells.
    const row = (broken.row ?? 0) + (broken.type === "Quotes" ? 0 : 1);
    throw new UserError(`${path}, row ${row}: ${broken.message}`);
  }
  if (data.length > ROWS_MAX) throw new UserError(`${path}: ${data.length} rows: import at most ${ROWS_MAX} at a time`);
  const columns = meta.fields ?? [];
  if (!columns.includes("verdict")) throw new UserError(`${path}: no column named verdict: it says what each was`);
  const hasTimes = ["from", "to"].every((column) => columns.includes(column));
  if (!columns.includes("id") && !(hasTimes && (columns.includes("host") || columns.includes("group"))))
    throw new UserError(
      `${path}: give each label an id, or a host or group with from and to: these columns are missing`,
    );
  return data.map((cells, i) => importedLabel(cells, i + 1, `${path}, row ${i + 1}`));
}

function importedLabel(cells: Readonly<Record<string, string>>, row: number, where: string): ImportedLabel {
  const cell = (name: string) => unguarded((cells[name] ?? "").trim());
  const line = (name: string) => oneLine(cell(name));
  const verdict = VERDICTS.find((one) => one === cell("verdict"));
  if (!verdict) throw new UserError(`${where}: verdict "${cell("verdict")}": use ${VERDICTS.join(", ")}`);
  for (const name of ["by", "note"]) {
    if (cell(name).length > TEXT_LENGTH_MAX)
      throw new UserError(`${where}: ${name} has more than ${TEXT_LENGTH_MAX} characters: shorten it`);
  }
  const category = CATEGORIES.find((one) => one === cell("category"));
  if (!category && cell("category") !== "")
    throw new UserError(`${where}: category "${cell("category")}": use ${CATEGORIES.join(", ")}, or leave it empty`);
  if (category && verdict !== "fault")
    throw new UserError(`${where}: category "${category}" with verdict ${verdict}: only a fault has a category`);
  const label = {
    verdict,
    ...(category ? { category } : {}),
    ...(line("by") === "" ? {} : { by: line("by") }),
    ...(cell("at") === "" ? {} : { at: timeOf(cell("at"), "at", where) }),
    ...(line("note") === "" ? {} : { note: line("note") }),
  };
  return { row, of: ownerOf(cell, where), label };
}

function ownerOf(cell: (name: string) => string, where: string): ImportedLabel["of"] {
  const [id, host, group] = [cell("id"), cell("host"), cell("group")];
  if (id !== "") return { id: id.toUpperCase(), ...(host === "" ? {} : { host }) };
  if (host === "" && group === "") throw new UserError(`${where}: no id, host or group: say what it is about`);
  const [from, to] = [timeOf(cell("from"), "from", where), timeOf(cell("to"), "to", where)];
  if (to < from) throw new UserError(`${where}: it ends before it begins: swap from and to`);
  return { about: host === "" ? { group } : { host }, from, to };
}

function timeOf(cell: string, name: string, where: string): number {
  const time = parseTime(cell);
  if (Number.isNaN(time))
    throw new UserError(
      `${where}: ${name} "${cell}": write a time as 2026-11-22T14:00:00Z, or as Unix seconds or milliseconds`,
    );
  return time;
}
