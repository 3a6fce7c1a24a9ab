import { type BandsMemory, copyOf } from "./band-memory.ts";
import { type BandRow, type Bands, bandRowsOf, GAP_INTERVALS, isLikeWeekend, isRead, judgedValue } from "./bands.ts";
import { SLOTS } from "./calendar.ts";
import { AVERAGES, averageRates, distanceFrom, moveAverages } from "./drift.ts";
import { driftIn, readDrift, readDriftTogether } from "./drift-reading.ts";
import { FEATURES, type Joint, type JointLimits, jointScore, standardise } from "./joint.ts";
import { changeOf, movePlace, placeRateOf, writeFeatures } from "./joint-features.ts";
import { averageOf, readJoint, rememberJoint } from "./joint-reading.ts";
import { asInGroup, atOwnLevel, moveOwnLevel, ownLevel } from "./own-level.ts";
import { fifthOfSeven, RECENT, thirdOfFive } from "./persistence.ts";
import type { Sequence } from "./sequence.ts";
import { countGone, countRun, isGone, isLossMinded, isStuck } from "./sign-counts.ts";
import { SIGNAL } from "./signals.ts";
import { moveYoung, youngExcess } from "./young-level.ts";

export interface BandScores {
  /** One per row, 1 = alert. */
  readonly scores: Float64Array;
  /** Row-major: each metric's part in the score, on its scale, and with its sign where it is out by itself. */
  readonly parts: Float64Array;
  /** Row-major: each metric's part without the joint score, with its sign. */
  readonly alone: Float64Array;
  /** Row-major: the values that were judged, with rates in place of counters. */
  readonly judged: Float64Array;
  /** Row-major: the average of hours of each metric's place between its usual value and its thresholds (−1 to 1). */
  readonly places: Float64Array;
  /** Row-major: how far a host lies from the group whose bands judge it (own-level.ts); empty under its own bands. */
  readonly own: Float64Array;
  readonly memory: BandsMemory;
}

/** Reads samples in the order of time; the given memory is not modified. */
export function scoreBands(
  model: Bands,
  memory: BandsMemory,
  { values, times, before }: Sequence,
  counts: Counts = () => true,
): BandScores {
  const { metrics } = model;
  const after = copyOf(memory);
  const scores = new Float64Array(times.length);
  const table = () => new Float64Array(values.length);
  const [parts, alone, judged, places] = [table(), table(), table(), table()];
  const own = memory.own ? table() : new Float64Array(0);
  const [rows, rowAt] = [newRows(metrics), bandRowsOf(model)];
  let previous = before;
  for (let row = 0; row < times.length; row++) {
    const [offset, time] = [row * metrics, times[row]!];
    const elapsed = previous ? time - previous.time : model.interval;
    const step = { values: values.subarray(offset, offset + metrics), before: previous?.values, time, elapsed };
    scores[row] = readSample(model, after, step, rowAt, counts, rows);
    parts.set(rows.parts, offset);
    alone.set(rows.alone, offset);
    judged.set(rows.judged, offset);
    places.set(after.place, offset);
    if (memory.own) own.set(rows.own, offset);
    previous = step;
  }
  return { scores, parts, alone, judged, places, own, memory: after };
}

/** A sample, the one before it, and the milliseconds between them. */
interface Step {
  readonly values: Float64Array;
  /** Undefined for the first of a host. */
  readonly before: Float64Array | undefined;
  readonly time: number;
  readonly elapsed: number;
}

/** Whether a deviation counts, by a person's policy. */
export type Counts = (metric: number, value: number, expected: number) => boolean;

/** Nothing is critical before a day of this kind was seen, nor on a workday that is like a weekend. */
const WARNING_MAX = 2.9;
/** Below this a metric's own reading is no trouble that a stuck value could be a part of. */
const CALM = 0.6;

/** The result of one sample, which the next one overwrites: the first three are rows of the scores. */
interface Rows extends Pick<BandScores, "parts" | "alone" | "judged"> {
  /** D: the values that count by a person's policy, and their changes since the sample before. */
  readonly counted: Float64Array;
  readonly changes: Float64Array;
  /** The features of all metrics together (joint.ts). */
  readonly features: Float64Array;
  /** D: the drift of each metric's level, in thresholds and with its sign. */
  readonly drifts: Float64Array;
  /** D: how far the host lies from its group. */
  readonly own: Float64Array;
}

function newRows(metrics: number): Rows {
  const row = () => new Float64Array(metrics);
  const features = new Float64Array(FEATURES * metrics);
  const own = row();
  return { parts: row(), alone: row(), judged: row(), counted: row(), changes: row(), features, drifts: row(), own };
}

