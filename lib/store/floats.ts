/** Numbers as bytes in the machine's order, which is little-endian on every machine that this program runs on. */

export function bytesOfFloats(values: Float64Array): Uint8Array {
  return new Uint8Array(values.slice().buffer);
}

/** Copies, because the SDK's bytes begin anywhere in a larger buffer. */
export function floatsOfBytes(bytes: Uint8Array): Float64Array {
  if (bytes.length % 8 !== 0) throw new RangeError(`${bytes.length} bytes are no whole number of doubles`);
  return new Float64Array(new Uint8Array(bytes).buffer);
}

export function bytesOfSingles({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Throws when one is not finite. */
export function singlesOfBytes(bytes: Uint8Array): Float32Array {
  if (bytes.length % 4 !== 0) throw new RangeError(`${bytes.length} bytes are no whole number of singles`);
  const singles = new Float32Array(Uint8Array.from(bytes).buffer);
  if (!singles.every(Number.isFinite)) throw new RangeError("a number is not finite");
  return singles;
}

const SINGLE_MAX = 3.4028234663852886e38;

/** A number beyond the range of single precision becomes the largest in it. */
export function withinSingle(value: number): number {
  return Math.min(Math.max(value, -SINGLE_MAX), SINGLE_MAX);
}
