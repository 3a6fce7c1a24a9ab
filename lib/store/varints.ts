/**
 * Whole numbers from 0 on as bytes, seven bits to a byte, the lowest first. Every byte of a number except the last has
 * the eighth bit set. Throws on other numbers. An iterator would make an object of each number.
 */
export function bytesOfVarints(numbers: ArrayLike<number>): Uint8Array {
  let size = 0;
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i] ?? Number.NaN;
    if (!Number.isInteger(number) || number < 0) throw new RangeError(`${number} is no whole number from 0 on`);
    for (let rest = number; rest >= 0x80; rest = Math.floor(rest / 128)) size++;
    size++;
  }
  const bytes = new Uint8Array(size);
  let place = 0;
  for (let i = 0; i < numbers.length; i++) {
    let rest = numbers[i] ?? 0;
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes[place++] = (rest % 128) | 0x80;
    bytes[place++] = rest;
  }
  return bytes;
}

/**
 * The encoded numbers; throws when the bytes end in the middle of one. A scorer reads 18,000 of a model at once: a list
 * that grows takes ten times as long.
 */
export function varintsOfBytes(bytes: Uint8Array): Float64Array {
  const numbers = new Float64Array(bytes.length);
  let count = 0;
  let [number, weight] = [0, 1];
  for (let place = 0; place < bytes.length; place++) {
    const byte = bytes[place] ?? 0;
    number += (byte & 0x7f) * weight;
    weight *= 128;
    if (byte & 0x80) continue;
    numbers[count++] = number;
    [number, weight] = [0, 1];
  }
  if (weight > 1) throw new RangeError("the bytes end in the middle of a number");
  return numbers.subarray(0, count);
}

/** Reads numbers one after the other; `short` is called where one is missing. */
export function inTurn(numbers: Float64Array, short: () => never) {
  let read = 0;
  return { next: () => numbers[read++] ?? short(), isRead: () => read === numbers.length };
}

/** A whole number of either sign as one from 0 on: 0, −1, 1, −2 … become 0, 1, 2, 3 … ("zigzag"). */
export function unsigned(number: number): number {
  return number < 0 ? -2 * number - 1 : 2 * number;
}

/** The number of which this is the unsigned form. */
export function signed(number: number): number {
  return number % 2 === 1 ? -(number + 1) / 2 : number / 2;
}