/** Reads one sample, moves the memory on and fills the rows, all in place. */
function readSample(
  model: Bands,
  memory: BandsMemory,
  step: Step,
  rowAt: (time: number) => BandRow,
  counts: Counts,
  rows: Rows,
): number {
  const { metrics, days } = model;
  const { values, before, time, elapsed } = step;
  // A host without bands is judged by its levels, which need no minutes.
  const isNext = days === 0 || isRead(time, time - elapsed);
  const row = days > 0 ? rowAt(time) : undefined;
  const passed = Math.min(days === 0 ? elapsed : Math.max(elapsed, model.interval), GAP_INTERVALS * model.interval);
  const rates = averageRates(passed);
  const placeRate = placeRateOf(passed);
  if (elapsed > GAP_INTERVALS * model.interval) forgetSamples(model, memory);
  let [excess, furthest, signal] = [0, 0, 0];
  for (let j = 0; j < metrics; j++) {
    const value = judgedValue(model.counter[j] === 1, values[j]!, before?.[j] ?? Number.NaN, elapsed);
    rows.judged[j] = value;
    const isKnown = !Number.isNaN(value);
    const usual = row ? row.middle[row.offset + j]! : Number.NaN;
    if (memory.own) rows.own[j] = ownLevel(memory.own, j);
    const isCounted = isKnown && counts(j, value, expectedOf(model, memory, usual, j));
    rows.counted[j] = isCounted ? value : Number.NaN;
    rows.changes[j] = isCounted ? changeOf(model, j, value, before?.[j] ?? Number.NaN, elapsed) : Number.NaN;
    countRun(model, memory, j, values[j]!, before?.[j]);
    if (isNext) {
      countGone(memory, j, values[j]!);
      const placed = memory.own ? asInGroup(value, usual, rows.own[j]!, model.floor[j]!) : value;
      const own = excessOf(model, memory, row, j, placed, passed);
      // A minute without the metric changes nothing, for half an hour.
      if (isKnown || isGone(model, memory, j)) remember(memory.recent, j * RECENT, isCounted ? own : 0);
      if (row && isKnown) moveLevels(model, memory, row, j, placed, rates, placeRate);
      // A value that is out is trouble, and no level.
      if (memory.own && Math.abs(own) < 1)
        moveOwnLevel(memory.own, j, { value, usual, floor: model.floor[j]! }, passed);
    }
    const single = persistentOf(model, memory.recent, j);
    const drift = isCounted ? driftIn(model, memory.averages, j) : 0;
    rows.drifts[j] = drift;
    const isStill = isKnown && isStuck(model, memory, j) && Math.abs(single) < CALM;
    const isSign = isStill || (model.steady[j] === 1 && isGone(model, memory, j)) || model.daysLeft[j]! > 0;
    const sign = isSign && isMinded(model, counts, j, expectedOf(model, memory, usual, j)) ? SIGNAL : 0;
    excess = Math.max(excess, Math.abs(single));
    furthest = Math.max(furthest, Math.abs(drift));
    signal = Math.max(signal, sign);
    rows.parts[j] = strongest(single / model.tail, drift / model.driftTail, sign);
    const own = Math.sign(single) * aloneOf(model, memory, Math.abs(single));
    rows.alone[j] = strongest(own, readDrift(model, drift), sign);
  }
  const together = row && !row.unseen && model.joint ? readTogether(model, model.joint, memory, row, rows, isNext) : 0;
  const alone = Math.max(aloneOf(model, memory, excess), readDrift(model, furthest), signal);
  const score = Math.max(alone, together, readDriftTogether(model, rows));
  if (score <= WARNING_MAX) return score;
  return row && !row.unseen && !isLikeWeekend(model, time, rows.judged, rows.alone) ? score : WARNING_MAX;
}

/** Reads all metrics together, and gives each its part of the joint score if that is larger than its own. */
function readTogether(
  model: Bands,
  joint: Joint & JointLimits,
  memory: BandsMemory,
  row: BandRow,
  { counted, changes, features, parts }: Rows,
  isNext: boolean,
): number {
  const { metrics } = model;
  writeFeatures(model, row, memory.place, { values: counted, changes }, features);
  standardise(joint, features);
  const score = isNext ? jointScore(joint, features) : Number.NaN;
  if (!Number.isNaN(score)) rememberJoint(memory.joint, score);
  const squareOf = (k: number) => (Number.isNaN(features[k]!) ? 0 : features[k]! ** 2);
  const squares = parts.map((_, j) => squareOf(j) + squareOf(metrics + j) + squareOf(2 * metrics + j));
  const most = squares.reduce((largest, one) => Math.max(largest, one), 0);
  if (most === 0) return 0;
  const reading = readJoint(joint, memory.joint, { interval: model.interval, place: row.weekday * SLOTS + row.slot });
  for (let j = 0; j < metrics; j++) {
    const part = reading * (squares[j]! / most);
    if (part > Math.abs(parts[j]!)) parts[j] = part;
  }
  return reading;
}

