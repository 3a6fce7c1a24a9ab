import { MINUTE_MS } from "../time.ts";
import type { JointLimits } from "./joint.ts";
import { fifthOfSeven, RECENT, thirdOfFive } from "./persistence.ts";

/** In samples: one average follows at once, the other bridges the pauses of trouble that comes and goes. */
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

/** A burst of two minutes is one sample at longer intervals. */
const COARSE_MS = 2 * MINUTE_MS;

/**
 * The lasting joint score: the part of the average that five of the last seven samples reach, at this interval (ms)
 * between them. A burst of two minutes has three strange samples, since its end is a change, too.
 */
export function lastingOf(memory: Float64Array, interval: number): number {
  const reached = interval > COARSE_MS ? thirdOfFive(memory, 0, 1) : fifthOfSeven(memory, 0, 1);
  return Math.min(averageOf(memory), reached);
}

/** Deviations that have not lasted rank samples up to this. They open no incident and keep none open. */
const FLEETING_MAX = 0.4;

/** On the scale of the bands, on which 1 alerts. */
export interface JointReading {
  /** How strange the last samples are on average, however long that has lasted; it ranks samples best. */
  readonly average: number;
  /** The part that has lasted, which alerts. */
  readonly reading: number;
}

/** The joint score at a time of the week. */
export function readJoint(
  { usual, limit }: JointLimits,
  memory: Float64Array,
  { interval, place }: JointTime,
): JointReading {
  const least = limit[place]!;
  const average = shareOf(averageOf(memory), usual, least);
  const lasting = shareOf(lastingOf(memory, interval), usual, least);
  return { average, reading: Math.max(Math.min(FLEETING_MAX, average), lasting) };
}

interface JointTime {
  /** Usual time between samples in ms. */
  readonly interval: number;
  /** weekday × SLOTS + slot. */
  readonly place: number;
}

/** The usual score on the scale on which the limit is 1. */
const USUAL = 0.2;

/**
 * Above the limit the scale is logarithmic: the joint score grows with the square of a deviation, while the scale up to
 * 3 does not.
 */
function shareOf(score: number, usual: number, limit: number): number {
  if (score < usual) return (USUAL * score) / usual;
  if (score > limit) return 1 + Math.log(score / limit);
  return USUAL + ((1 - USUAL) * (score - usual)) / (limit - usual);
}
