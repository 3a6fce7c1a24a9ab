import { DAY_MS } from "../time.ts";
import type { HostSamples } from "../wire/samples.ts";
import { type Units, unitsOf } from "../wire/unit-text.ts";
import type { Plan, Plans } from "./host-metrics.ts";
import { rateOf } from "./rate.ts";
import { judgedUnits, rateName } from "./rate-name.ts";
import { hasRoom, type Room, roomOf, take } from "./room.ts";
import { firstLength, intervalAfter, TICK_MIN_MS, tickLength } from "./tick-length.ts";

/**
 * Puts together the samples of a host that come in pieces: from records of one series each, or from two senders. Values
 * whose times lie in one tick become one sample, by the names of their metrics. Times are in milliseconds.
 */
export interface Assembly {
  /** The metrics that the host sends, in the order of names. */
  readonly metrics: readonly AssembledMetric[];
  /** Ticks that wait for more of their values, oldest first; of ten seconds while no interval is known. */
  readonly ticks: readonly OpenTick[];
  /** The last tick that shows that the host sends in pieces. */
  readonly scattered: number;
  /** Names that found no more room, as last counted; absent without any. */
  readonly leftOut?: number;
  /** Declared units of `metrics`, by name; absent without any. */
  readonly units?: Units;
}

export interface AssembledMetric extends Reading {
  /** How often a value comes; 0 after the first. */
  readonly every: number;
  /** The newest rate (1/s) of a counter; NaN for other metrics, and if its last two values give none. */
  readonly rate: number;
}

interface Reading {
  readonly name: string;
  /** The sender's time. */
  readonly at: number;
  /** As sent; NaN = sent without a value. */
  readonly value: number;
  /** Whether it is a total that only grows: its rate is judged. */
  readonly isCounter: boolean;
}

export interface TickReading extends Reading {
  /** The rate between two values of the metric in this tick; absent if the tick has only one. */
  readonly gap?: number;
}

export interface OpenTick {
  readonly time: number;
  /** When the last of its records arrived. */
  readonly arrival: number;
  readonly readings: readonly TickReading[];
}

/** An assembly while records are folded into it. */
export interface Assembling {
  readonly metrics: Map<string, AssembledMetric>;
  readonly ticks: Map<number, TickDraft>;
  scattered: number;
  readonly leftOut: Set<string>;
  /** The declared units of what is judged, by name; the newest record decides. */
  readonly units: Map<string, string>;
  /** The id of the names of `metrics`, once a name is new. */
  room?: Room;
  /** The id of the names in `ticks` that `metrics` lack, likewise. */
  waiting?: Room;
  /** The metrics to judge, made of `metrics`; reset when one is added or forgotten. */
  plan?: Plan;
  readonly plans: Plans;
}

export interface TickDraft {
  arrival: number;
  readonly readings: Map<string, TickReading>;
}

/** New names may take this many times the host's room while they wait: the first in name order become its own. */
const WAITING_ROOMS = 6;
/** Names that are counted once there is no room for them. */
const LEFT_OUT_MAX = 10_000;
/** A host that needed no assembly for this long sends whole samples again. */
const WHOLE_AFTER_MS = DAY_MS;

/** Goes on with an assembly, or begins one at the time of a host's first piece. */
export function resume({ metrics, ticks, scattered, units = {} }: Assembly, plans: Plans): Assembling {
  return {
    metrics: byName(metrics),
    ticks: new Map(ticks.map(({ time, arrival, readings }) => [time, { arrival, readings: byName(readings) }])),
    scattered,
    leftOut: new Set(),
    units: new Map(Object.entries(units)),
    plans,
  };
}

function byName<T extends Reading>(readings: readonly T[]): Map<string, T> {
  return new Map(readings.map((reading) => [reading.name, reading]));
}

