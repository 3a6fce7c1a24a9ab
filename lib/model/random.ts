/** Random numbers from a seed, for drawing samples and splits, not for secrets. */

/** Largest seed. */
const SEED_MAX = 2 ** 32 - 1;

/**
 * xoshiro128** 1.1 (Blackman and Vigna 2018): whole numbers in [0, 2³²), period 2¹²⁸ − 1. splitmix32 spreads the seed,
 * a whole number in [0, 2³²), to the state of four words. Throws RangeError for another seed.
 */
export function seededRandom(seed: number): () => number {
  if (!Number.isInteger(seed) || seed < 0 || seed > SEED_MAX) {
    throw new RangeError(`${seed} is no seed: use a whole number from 0 to ${SEED_MAX}`);
  }
  let [a, b, c, d] = [spread(seed, 1), spread(seed, 2), spread(seed, 3), spread(seed, 4)];
  return () => {
    const result = Math.imul(rotated(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotated(d, 11);
    return result;
  };
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** The nth output of splitmix32: steps of the golden ratio through the finaliser of MurmurHash3 (Appleby 2011). */
function spread(seed: number, n: number): number {
  let word = (seed + Math.imul(n, 0x9e3779b9)) | 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}
