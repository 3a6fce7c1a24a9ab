import type { Bands } from "../model/bands.ts";
import { SLOTS } from "../model/calendar.ts";
import { FEATURES, LIMIT_STEP } from "../model/joint.ts";
import { bytesOfSingles, singlesOfBytes } from "./floats.ts";
import { bytesOfVarints, varintsOfBytes } from "./varints.ts";

type Joint = NonNullable<Bands["joint"]>;

const LIMITS = 7 * SLOTS;

/**
 * The joint score as bytes. Mean, deviation and centre of 3 D features and the triangle W are singles. The usual score
 * and the limits of the week follow as varints, in steps. Loses nothing, because the fit rounds to singles and steps.
 */
export function bytesOfJoint({ mean, deviation, centre, whitening, usual, limit }: Joint): Uint8Array {
  const singles = [mean, deviation, centre, whitening].map(bytesOfSingles);
  return Buffer.concat([...singles, bytesOfVarints([usual, ...limit].map((score) => score / LIMIT_STEP))]);
}

/** The encoded joint score of D metrics; throws when the bytes are none. */
export function jointOfBytes(bytes: Uint8Array, metrics: number): Joint {
  const size = FEATURES * metrics;
  const lengths = [size, size, size, (size * (size + 1)) / 2];
  const singles = 4 * lengths.reduce((sum, length) => sum + length, 0);
  if (bytes.length < singles) throw new RangeError(`${bytes.length} bytes are too few for ${metrics} metrics`);
  const numbers = singlesOfBytes(bytes.subarray(0, singles));
  let end = 0;
  const [mean = numbers, deviation = numbers, centre = numbers, whitening = numbers] = lengths.map((length) => {
    end += length;
    return numbers.subarray(end - length, end);
  });
  if (!deviation.every((x) => x > 0)) throw new RangeError("a deviation is not positive");
  const [usual = 0, ...limit] = varintsOfBytes(bytes.subarray(singles)).map((steps) => steps * LIMIT_STEP);
  if (limit.length !== LIMITS) throw new RangeError(`${limit.length} limits instead of ${LIMITS}`);
  if (!(usual > 0) || !limit.every((score) => score > usual))
    throw new RangeError("a limit is not above what is usual");
  return { mean, deviation, centre, whitening, usual, limit: Float64Array.from(limit) };
}