/** The assembly to remember; undefined for a host that has sent whole samples for a day. */
export function suspend(assembling: Assembling, newest: number): Assembly | undefined {
  const { metrics, ticks, scattered, leftOut } = assembling;
  if (ticks.size === 0 && newest - scattered > WHOLE_AFTER_MS) return undefined;
  const known = inOrderOfNames(metrics.values());
  const names = known.map(({ name }) => name);
  const units = unitsOf(names, (name) => assembling.units.get(name));
  return {
    metrics: known,
    ticks: inOrder(ticks).map(([time, { arrival, readings }]) => ({
      ...{ time, arrival },
      readings: inOrderOfNames(readings.values()),
    })),
    scattered,
    ...(leftOut.size > 0 ? { leftOut: leftOut.size } : {}),
    ...(units ? { units } : {}),
  };
}

function inOrder(ticks: ReadonlyMap<number, TickDraft>): readonly (readonly [number, TickDraft])[] {
  return [...ticks].sort(([a], [b]) => a - b);
}

export function inOrderOfNames<T extends Reading>(readings: Iterable<T>): readonly T[] {
  return [...readings].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** How long a tick of the host is; undefined while its interval is unknown. */
export function lengthNow({ metrics, ticks }: Assembling): number | undefined {
  const known = tickLength(metrics);
  if (known !== undefined) return known;
  // Only in a host's first minutes.
  const waiting = inOrder(ticks).map(([time, { readings }]) => ({ time, readings: readings.values() }));
  return firstLength(waiting, metrics);
}

/**
 * Takes in one record of a host, whose times are `times`. Ticks up to `closed` have been judged: values for them are
 * late, or duplicates. Returns the numbers of these samples, and whether a tick newer than all before has begun.
 */
export function takeIn(assembling: Assembling, part: HostSamples, times: readonly number[], at: Place): Intake {
  const { ticks } = assembling;
  const intake = { duplicates: 0, late: 0, begins: false };
  for (const [name, unit] of judgedUnits(part)) assembling.units.set(name, unit);
  let length = lengthNow(assembling);
  for (const [row, readings] of readingsOf(assembling, part, times).entries()) {
    const tick = tickOf(times[row] ?? 0, length ?? TICK_MIN_MS);
    if (part.isPart || isScattered(assembling, readings)) assembling.scattered = Math.max(tick, assembling.scattered);
    if (tick > Math.max(at.closed, ...ticks.keys())) intake.begins = true;
    const open = tick > at.closed ? openTick(assembling, tick, at.arrival) : undefined;
    const add = (reading: Reading) => (open ? admit(assembling, open, reading) : learn(assembling, reading));
    const isNews = readings.map(add).includes(true);
    if (!isNews) intake.duplicates++;
    else if (!open) intake.late++;
    if (length === undefined) {
      length = lengthNow(assembling);
      if (length !== undefined) regroup(assembling, length);
    }
  }
  return intake;
}

function readingsOf(
  { metrics }: Assembling,
  { schema, values, counters = [] }: HostSamples,
  times: readonly number[],
): readonly Reading[][] {
  const totals = new Set(counters);
  const width = schema.names.length;
  const judged = schema.names.map((sent) => (totals.has(sent) ? rateName(sent) : sent));
  // Maps find a string that is a key of theirs without a look at its letters.
  const names = judged.map((name) => metrics.get(name)?.name ?? name);
  return times.map((at, row) =>
    names.map((name, i) => {
      const value = values[row * width + i] ?? Number.NaN;
      return { name, at, value, isCounter: totals.has(schema.names[i] ?? "") };
    }),
  );
}

function tickOf(time: number, length: number): number {
  return Math.floor(time / length) * length;
}

interface Place {
  readonly arrival: number;
  /** The time of the newest tick that was judged. */
  readonly closed: number;
}

interface Intake {
  readonly duplicates: number;
  readonly late: number;
  readonly begins: boolean;
}

function openTick({ ticks }: Assembling, time: number, arrival: number): TickDraft {
  const open = ticks.get(time) ?? { arrival, readings: new Map() };
  ticks.set(time, open);
  open.arrival = Math.max(open.arrival, arrival);
  return open;
}

/** Sorts the waiting values into ticks of this length. */
export function regroup(assembling: Assembling, length: number): void {
  const before = inOrder(assembling.ticks);
  assembling.ticks.clear();
  for (const [, { arrival, readings }] of before) {
    for (const reading of readings.values()) {
      const open = openTick(assembling, tickOf(reading.at, length), arrival);
      if (open.readings.has(reading.name)) merge(open.readings, reading);
      else open.readings.set(reading.name, reading);
    }
  }
}

/** Whether a record lacks metrics that the host sends: other records bring them. */
function isScattered({ metrics }: Assembling, readings: readonly Reading[]): boolean {
  return metrics.size > readings.length || readings.some(({ name }) => metrics.size > 0 && !metrics.has(name));
}

/** Adds a value to a tick if there is room; false if the tick has it already. */
function admit(assembling: Assembling, { readings }: TickDraft, reading: Reading): boolean {
  const { name } = reading;
  if (readings.has(name)) return merge(readings, reading);
  if (assembling.metrics.has(name)) readings.set(name, reading);
  else {
    const waiting = waitingRoom(assembling);
    if (hasRoom(ownRoom(assembling), name) && hasRoom(waiting, name, WAITING_ROOMS)) {
      readings.set(name, reading);
      take(waiting, name);
    } else leaveOut(assembling, name);
  }
  return true;
}

function ownRoom(assembling: Assembling): Room {
  assembling.room ??= roomOf(assembling.metrics.keys());
  return assembling.room;
}

function waitingRoom(assembling: Assembling): Room {
  const { metrics, ticks } = assembling;
  assembling.waiting ??= roomOf(
    [...ticks.values()].flatMap(({ readings }) => [...readings.keys()].filter((name) => !metrics.has(name))),
  );
  return assembling.waiting;
}

export function leaveOut({ leftOut }: Assembling, name: string): void {
  if (leftOut.size < LEFT_OUT_MAX) leftOut.add(name);
}

/**
 * Adds another value to a tick, whatever the order of arrival: the newest value of a name stays, and the largest of one
 * time.
 */
function merge(readings: Map<string, TickReading>, reading: TickReading): boolean {
  const known: TickReading = readings.get(reading.name) ?? reading;
  const apart = Math.abs(reading.at - known.at);
  if (apart === 0 && !(reading.value > known.value || Number.isNaN(known.value))) return false;
  const newer = reading.at < known.at ? known : reading;
  const gap = Math.min(...[apart || undefined, known.gap, reading.gap].filter((one) => one !== undefined));
  readings.set(reading.name, Number.isFinite(gap) ? { ...newer, gap } : newer);
  return apart > 0 ? newer === reading : true;
}

/** Remembers a metric's newest value; false if this value or a newer one is known. */
export function learn(assembling: Assembling, { name, at, value, isCounter, gap: within }: TickReading): boolean {
  const { metrics } = assembling;
  const known = metrics.get(name);
  if (!known) {
    const room = ownRoom(assembling);
    if (!hasRoom(room, name)) {
      leaveOut(assembling, name);
      return false;
    }
    metrics.set(name, { name, at, value, isCounter, every: within ?? 0, rate: Number.NaN });
    take(room, name);
    forgetPlan(assembling);
    return true;
  }
  const gap = at - known.at;
  if (gap <= 0) return false;
  const every = intervalAfter(known.every, within ?? gap);
  const rate = isCounter && known.isCounter ? rateOf(known, { value, at }, every) : Number.NaN;
  metrics.set(name, { name, at, value, isCounter, every: Math.round(every), rate });
  return true;
}

export function forget(assembling: Assembling, name: string): void {
  assembling.metrics.delete(name);
  delete assembling.room;
  forgetPlan(assembling);
}

function forgetPlan(assembling: Assembling): void {
  delete assembling.waiting;
  delete assembling.plan;
}
