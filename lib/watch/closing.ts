import { DAY_MS, SECOND_MS } from "../time.ts";
import { isWithinInterval } from "../wire/presets/measures.ts";
import type { Schema } from "../wire/samples.ts";
import { withUnits } from "../wire/schemas.ts";
import { unitsOf } from "../wire/unit-text.ts";
import {
  type Assembling,
  arrange,
  forget,
  hasValue,
  learn,
  leaveOut,
  lengthNow,
  type OpenTick,
  placesWith,
  readingAt,
  type TickDraft,
} from "./assembly.ts";
import { planFor, valueIn } from "./host-metrics.ts";
import type { HostState } from "./state.ts";
import { regroup } from "./take-in.ts";
import { FIRST_TICK_MS, standard, tickLength } from "./tick-length.ts";

/** A sample put together, and when the last of its records arrived. */
export interface ClosedTick {
  readonly time: number;
  readonly arrival: number;
  readonly schema: Schema;
  readonly values: Float64Array;
}

/** A tick stays open for late records, until a second newer one is open or all its values are there. */
const NEWER_TICKS_MAX = 1;
/** A sample waits this long for its other records, even if no newer tick begins. */
const WAIT_MS = 90 * SECOND_MS;
/** A value of a metric that comes less often than others stands for it until the next is late by half an interval. */
const FRESH_INTERVALS = 1.5;
/** A CPU, disk, mount or interface whose values are missing for longer is gone: the others make the metric. */
const GONE_INTERVALS = 3;
/** A metric without values for longer is no longer part of the samples; nightly ones stay. */
const FORGET_AFTER_MS = 2 * DAY_MS;

/** Takes out the oldest tick once no more values are expected for it, with the values of slower metrics. */
export function closeOverdue(assembling: Assembling): ClosedTick | undefined {
  const length = assembling.ticks.size > NEWER_TICKS_MAX + 1 ? lengthNow(assembling) : undefined;
  return length === undefined ? undefined : closeOldest(assembling, length);
}

/**
 * Takes out the oldest tick if all due values have come, and the last ones of faster metrics. One tick missing since
 * the last judged one (`closed`) may still come; more are a gap in the host's records.
 */
export function closeComplete(assembling: Assembling, closed: number): ClosedTick | undefined {
  const { metrics } = assembling;
  const tick = oldest(assembling);
  if (!tick) return undefined;
  // Known from judged samples: before two of them nobody knows which values are due.
  const length = tickLength(metrics);
  if (length === undefined) return undefined;
  const { time, at } = tick;
  if (Math.round((time - closed) / length) === 2) return undefined;
  for (let place = 0; place < metrics.at.length; place++) {
    const { at: last, every } = readingAt(metrics, place);
    const isMissing = hasValue(tick, place)
      ? comesAgain(every, at[place] ?? last, time + length)
      : isDue(last, every, time, length);
    if (isMissing) return undefined;
  }
  return closeOldest(assembling, length);
}

function comesAgain(every: number, at: number, end: number): boolean {
  return every > 0 && at + standard(every) < end;
}

/** Takes out the oldest tick if it has waited long enough at `now` (ms); by default in any case. */
export function closeWaiting(assembling: Assembling, now = Number.POSITIVE_INFINITY): ClosedTick | undefined {
  const tick = oldest(assembling);
  if (!tick || !isOver(tick, now)) return undefined;
  const length = lengthNow(assembling);
  if (length !== undefined) return closeOldest(assembling, length);
  regroup(assembling, FIRST_TICK_MS);
  return closeOldest(assembling, FIRST_TICK_MS);
}

/** Whether a tick of the host has waited long enough at `now` (ms). */
export function hasWaited({ assembly }: Pick<HostState, "assembly">, now: number): boolean {
  return assembly?.ticks.some((tick) => isOver(tick, now)) ?? false;
}

function isOver({ arrival }: Pick<OpenTick, "arrival">, now: number): boolean {
  return now - arrival > WAIT_MS;
}

/** A value that is one tick late is still waited for; one that is later may have vanished. NaN is never due. */
function isDue(at: number, every: number, tick: number, length: number): boolean {
  // A second value may come with the next tick.
  const due = Math.floor((at + (every === 0 ? length : standard(every))) / length) * length;
  return due <= tick && tick <= due + length;
}

function oldest({ ticks }: Assembling): TickDraft | undefined {
  return ticks.get(Math.min(...ticks.keys()));
}

function closeOldest(assembling: Assembling, length: number): ClosedTick | undefined {
  const tick = oldest(assembling);
  if (!tick) return undefined;
  const { metrics, units, ticks } = assembling;
  const { time, arrival } = tick;
  learnAll(assembling, tick);
  for (const place of placesWith(metrics))
    if (time - readingAt(metrics, place).at > FORGET_AFTER_MS) forget(assembling, place);
  arrange(assembling);
  const { outputs, schema, leftOut } = planFor(assembling.list);
  for (const name of leftOut) leaveOut(assembling, name);
  const values = Float64Array.from(outputs, (output) =>
    valueIn(output, (place) => valueAt(assembling, place, tick, length), length / SECOND_MS),
  );
  ticks.delete(time);
  const declared = unitsOf(schema.names, (name) => units.get(name));
  return { time, arrival, schema: declared ? withUnits(schema, declared) : schema, values };
}

/** Learns the values of a tick. New names find room in the order of names. */
function learnAll(assembling: Assembling, tick: TickDraft): void {
  const { metrics, names } = assembling;
  const fresh: number[] = [];
  for (const place of placesWith(tick)) {
    if (hasValue(metrics, place)) learn(assembling, place, readingAt(tick, place));
    else fresh.push(place);
  }
  fresh.sort((a, b) => ((names[a] ?? "") < (names[b] ?? "") ? -1 : 1));
  for (const place of fresh) learn(assembling, place, readingAt(tick, place));
}

/** The value of a metric in a tick; NaN if it is missing, undefined if its instance is gone. */
function valueAt({ names, metrics }: Assembling, place: number, tick: TickDraft, length: number): number | undefined {
  const { at, value, isCounter, every } = readingAt(metrics, place);
  const age = tick.time - at;
  if (!hasValue(tick, place) && !isFresh(age, every, length))
    return isGone(age, every, length) ? undefined : Number.NaN;
  if (isWithinInterval(names[place] ?? "")) return every > 0 ? (value / standard(every)) * SECOND_MS : Number.NaN;
  return isCounter ? metrics.rate[place] : value;
}

/** Whether the value of a metric that comes less often than ticks still stands for it. */
function isFresh(age: number, every: number, length: number): boolean {
  const interval = standard(every);
  return interval > length && age <= FRESH_INTERVALS * interval;
}

function isGone(age: number, every: number, length: number): boolean {
  return age > GONE_INTERVALS * Math.max(every, length);
}
