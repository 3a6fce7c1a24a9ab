import { bytesOfFloats, floatsOfBytes } from "./floats.ts";
import { bytesOfVarints, signed, unsigned, varintsOfBytes } from "./varints.ts";

/**
 * Rows of numbers as bytes, column by column. Most metrics are decimals of a few digits whose values lie close
 * together. So each column has one exponent, and its numbers are differences from the value before. Columns with other
 * numbers keep their doubles. Layout: an exponent for each column, the doubles, then the differences.
 */
const DOUBLES = 255;
const EXPONENT_MAX = 9;
/** Twice the largest difference plus one is still exact. */
const SCALED_MAX = 2 ** 50;
const MISSING = 0;

/** `values` are row-major, NaN = missing. */
export function bytesOfColumns(values: Float64Array, width: number): Uint8Array {
  const columns = Array.from({ length: width }, (_, j) => values.filter((_, k) => k % width === j));
  const exponents = columns.map(exponentOf);
  const [doubles, differences]: [Uint8Array[], number[]] = [[], []];
  for (const [j, column] of columns.entries()) {
    const exponent = exponents[j] ?? DOUBLES;
    if (exponent === DOUBLES) doubles.push(bytesOfFloats(column));
    else differences.push(...differencesOf(column, 10 ** exponent));
  }
  return Buffer.concat([Uint8Array.from(exponents), ...doubles, bytesOfVarints(differences)]);
}

/** Throws when the bytes do not hold that many values. */
export function columnsOfBytes(bytes: Uint8Array, rows: number, width: number): Float64Array {
  const exponents = bytes.subarray(0, width);
  const wrong = exponents.find((exponent) => exponent !== DOUBLES && exponent > EXPONENT_MAX);
  if (exponents.length < width || wrong !== undefined) throw new RangeError(`no exponents of ${width} columns`);
  const raw = exponents.filter((exponent) => exponent === DOUBLES).length * rows;
  const doubles = floatsOfBytes(bytes.subarray(width, width + 8 * raw));
  const differences = varintsOfBytes(bytes.subarray(width + 8 * raw));
  if (doubles.length !== raw || raw + differences.length !== rows * width)
    throw new RangeError(`expected ${rows * width} values, found ${doubles.length + differences.length}`);
  const values = new Float64Array(rows * width);
  let [double, difference] = [0, 0];
  for (const [j, exponent] of exponents.entries()) {
    const column = exponent === DOUBLES ? doubles.subarray(double, double + rows) : undefined;
    const read = column ?? valuesOf(differences.subarray(difference, difference + rows), 10 ** exponent);
    if (column) double += rows;
    else difference += rows;
    for (const [i, value] of read.entries()) values[i * width + j] = value;
  }
  return values;
}

/** The most bytes that so many rows take: eight for a number, and an exponent for each column. */
export function columnBytesMax(rows: number, width: number): number {
  return width + 8 * rows * width;
}

/** The least exponent at which all values of a column are whole; `DOUBLES` if there is none. */
function exponentOf(column: Float64Array): number {
  let exponent = 0;
  for (const value of column) {
    while (!isExact(value, 10 ** exponent)) if (++exponent > EXPONENT_MAX) return DOUBLES;
  }
  return column.every((value) => isExact(value, 10 ** exponent)) ? exponent : DOUBLES;
}

/** Negative zero is no decimal: its sign would be lost. */
function isExact(value: number, scale: number): boolean {
  if (Number.isNaN(value)) return true;
  const scaled = Math.round(value * scale);
  return Math.abs(scaled) <= SCALED_MAX && Object.is(scaled / scale + 0, value);
}

/** 0 for a missing value, else one more than the unsigned difference. */
function differencesOf(column: Float64Array, scale: number): number[] {
  let before = 0;
  return [...column].map((value) => {
    if (Number.isNaN(value)) return MISSING;
    const scaled = Math.round(value * scale);
    const difference = scaled - before;
    before = scaled;
    return 1 + unsigned(difference);
  });
}

function valuesOf(differences: Float64Array, scale: number): Float64Array {
  let scaled = 0;
  return differences.map((one) => {
    if (one === MISSING) return Number.NaN;
    scaled += signed(one - 1);
    return scaled / scale;
  });
}
