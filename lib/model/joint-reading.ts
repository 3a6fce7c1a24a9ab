import { SLOTS } from "./calendar.ts";
import type { JointLimits } from "./joint.ts";
import { fifthOfSeven, RECENT } from "./persistence.ts";

/** In samples: one average follows at once, the other bridges the pauses of what comes and goes. */
const HALF_LIVES = [2, 20];
const RATES = HALF_LIVES.map((halfLife) => 1 - 0.5 ** (1 / halfLife));
/** The last joint scores, newest first, then their averages; 0 = none yet. All are singles. */
export const JOINT_MEMORY = RECENT + HALF_LIVES.length;

/** Moves the memory on by the joint score of one sample, in place. */
export function rememberJoint(memory: Float64Array, score: number): void {
  memory.copyWithin(1, 0, RECENT - 1);
  memory[0] = Math.fround(score);
  for (const [i, rate] of RATES.entries()) {
    const before = memory[RECENT + i]!;
    memory[RECENT + i] = Math.fround(before === 0 ? score : before + rate * (score - before));
  }
}

export function averageOf(memory: Float64Array): number {
  return (memory[RECENT]! + memory[RECENT + 1]!) / HALF_LIVES.length;
}

/**
 * The joint score that lasts: of the average no more than five of the last seven samples reach. A burst of two minutes
 * has three strange samples, for its end is a change, too.
 */
export function lastingOf(memory: Float64Array): number {
  return Math.min(averageOf(memory), fifthOfSeven(memory, 0, 1));
}

/** What has not lasted is this at most: below every epsilon that a sensitivity names. */
const FLEETING_MAX = 0.7;

/** The joint score on the scale of the bands, at one time of the week. */
export interface JointReading {
  /** With what has not lasted; it ranks samples, and echoes for a while. */
  readonly score: number;
  /** What lasts. */
  readonly steady: number;
}

export function readJoint(
  { usual, limit }: JointLimits,
  memory: Float64Array,
  weekday: number,
  slot: number,
): JointReading {
  const least = limit[weekday * SLOTS + slot]!;
  const steady = shareOf(lastingOf(memory), usual, least);
  return { score: Math.max(steady, Math.min(FLEETING_MAX, shareOf(averageOf(memory), usual, least))), steady };
}

/** The usual score on the scale on which the limit is 1. */
const USUAL = 0.2;

/** Beyond the limit the scale is logarithmic: the joint score grows with the square of a deviation, 1 to 3 do not. */
function shareOf(score: number, usual: number, limit: number): number {
  if (score < usual) return (USUAL * score) / usual;
  if (score > limit) return 1 + Math.log(score / limit);
  return USUAL + ((1 - USUAL) * (score - usual)) / (limit - usual);
}
