import { isDigit, LOWER_E, MINUS, PLUS, POINT, UPPER_E, ZERO } from "./ascii.ts";
import { VALUE_MAX } from "./limits.ts";

/** The powers of ten that a double holds exactly. */
const POWERS = Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));

/**
 * Reads the JSON number at `at` into `out[o]`, bit for bit what JSON.parse makes of it, and tells where it ends. −1 for
 * what is no number or beyond `VALUE_MAX`. A mantissa below 2^53 and a power of ten up to 10^22 are exact, so that their
 * quotient is rounded once (Clinger 1990, "How to read floating point numbers accurately"). The rare others are
 * left to Number.
 */
export function readNumber(bytes: Buffer, at: number, out: Float64Array, o: number): number {
  const isNegative = bytes[at] === MINUS;
  const start = isNegative ? at + 1 : at;
  let end = start;
  let mantissa = 0;
  for (let digit = (bytes[end] ?? 0) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[end] ?? 0) - ZERO) {
    mantissa = 10 * mantissa + digit;
    end++;
  }
  if (end === start || (bytes[start] === ZERO && end > start + 1)) return -1;
  let power: number | undefined = 1;
  if (bytes[end] === POINT) {
    const point = end++;
    for (let digit = (bytes[end] ?? 0) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[end] ?? 0) - ZERO) {
      mantissa = 10 * mantissa + digit;
      end++;
    }
    if (end === point + 1) return -1;
    power = POWERS[end - point - 1];
  }
  const isScaled = bytes[end] === LOWER_E || bytes[end] === UPPER_E;
  if (isScaled || mantissa > Number.MAX_SAFE_INTEGER || power === undefined) return readRare(bytes, at, end, out, o);
  const value = mantissa / power;
  out[o] = isNegative ? -value : value;
  return end;
}

/** A number with an exponent at `end`, or with more digits than fit a mantissa. */
function readRare(bytes: Buffer, at: number, mantissaEnd: number, out: Float64Array, o: number): number {
  let end = mantissaEnd;
  if (bytes[end] === LOWER_E || bytes[end] === UPPER_E) {
    end++;
    if (bytes[end] === MINUS || bytes[end] === PLUS) end++;
    const start = end;
    while (isDigit(bytes[end])) end++;
    if (end === start) return -1;
  }
  const value = Number(bytes.toString("latin1", at, end));
  out[o] = value;
  return Math.abs(value) <= VALUE_MAX ? end : -1;
}
