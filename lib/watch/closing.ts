import { DAY_MS, SECOND_MS } from "../time.ts";
import { isWithinInterval } from "../wire/presets/measures.ts";
import type { Schema } from "../wire/samples.ts";
import { withUnits } from "../wire/schemas.ts";
import { unitsOf } from "../wire/unit-text.ts";
import {
  type AssembledMetric,
  type Assembling,
  forget,
  inOrderOfNames,
  learn,
  leaveOut,
  lengthNow,
  type OpenTick,
  regroup,
  type TickDraft,
  type TickReading,
} from "./assembly.ts";
import { type Plan, planFor, valueIn } from "./host-metrics.ts";
import type { HostState } from "./state.ts";
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
  const [time, tick] = oldest(assembling) ?? [];
  if (time === undefined || !tick) return undefined;
  // Known from judged samples: before two of them nobody knows which values are due.
  const length = tickLength(assembling.metrics);
  if (length === undefined) return undefined;
  if (Math.round((time - closed) / length) === 2) return undefined;
  for (const metric of assembling.metrics.values()) {
    const reading = tick.readings.get(metric.name);
    if (reading ? comesAgain(metric, reading.at, time + length) : isDue(metric, time, length)) return undefined;
  }
  return closeOldest(assembling, length);
}

function comesAgain({ every }: AssembledMetric, at: number, end: number): boolean {
  return every > 0 && at + standard(every) < end;
}

/** Takes out the oldest tick if it has waited long enough at `now` (ms); by default in any case. */
export function closeWaiting(assembling: Assembling, now = Number.POSITIVE_INFINITY): ClosedTick | undefined {
  const [, tick] = oldest(assembling) ?? [];
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

/** A value that is one tick late is still waited for; one that is later may have vanished. */
function isDue({ at, every }: AssembledMetric, tick: number, length: number): boolean {
  // A second value may come with the next tick.
  const due = Math.floor((at + (every === 0 ? length : standard(every))) / length) * length;
  return due <= tick && tick <= due + length;
}

function oldest({ ticks }: Assembling): readonly [number, TickDraft] | undefined {
  const time = Math.min(...ticks.keys());
  const tick = ticks.get(time);
  return tick && [time, tick];
}

function closeOldest(assembling: Assembling, length: number): ClosedTick | undefined {
  const [time, tick] = oldest(assembling) ?? [];
  if (time === undefined || !tick) return undefined;
  assembling.ticks.delete(time);
  learnAll(assembling, tick);
  for (const { name, at } of assembling.metrics.values()) if (time - at > FORGET_AFTER_MS) forget(assembling, name);
  const { outputs, schema } = plannedOf(assembling);
  const ofName = (name: string) => {
    const metric = assembling.metrics.get(name);
    if (metric && (tick.readings.has(name) || isFresh(metric, time, length))) return shownOf(metric);
    return metric && !isGone(metric, time, length) ? Number.NaN : undefined;
  };
  const values = Float64Array.from(outputs, (output) => valueIn(output, ofName, length / SECOND_MS));
  const units = unitsOf(schema.names, (name) => assembling.units.get(name));
  return { time, arrival: tick.arrival, schema: units ? withUnits(schema, units) : schema, values };
}

/** Learns the values of a tick. New names find room in the order of names. */
function learnAll(assembling: Assembling, { readings }: TickDraft): void {
  const fresh: TickReading[] = [];
  for (const reading of readings.values()) {
    if (assembling.metrics.has(reading.name)) learn(assembling, reading);
    else fresh.push(reading);
  }
  for (const reading of inOrderOfNames(fresh)) learn(assembling, reading);
}

function shownOf({ name, value, isCounter, rate, every }: AssembledMetric): number {
  if (isWithinInterval(name)) return every > 0 ? (value / standard(every)) * SECOND_MS : Number.NaN;
  return isCounter ? rate : value;
}

/** Whether the value of a metric that comes less often than ticks still stands for it. */
function isFresh({ at, every }: AssembledMetric, tick: number, length: number): boolean {
  const interval = standard(every);
  return interval > length && tick - at <= FRESH_INTERVALS * interval;
}

function isGone({ at, every }: AssembledMetric, tick: number, length: number): boolean {
  return tick - at > GONE_INTERVALS * Math.max(every, length);
}

function plannedOf(assembling: Assembling): Plan {
  assembling.plan ??= planFor(assembling.plans, [...assembling.metrics.keys()]);
  for (const name of assembling.plan.leftOut) leaveOut(assembling, name);
  return assembling.plan;
}
