import { VALUE_MAX } from "../wire/limits.ts";

/** How the numbers of a column are written. */
export interface NumberForm {
  readonly decimal: Decimal;
  /** The unit that the column's first number carries; its values are in this unit. */
  readonly unit?: string;
}

export type Decimal = "." | ",";

/** How numbers of JSON, and of most programs, are written. */
const PLAIN: NumberForm = { decimal: "." };

/** Texts that programs write instead of a number that they do not have. */
const MISSING = new Set(["", "-", "--", "nan", "na", "n/a", "#n/a", "null", "none", "nil", "\\n", "?"]);

export function isMissing(cell: string): boolean {
  return MISSING.has(cell.toLowerCase());
}

/** Units of one kind as multiples of its smallest. A bare K, M or G counts in thousands. */
const UNITS: readonly Readonly<Record<string, number>>[] = [
  { "": 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 },
  { b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12, kib: 1024, mib: 1024 ** 2, gib: 1024 ** 3, tib: 1024 ** 4 },
  { bytes: 1 },
  { "b/s": 1, "kb/s": 1e3, "mb/s": 1e6, "gb/s": 1e9, "kib/s": 1024, "mib/s": 1024 ** 2, "gib/s": 1024 ** 3 },
  { bps: 1, kbps: 1e3, mbps: 1e6, gbps: 1e9 },
  { ns: 1, µs: 1e3, us: 1e3, ms: 1e6, s: 1e9, sec: 1e9, min: 60e9, h: 3_600e9, d: 86_400e9 },
  { hz: 1, khz: 1e3, mhz: 1e6, ghz: 1e9 },
  { mw: 1, w: 1e3, kw: 1e6 },
  ...["%", "°", "°c", "°f", "c", "f", "v", "a", "rpm", "iops", "ops", "ops/s", "req/s", "reqs", "pps"].map((unit) => ({
    [unit]: 1,
  })),
];

/** Digits with the marks that separate them, an exponent, and a unit. */
const SHAPE = /^([-+−]?(?:[\d.,'’ \u00a0\u202f]*\d))(e[-+]?\d+)?([ \u00a0]*)(%|°?[a-zµμ]{1,8}(?:\/[a-z]{1,3})?|°)?$/i;
const GROUPED = {
  ".": /^[-+]?\d{1,3}(?:[,'’ \u00a0\u202f]\d{3})+(?:\.\d+)?$/,
  ",": /^[-+]?\d{1,3}(?:[.'’ \u00a0\u202f]\d{3})+(?:,\d+)?$/,
};
const MARKS = { ".": /[,'’ \u00a0\u202f]/g, ",": /[.'’ \u00a0\u202f]/g };
const UNGROUPED = { ".": /^[-+]?(?:\d+\.?\d*|\.\d+)$/, ",": /^[-+]?(?:\d+,?\d*|,\d+)$/ };

/** The number in a cell, and its unit as written; undefined if it holds none. */
export function parseNumber(
  cell: string,
  decimal: Decimal,
): { readonly value: number; readonly unit: string } | undefined {
  const [, digits, exponent = "", , unit = ""] = SHAPE.exec(cell) ?? [];
  if (digits === undefined || (unit !== "" && kindOf(unit) === undefined)) return undefined;
  const text = digits.replace("−", "-");
  const isGrouped = GROUPED[decimal].test(text);
  if (!isGrouped && !UNGROUPED[decimal].test(text)) return undefined;
  const plain = (isGrouped ? text.replace(MARKS[decimal], "") : text).replace(",", ".");
  return { value: Number(`${plain}${exponent}`), unit };
}

function kindOf(unit: string): Readonly<Record<string, number>> | undefined {
  return UNITS.find((kind) => Object.hasOwn(kind, keyOf(unit)));
}

function keyOf(unit: string): string {
  return unit.replace("μ", "µ").toLowerCase();
}

/** A comma that only a decimal one can be, and a point or comma that leaves no room for it. */
const COMMA_DECIMAL = /^[-+−]?(?:\d+,(?:\d{1,2}|\d{4,})|0,\d+|\d{4,},\d+|[\d.]*\.\d{3},\d+)(?!\d)/;
const POINT_DECIMAL =
  /^[-+−]?(?:\d*\.(?:\d{1,2}|\d{4,})|0\.\d+|\d{4,}\.\d+|\d[\d,]*,\d{3}\.\d+|\d{1,3}(?:,\d{3}){2,})(?!\d)/;
const EITHER = /^[-+−]?\d{1,3},\d{3}(?!\d)/;

/**
 * The decimal mark by the evidence of all cells that are numbers: an address or a version has points, too. Without any,
 * `1,234` is a thousand where commas separate cells.
 */
export function decimalOf(cells: Iterable<string>, delimiter: string | undefined): Decimal {
  let [commas, points, either] = [0, 0, 0];
  for (const cell of cells) {
    if (!parseNumber(cell, ".") && !parseNumber(cell, ",")) continue;
    if (COMMA_DECIMAL.test(cell)) commas++;
    else if (POINT_DECIMAL.test(cell)) points++;
    else if (EITHER.test(cell)) either++;
  }
  if (commas > 0) return points > 0 ? "." : ",";
  return either > 0 && points === 0 && delimiter !== undefined && delimiter !== "," ? "," : ".";
}

/** The form of a column's numbers. */
export function numberFormOf(cells: readonly string[], decimal: Decimal): NumberForm {
  for (const cell of cells) {
    const unit = parseNumber(cell, decimal)?.unit ?? "";
    if (unit !== "") return { decimal, unit: kindOf(unit)?.[""] === undefined ? unit : "" };
  }
  return { decimal };
}

/** Stores the number of a cell among the values, or returns the problem. */
export function readNumber(
  cell: string,
  values: Float64Array,
  place: number,
  form: NumberForm = PLAIN,
): string | undefined {
  // A plain number, by far the most frequent cell, takes the short way.
  const value = cell === "" ? Number.NaN : form.decimal === "." ? Number(cell) : Number.NaN;
  values[place] = value;
  if (Math.abs(value) <= VALUE_MAX) return undefined;
  if (!Number.isNaN(value)) return TOO_LARGE;
  if (isMissing(cell)) return undefined;
  const read = parseNumber(cell, form.decimal);
  if (!read)
    return `is not a number: write one with a decimal ${form.decimal === "." ? "point" : "comma, as the rows before have it"}, or leave the cell empty when the value is missing`;
  const ratio = ratioOf(read.unit, form.unit);
  if (ratio === undefined)
    return `is not in ${form.unit ? form.unit : "plain numbers"} as the rows before are: write it so, or leave the cell empty when the value is missing`;
  values[place] = read.value * ratio;
  return Math.abs(read.value * ratio) <= VALUE_MAX ? undefined : TOO_LARGE;
}

const TOO_LARGE = `is beyond ${VALUE_MAX}, which no metric reaches: leave the cell empty when the value is missing`;

/** The factor from one unit to the column's unit; undefined between kinds. */
function ratioOf(unit: string, wanted: string | undefined): number | undefined {
  if (unit === (wanted ?? "")) return 1;
  if (unit === "") return 1;
  if (wanted === undefined) return undefined;
  const kind = kindOf(unit);
  const to = kind?.[keyOf(wanted)];
  return kind && to !== undefined ? (kind[keyOf(unit)] ?? Number.NaN) / to : undefined;
}
