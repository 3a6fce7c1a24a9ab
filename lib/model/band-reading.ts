import { type BandsMemory, copyOf } from "./band-memory.ts";
import { type Counts, type Moment, momentOf, newRows, type Reader, type Step } from "./band-reader.ts";
import { type BandRow, type Bands, bandRowsOf, GAP_INTERVALS, hasBand, isLikeWeekend } from "./bands.ts";
import { SLOTS } from "./calendar.ts";
import { readDrift, readDriftTogether } from "./drift-reading.ts";
import { type Joint, type JointLimits, jointScore, standardise } from "./joint.ts";
import { writeFeatures } from "./joint-features.ts";
import { type JointReading, readJoint, rememberJoint } from "./joint-reading.ts";
import { aloneOf, readMetric, takeValue } from "./metric-reading.ts";
import type { Sequence } from "./sequence.ts";

export interface BandScores {
  /** One per row, 1 = alert. */
  readonly scores: Float64Array;
  /** One per row: all metrics together, by the average alone (joint-reading.ts); 0 without that reading. */
  readonly together: Float64Array;
  /** Row-major: each metric's part in the score, on its scale, and with its sign where it is out by itself. */
  readonly parts: Float64Array;
  /** Row-major: each metric's part without the joint score, with its sign. */
  readonly alone: Float64Array;
  /** Row-major: the values that were judged, with rates in place of counters. */
  readonly judged: Float64Array;
  /** Row-major: the average of hours of each metric's place between its usual value and its thresholds (−1 to 1). */
  readonly places: Float64Array;
  /** Row-major: each metric's drift on the averages of hours, in thresholds and with its sign. */
  readonly levels: Float64Array;
  /** Row-major: 1 or −1 where the part is that of a level above or below the usual one, else 0. */
  readonly offLevel: Float64Array;
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
  const [scores, together] = [new Float64Array(times.length), new Float64Array(times.length)];
  const table = () => new Float64Array(values.length);
  const [parts, alone, judged, places] = [table(), table(), table(), table()];
  const [levels, offLevel] = [table(), table()];
  const own = memory.own ? table() : new Float64Array(0);
  const rows = newRows(metrics);
  const reader = { model, memory: after, counts, rowAt: bandRowsOf(model), rows };
  let previous = before;
  for (let row = 0; row < times.length; row++) {
    const [offset, time] = [row * metrics, times[row]!];
    const elapsed = previous ? time - previous.time : model.interval;
    const step = { values: values.subarray(offset, offset + metrics), before: previous?.values, time, elapsed };
    const read = readSample(reader, step);
    scores[row] = read.score;
    together[row] = read.together.average;
    parts.set(rows.parts, offset);
    alone.set(rows.alone, offset);
    judged.set(rows.judged, offset);
    places.set(after.place, offset);
    levels.set(rows.levels, offset);
    offLevel.set(rows.offLevel, offset);
    if (memory.own) own.set(rows.own, offset);
    previous = step;
  }
  return { scores, together, parts, alone, judged, places, levels, offLevel, own, memory: after };
}

/** The reader calls nothing critical at a time or kind of day that the fit lacks, nor on a workday like a weekend. */
const WARNING_MAX = 2.9;

const NOT_READ: JointReading = { average: 0, reading: 0 };

/** Reads one sample, moves the memory on and fills the rows, all in place. */
function readSample(reader: Reader, step: Step): { readonly score: number; readonly together: JointReading } {
  const { model, memory, rows } = reader;
  const moment = momentOf(reader, step);
  const { row, time, elapsed } = moment;
  if (elapsed > GAP_INTERVALS * model.interval) forgetSamples(model, memory);
  for (let j = 0; j < model.metrics; j++) {
    takeValue(reader, moment, j);
    readMetric(reader, moment, j);
  }
  const alone = Math.max(
    aloneOf(model, memory, largest(rows.excesses)),
    readDrift(model, largest(rows.drifts)),
    largest(rows.signs),
  );
  const together = row && !row.unseen && model.joint ? readTogether(reader, moment, row, model.joint) : NOT_READ;
  const score = Math.max(alone, together.reading, readDriftTogether(model, rows));
  if (score <= WARNING_MAX) return { score, together };
  const isSeen = row && !row.unseen && hasBand(model, row);
  const mayBeCritical = isSeen && !isLikeWeekend(model, time, rows.judged, rows.alone);
  return { score: mayBeCritical ? score : WARNING_MAX, together };
}

/** The largest distance from 0. */
function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

/** Reads all metrics together, and gives each its part of the joint score if that is larger than its own. */
function readTogether(
  { model, memory, rows }: Reader,
  { isNext }: Moment,
  row: BandRow,
  joint: Joint & JointLimits,
): JointReading {
  const { metrics } = model;
  const { counted, changes, features, parts, offLevel } = rows;
  writeFeatures(model, row, memory.place, { values: counted, changes }, features);
  standardise(joint, features);
  const score = isNext ? jointScore(joint, features) : Number.NaN;
  if (!Number.isNaN(score)) rememberJoint(memory.joint, score);
  const squareOf = (k: number) => (Number.isNaN(features[k]!) ? 0 : features[k]! ** 2);
  const squares = parts.map((_, j) => squareOf(j) + squareOf(metrics + j) + squareOf(2 * metrics + j));
  const most = largest(squares);
  if (most === 0) return NOT_READ;
  const together = readJoint(joint, memory.joint, { interval: model.interval, place: row.weekday * SLOTS + row.slot });
  for (let j = 0; j < metrics; j++) {
    const part = together.reading * (squares[j]! / most);
    if (part <= Math.abs(parts[j]!)) continue;
    parts[j] = part;
    offLevel[j] = 0;
  }
  return together;
}

/** After a gap single samples are dropped, and on a first weekend the level from before it. */
function forgetSamples(model: Bands, { recent, joint, young }: BandsMemory): void {
  recent.fill(0);
  joint.fill(0);
  if (!model.young) young?.seen.fill(0);
}
