import { KERNEL_BYTES } from "./kernel-bytes.ts";
import { narrowing, type Tracked } from "./tracker.ts";
import { quadIndex, quadsFromPacked } from "./triangle.ts";

/**
 * A lower triangular matrix W, made to be multiplied: in quads (triangle.ts) and in single precision, which halves what is
 * stored and read. 4 · 8g(g + 1) bytes for g = ⌈size / 4⌉. Its bytes may be stored as they are.
 */
export type Triangle = Float32Array;

/** From the rows of the lower triangle, one after the other. */
export function packTriangle(packed: Float64Array, size: number): Triangle {
  return new Float32Array(quadsFromPacked(packed, size));
}

/** W_ij, for code that is seldom run: rounded to single precision, zero above the diagonal. */
export function elementOf(triangle: Triangle, i: number, j: number): number {
  return j > i ? 0 : triangle[quadIndex(i, j)]!;
}

/** What of WebAssembly is used here; the types of Node 20 leave it out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Kernel };
};

/** The exports of kernel.wat. */
interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly straighten: (bytes: number, calm: number) => number;
  readonly squaredLength: (bytes: number) => number;
  readonly excess: (bytes: number) => number;
}

/** Three for each of the 256 metrics that a sample may have. */
const FEATURES_MAX = 768;

const { memory, ...kernel }: Kernel = new WebAssembly.Instance(
  new WebAssembly.Module(Buffer.from(KERNEL_BYTES, "base64")),
  { Math },
).exports;

/** What the kernel works on, one row of one host at a time, where kernel.wat expects it. */
const arrayAt = (place: number) => new Float64Array(memory.buffer, 8 * FEATURES_MAX * place, FEATURES_MAX);
const mean = arrayAt(1);
const precision = arrayAt(2);
const level = arrayAt(3);
const narrow = arrayAt(4);
const centre = arrayAt(5);
const whitening = new Float32Array(memory.buffer, 8 * FEATURES_MAX * 6 + 2 * 4 * FEATURES_MAX);

/** The p features of the next row: to be written before each `straighten`. */
export const featuresOfRow = arrayAt(0);

/** u of the last row straightened. @internal */
export const straightened = new Float32Array(memory.buffer, 8 * FEATURES_MAX * 6, FEATURES_MAX);

/** What does not change between the fits of a host: p numbers each, and W of p rows. */
interface Standards {
  readonly mean: Float64Array;
  readonly precision: Float64Array;
  readonly centre: Float64Array;
  readonly whitening: Triangle;
}

/** Length of the arrays with their zeros: a multiple of eight. */
let columns = 0;

/** Takes up a host; `useTracked` has to follow. */
export function useStandards(standards: Standards): void {
  const size = standards.mean.length;
  const groups = Math.ceil(size / 4);
  if (size < 1 || size > FEATURES_MAX) throw new RangeError(`${size} features; there can be 1 to ${FEATURES_MAX}`);
  if (standards.whitening.length !== 8 * groups * (groups + 1)) {
    throw new RangeError(`a triangle of ${standards.whitening.length} numbers is not one of ${size} rows`);
  }
  columns = 8 * Math.ceil(size / 8);
  mean.set(standards.mean);
  precision.set(standards.precision);
  centre.set(standards.centre);
  whitening.set(standards.whitening);
  whitening.fill(0, standards.whitening.length, 2 * columns * (columns / 4 + 1));
  for (const array of [featuresOfRow, mean, precision, level, narrow, centre]) array.fill(0, size, columns);
}

/** Takes up the host's level and width as they are now. */
export function useTracked(tracked: Tracked): void {
  level.set(tracked.level);
  narrowing(tracked.width, narrow);
}

/**
 * Straightens the row in `featuresOfRow`: z = calm · softClip((x − mean) · precision), v = (z − level) · narrow, u = v − centre.
 * Returns the sum of v², NaN where any of it is. In double precision; u is then rounded to single.
 */
export function straighten(calm: number): number {
  return kernel.straighten(8 * columns, calm);
}

/**
 * |W u|² of the row straightened last.
 *
 * W, u and the sums of each row are in single precision, the sum of their squares in double: an element of W u is off by
 * at most (6 + size / 4) · 2⁻²⁴ |W| |u| (Higham 2002, §3.1). With a condition of 1e4 the result is typically off by 1.5e-7
 * of itself, seldom by 1e-6, as it is by the rounding of W alone. It is the same on every machine.
 */
export function squaredLength(): number {
  return kernel.squaredLength(4 * columns);
}

/** By how much the squares of the two largest elements of W u, those of the last `squaredLength`, exceed four times that of the third. */
export function excess(): number {
  return kernel.excess(4 * columns);
}
