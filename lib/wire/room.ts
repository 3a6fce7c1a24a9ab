import { METRICS_MAX } from "./limits.ts";

/** Room for the rows of many records: a view into it costs a tenth of an array of its own (`npm run bench`, H1). */
let numbers = new Float64Array(64 * METRICS_MAX);
let used = 0;

/** Where the next row may be written, as far as `METRICS_MAX` numbers. It is nobody's until it is taken. */
export function spareRow(): { readonly numbers: Float64Array; readonly offset: number } {
  if (used + METRICS_MAX > numbers.length) {
    numbers = new Float64Array(numbers.length);
    used = 0;
  }
  return { numbers, offset: used };
}

/** The first numbers of the spare row, from now on the caller's. */
export function takeRow(width: number): Float64Array {
  used += width;
  return numbers.subarray(used - width, used);
}
