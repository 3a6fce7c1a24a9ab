import type { BandsMemory } from "./band-memory.ts";
import type { Counts, Moment, Reader } from "./band-reader.ts";
import { type BandRow, type Bands, judgedValue } from "./bands.ts";
import { AVERAGES, distanceFrom, moveAverages } from "./drift.ts";
import { driftIn, driftOfHours, readDrift } from "./drift-reading.ts";
import { changeOf, movePlace } from "./joint-features.ts";
import { averageOf } from "./joint-reading.ts";
import { asInGroup, atOwnLevel, moveOwnLevel, ownLevel } from "./own-level.ts";
import { fifthOfSeven, RECENT, thirdOfFive } from "./persistence.ts";
import { countGone, countRun, isAbsent, isGone, isLossMinded, isStuck } from "./sign-counts.ts";
import { SIGNAL } from "./signals.ts";
import { moveYoung, youngExcess } from "./young-level.ts";

/** Below this a metric's own reading is no trouble that a stuck value could be a part of. */
const CALM = 0.6;

function usualOf({ row }: Moment, j: number): number {
  return row ? row.middle[row.offset + j]! : Number.NaN;
}

/** Writes the value that the detector judges for a metric, and moves the memory of the metric on. */
export function takeValue(reader: Reader, moment: Moment, j: number): void {
  const { model, memory, counts, rows } = reader;
  const { values, before, elapsed } = moment;
  const raw = values[j]!;
  const last = before?.[j] ?? Number.NaN;
  const value = judgedValue(model.counter[j] === 1, raw, last, elapsed);
  rows.judged[j] = value;
  if (memory.own) rows.own[j] = ownLevel(memory.own, j);
  const isCounted = !Number.isNaN(value) && counts(j, value, expectedOf(model, memory, usualOf(moment, j), j));
  rows.counted[j] = isCounted ? value : Number.NaN;
  rows.changes[j] = isCounted ? changeOf(model, j, value, last, elapsed) : Number.NaN;
  countRun(model, memory, j, raw, before?.[j]);
  if (!moment.isNext) return;
  countGone(memory, j, raw);
  moveOn(reader, moment, j);
}

/** Moves on a metric's excesses, levels and, beside its group, the host's own level. */
function moveOn({ model, memory, rows }: Reader, moment: Moment, j: number): void {
  const value = rows.judged[j]!;
  const usual = usualOf(moment, j);
  const floor = model.floor[j]!;
  const isKnown = !Number.isNaN(value);
  const placed = memory.own ? asInGroup(value, usual, rows.own[j]!, floor) : value;
  const excess = excessOf(model, memory, moment, j, placed);
  // A minute without the metric changes nothing, for half an hour.
  if (isKnown || isAbsent(model, memory, j))
    remember(memory.recent, j * RECENT, Number.isNaN(rows.counted[j]!) ? 0 : excess);
  if (isKnown) moveLevels(model, memory, moment, j, placed);
  // A value that is out is trouble, and no level.
  if (memory.own && Math.abs(excess) < 1) moveOwnLevel(memory.own, j, { value, usual, floor }, moment.passed);
}

/** Writes how far a metric is out by itself. */
export function readMetric({ model, memory, counts, rows }: Reader, moment: Moment, j: number): void {
  const excess = persistentOf(model, memory.recent, j);
  const drift = Number.isNaN(rows.counted[j]!) ? 0 : driftIn(model, memory.averages, j);
  const isStill = !Number.isNaN(rows.judged[j]!) && isStuck(model, memory, j) && Math.abs(excess) < CALM;
  const isSign = isStill || isGone(model, memory, j) || model.daysLeft[j]! > 0;
  const isMindedSign = isSign && isMinded(model, counts, j, expectedOf(model, memory, usualOf(moment, j), j));
  const sign = isMindedSign ? SIGNAL : 0;
  rows.excesses[j] = excess;
  rows.drifts[j] = drift;
  rows.levels[j] = drift === 0 ? 0 : driftOfHours(model, memory.averages, j);
  rows.signs[j] = sign;
  const level = drift / model.driftTail;
  rows.parts[j] = strongest(excess / model.tail, level, sign);
  rows.offLevel[j] = rows.parts[j] === level ? Math.sign(level) : 0;
  const own = Math.sign(excess) * aloneOf(model, memory, Math.abs(excess));
  rows.alone[j] = strongest(own, readDrift(model, drift), sign);
}