/** On a host of heavy tails one metric that is far out does not alert by itself. */
const HEAVY_TAIL = 1.2;
/** There all metrics together must stray, too: a usual joint score is about 4. */
const JOINT_OF_HEAVY = 6;

function aloneOf({ tail, joint }: Bands, memory: BandsMemory, excess: number): number {
  return joint && tail > HEAVY_TAIL ? Math.min(excess / tail, averageOf(memory.joint) / JOINT_OF_HEAVY) : excess / tail;
}

/** The value from which a person's policy measures a deviation: the usual value, or the level of a new host. */
function expectedOf({ floor }: Bands, { young, own }: BandsMemory, usual: number, j: number): number {
  if (own) return atOwnLevel(usual, ownLevel(own, j) || 0, floor[j]!);
  return Number.isNaN(usual) && young ? young.level[j]! : usual;
}

function strongest(one: number, other: number, third: number): number {
  return stronger(stronger(stronger(0, one), other), third);
}

function stronger(one: number, other: number): number {
  return Math.abs(other) > Math.abs(one) ? other : one;
}

/** After a gap single samples are dropped, and on a first weekend the level from before it. */
function forgetSamples(model: Bands, { recent, joint, young }: BandsMemory): void {
  recent.fill(0);
  joint.fill(0);
  if (!model.young) young?.seen.fill(0);
}

/** Excesses are stored as singles; a larger one makes no difference to people. */
const EXCESS_MAX = 1_000_000;

function remember(recent: Float64Array, offset: number, excess: number): void {
  for (let k = offset + RECENT - 1; k > offset; k--) recent[k] = recent[k - 1]!;
  recent[offset] = Math.max(-EXCESS_MAX, Math.min(EXCESS_MAX, Math.fround(excess)));
}

const FULL = 100;

/** Whether a sign of a metric that is usually at `usual` counts: for one that fills, its way to full. */
function isMinded({ daysLeft }: Bands, counts: Counts, j: number, usual: number): boolean {
  if (daysLeft[j]! > 0) return counts(j, FULL, usual);
  return isLossMinded((value) => counts(j, value, usual), usual);
}

/** How far a value is beyond its band, in thresholds and with its sign; a young host's beyond its level. */
function excessOf(
  model: Bands,
  memory: BandsMemory,
  row: BandRow | undefined,
  j: number,
  value: number,
  passed: number,
) {
  if (Number.isNaN(value)) return 0;
  const high = row ? row.high[row.offset + j]! : Number.NaN;
  const low = row ? row.low[row.offset + j]! : Number.NaN;
  const young = memory.young ? youngExcess(memory.young, j, value, model.floor[j]!) : 0;
  if (memory.young) moveYoung(memory.young, j, value, passed, model.floor[j]!);
  if (Number.isNaN(high)) return model.young ? young : 0;
  if (value > high) return (value - high) / model.up[j]!;
  if (!(value < low)) return 0;
  return mayBeQuiet(row) ? Math.min(0, young) : (value - low) / model.down[j]!;
}

/** Most fleets are quiet at weekends. Until one was seen, only a sudden fall is too low there. */
function mayBeQuiet(row: BandRow | undefined): boolean {
  return row?.unseen === "weekend";
}

/** Updates the slow parts: the lasting averages and the place within the band. */
function moveLevels(
  model: Bands,
  { averages, place }: BandsMemory,
  row: BandRow,
  j: number,
  value: number,
  rates: readonly number[],
  placeRate: number,
): void {
  const { offset, highest, lowest } = row;
  if (Number.isNaN(highest[offset + j]!)) return;
  // A usual value in place of a lower one: so no level is too low, and none keeps an incident open.
  const level = mayBeQuiet(row) ? Math.max(value, row.middle[offset + j]!) : value;
  const distance = distanceFrom(level, lowest[offset + j]!, highest[offset + j]!, model.reach[j]!);
  moveAverages(averages, j * AVERAGES, distance, rates);
  movePlace(model, row, place, j, level, placeRate);
}

/** The reading of a metric's last samples: the value that three of five, or with bursts five of seven, reached. */
function persistentOf(model: Bands, recent: Float64Array, j: number): number {
  const offset = j * RECENT;
  const above = persistentSide(recent, offset, 1, model.upShort[j]!);
  return above > 0 ? above : -persistentSide(recent, offset, -1, model.downShort[j]!);
}

function persistentSide(recent: Float64Array, offset: number, sign: 1 | -1, short: number): number {
  const third = thirdOfFive(recent, offset, sign);
  if (third === 0 || short === 1) return third;
  return Math.max(third / short, fifthOfSeven(recent, offset, sign));
}
