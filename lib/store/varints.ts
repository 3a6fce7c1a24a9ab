/**
 * Whole numbers from 0 on as bytes, seven bits to a byte, the lowest first. Every byte of a number except the last has
 * the eighth bit set. Throws on other numbers.
 */
export function bytesOfVarints(numbers: readonly number[]): Uint8Array {
  let size = 0;
  for (const number of numbers) {
    if (!Number.isInteger(number) || number < 0) throw new RangeError(`${number} is no whole number from 0 on`);
    for (let rest = number; rest >= 0x80; rest = Math.floor(rest / 128)) size++;
    size++;
  }
  const bytes = new Uint8Array(size);
  let place = 0;
  for (const number of numbers) {
    let rest = number;
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes[place++] = (rest % 128) | 0x80;
    bytes[place++] = rest;
  }
  return bytes;
}

/** The encoded numbers; throws when the bytes end in the middle of one. */
export function varintsOfBytes(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  for (let place = 0; place < bytes.length; ) {
    let number = 0;
    let weight = 1;
    for (let byte = 0x80; byte & 0x80; weight *= 128) {
      byte = bytes[place++] ?? outOfBytes();
      number += (byte & 0x7f) * weight;
    }
    numbers.push(number);
  }
  return numbers;
}

function outOfBytes(): never {
  throw new RangeError("the bytes end in the middle of a number");
}

/** A whole number of either sign as one from 0 on: 0, −1, 1, −2 … become 0, 1, 2, 3 … ("zigzag"). */
export function unsigned(number: number): number {
  return number < 0 ? -2 * number - 1 : 2 * number;
}

/** The number of which this is the unsigned form. */
export function signed(number: number): number {
  return number % 2 === 1 ? -(number + 1) / 2 : number / 2;
}