/** On a host with a heavier tail than this, one metric that is far out does not alert by itself. */
const HEAVY_TAIL = 1.2;
/** There all metrics together must stray, too: a usual joint score is about 4. */
const JOINT_OF_HEAVY = 6;

export function aloneOf({ tail, joint }: Bands, memory: BandsMemory, excess: number): number {
  return joint && tail > HEAVY_TAIL ? Math.min(excess / tail, averageOf(memory.joint) / JOINT_OF_HEAVY) : excess / tail;
}

/** The value from which a person's policy measures a deviation: the usual value, or the level of a new host. */
function expectedOf(model: Bands, { young, own }: BandsMemory, usual: number, j: number): number {
  if (own) return atOwnLevel(usual, ownLevel(own, j) || 0, model.floor[j]!);
  return Number.isNaN(usual) && young && model.young ? young.level[j]! : usual;
}

function strongest(one: number, other: number, third: number): number {
  return stronger(stronger(stronger(0, one), other), third);
}

function stronger(one: number, other: number): number {
  return Math.abs(other) > Math.abs(one) ? other : one;
}

/** Excesses are stored as singles; a larger one makes no difference to people. */
const EXCESS_MAX = 1_000_000;

function remember(recent: Float64Array, offset: number, excess: number): void {
  for (let k = offset + RECENT - 1; k > offset; k--) recent[k] = recent[k - 1]!;
  recent[offset] = Math.max(-EXCESS_MAX, Math.min(EXCESS_MAX, Math.fround(excess)));
}

const FULL = 100;

/** Whether a person's policy counts the sign of a metric with this usual value. If it fills, its way to full counts. */
function isMinded({ daysLeft }: Bands, counts: Counts, j: number, usual: number): boolean {
  if (daysLeft[j]! > 0) return counts(j, FULL, usual);
  return isLossMinded((value) => counts(j, value, usual), usual);
}

/** How far a value is beyond its band, in thresholds and with its sign; a young host's beyond its level. */
function excessOf(model: Bands, memory: BandsMemory, { row, passed }: Moment, j: number, value: number): number {
  if (Number.isNaN(value)) return 0;
  const high = row ? row.high[row.offset + j]! : Number.NaN;
  const low = row ? row.low[row.offset + j]! : Number.NaN;
  const young = memory.young ? youngExcess(memory.young, j, value, model.floor[j]!) : 0;
  if (memory.young) moveYoung(memory.young, j, value, passed, model.floor[j]!);
  if (Number.isNaN(high)) return model.young && !isUsuallySoLow(model, j, value, young) ? young : 0;
  if (value > high) return (value - high) / model.up[j]!;
  if (!(value < low)) return 0;
  const below = (value - low) / model.down[j]!;
  return mayBeQuiet(row) ? Math.min(0, Math.max(young, below)) : below;
}

/** Whether a value fell from the level of the last minutes, but not below its usual range: that is no trouble. */
function isUsuallySoLow({ typical }: Bands, j: number, value: number, young: number): boolean {
  return young < 0 && value >= typical.low[j]!;
}

/** Most fleets are quiet at weekends. Until one was seen, a value that is too low must also have fallen suddenly. */
function mayBeQuiet(row: BandRow | undefined): boolean {
  return row?.unseen === "weekend";
}

/** Updates the slow parts: the lasting averages and the place within the band. */
function moveLevels(model: Bands, memory: BandsMemory, moment: Moment, j: number, value: number): void {
  const { averages, place } = memory;
  const { row, rates, placeRate } = moment;
  if (!row) return;
  const { offset, highest, lowest } = row;
  if (Number.isNaN(highest[offset + j]!)) return;
  // The usual value replaces a lower one. So no level is too low, and none keeps an incident open.
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
