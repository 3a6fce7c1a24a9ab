import { DAY_MS } from "../time.ts";
import { NAME_LENGTH_MAX } from "../wire/limits.ts";
import { isMeasure } from "../wire/presets/measures.ts";
import type { HostSamples, Schema } from "../wire/samples.ts";
import type { Plan } from "./host-metrics.ts";
import { rateOf } from "./rate.ts";
import { hasRoom, type Room, roomOf, take } from "./room.ts";
import { intervalAfter, tickLength } from "./tick-length.ts";

/**
 * How the samples of a host that come in pieces are put together: from records of one series each, or from two senders.
 * Values whose times lie in one tick become one sample, by the names of their metrics. Times are in milliseconds.
 */
export interface Assembly {
  /** What the host sends, in the order of names. */
  readonly metrics: readonly AssembledMetric[];
  /** Ticks that wait for more of their values, oldest first. */
  readonly ticks: readonly OpenTick[];
  /** The last tick that shows that the host sends in pieces. */
  readonly scattered: number;
  /** Names that found no more room, as last counted; absent without any. */
  readonly leftOut?: number;
}

export interface AssembledMetric extends Reading {
  /** How often a value comes; 0 after the first. */
  readonly every: number;
  /** The newest rate (1/s) of a counter; NaN where its last two values give none. */
  readonly rate?: number;
}

interface Reading {
  readonly name: string;
  /** The sender's time. */
  readonly at: number;
  /** As sent; NaN = sent without a value. */
  readonly value: number;
  /** Whether it is a total that only grows: its rate is judged. */
  readonly isCounter?: true;
}

interface TickReading extends Reading {
  /** Between two values of the metric in this tick; absent where it has one. */
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
  /** That of the names of `metrics`. */
  readonly room: Room;
  /** What is judged of `metrics`, until one is added or forgotten. */
  plan?: Plan & { readonly schema: Schema };
}

export interface TickDraft {
  arrival: number;
  readonly readings: Map<string, TickReading>;
  /** That of the names of `readings`. */
  readonly room: Room;
}

/** Names of one tick that are not the host's yet, beside measures: the first in the order of names become its own. */
const NEW_NAMES_MAX = 1_024;
/** Names that are counted once there is no room for them. */
const LEFT_OUT_MAX = 10_000;
/** A host that needed no assembly for so long sends whole samples again. */
const WHOLE_AFTER_MS = DAY_MS;

/** Goes on with an assembly, or begins one at the time of a host's first piece. */
export function resume({ metrics, ticks, scattered }: Assembly): Assembling {
  return {
    metrics: byName(metrics),
    ticks: new Map(
      ticks.map(({ time, arrival, readings }) => [
        time,
        { ...newTick(readings.map(({ name }) => name)), arrival, readings: byName(readings) },
      ]),
    ),
    scattered,
    leftOut: new Set(),
    room: roomOf(metrics.map(({ name }) => name)),
  };
}

function byName<T extends Reading>(readings: readonly T[]): Map<string, T> {
  return new Map(readings.map((reading) => [reading.name, reading]));
}

function newTick(names: readonly string[] = []): TickDraft {
  return { arrival: 0, readings: new Map(), room: roomOf(names) };
}

/** What to remember; undefined for a host that has sent whole samples for a day. */
export function suspend({ metrics, ticks, scattered, leftOut }: Assembling, newest: number): Assembly | undefined {
  if (ticks.size === 0 && newest - scattered > WHOLE_AFTER_MS) return undefined;
  return {
    metrics: inOrderOfNames(metrics),
    ticks: [...ticks]
      .sort(([a], [b]) => a - b)
      .map(([time, { arrival, readings }]) => ({ time, arrival, readings: inOrderOfNames(readings) })),
    scattered,
    ...(leftOut.size > 0 ? { leftOut: leftOut.size } : {}),
  };
}

function inOrderOfNames<T extends Reading>(readings: Map<string, T>): readonly T[] {
  return [...readings.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Takes in one record of a host, whose times are `times`. Ticks up to `closed` have been judged: values for them are
 * late, or duplicates. Says how many samples were, and whether a newer tick than all before has begun.
 */
export function takeIn(assembling: Assembling, part: HostSamples, times: readonly number[], at: Place): Intake {
  const length = tickLength(assembling.metrics);
  const { names } = part.schema;
  const counters = new Set(part.counters);
  let newest = Math.max(at.closed, ...assembling.ticks.keys());
  const intake = { duplicates: 0, late: 0, begins: false };
  for (const [row, time] of times.entries()) {
    const tick = Math.floor(time / length) * length;
    const readings = names.map((name, i): Reading => {
      const value = part.values[row * names.length + i] ?? Number.NaN;
      return counters.has(name)
        ? { name: rateName(name), at: time, value, isCounter: true }
        : { name, at: time, value };
    });
    if (part.isPart || isScattered(assembling, readings)) assembling.scattered = Math.max(tick, assembling.scattered);
    if (tick <= at.closed) {
      const isNews = readings.map((reading) => learn(assembling, reading)).includes(true);
      if (isNews) intake.late++;
      else intake.duplicates++;
      continue;
    }
    const open = assembling.ticks.get(tick) ?? newTick();
    assembling.ticks.set(tick, open);
    open.arrival = Math.max(open.arrival, at.arrival);
    if (!readings.map((reading) => admit(assembling, open, reading)).includes(true)) intake.duplicates++;
    if (tick > newest) {
      newest = tick;
      intake.begins = true;
    }
  }
  return intake;
}

/** `net_bytes_total:eth0` grows by `net_bytes_per_second:eth0`. A measure is a rate by its name. */
function rateName(name: string): string {
  if (isMeasure(name)) return name;
  const rate = name.replace(/(?:_total)?(?=:|$)/, PER_SECOND);
  return rate.length <= NAME_LENGTH_MAX ? rate : `${name.slice(0, NAME_LENGTH_MAX - PER_SECOND.length)}${PER_SECOND}`;
}

const PER_SECOND = "_per_second";

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

/** Whether a record lacks metrics that the host sends: others bring them. */
function isScattered({ metrics }: Assembling, readings: readonly Reading[]): boolean {
  return metrics.size > readings.length || readings.some(({ name }) => metrics.size > 0 && !metrics.has(name));
}

/** Adds a value to a tick as far as there is room; false for what the tick has. */
function admit(assembling: Assembling, { readings, room }: TickDraft, reading: Reading): boolean {
  const { name } = reading;
  if (readings.has(name)) return merge(readings, reading);
  const isFree = hasRoom(assembling.room, name) && hasRoom(room, name, NEW_NAMES_MAX);
  if (!isFree && !assembling.metrics.has(name)) leaveOut(assembling, name);
  else {
    readings.set(name, reading);
    take(room, name);
  }
  return true;
}

export function leaveOut({ leftOut }: Assembling, name: string): void {
  if (leftOut.size < LEFT_OUT_MAX) leftOut.add(name);
}

/** Adds another value to a tick, whatever the order of arrival: the newest of a name stays, of one time the largest. */
function merge(readings: Map<string, TickReading>, reading: Reading): boolean {
  const known: TickReading = readings.get(reading.name) ?? reading;
  const apart = Math.abs(reading.at - known.at);
  if (apart === 0 && !(reading.value > known.value || Number.isNaN(known.value))) return false;
  const newer = reading.at < known.at ? known : reading;
  const gap = Math.min(apart || Number.POSITIVE_INFINITY, known.gap ?? Number.POSITIVE_INFINITY);
  readings.set(reading.name, Number.isFinite(gap) ? { ...newer, gap } : newer);
  return apart > 0 ? newer === reading : true;
}

/** Remembers a metric's newest value; false where a newer one, or this, is known. */
export function learn(assembling: Assembling, { gap: within, ...reading }: TickReading): boolean {
  const { metrics } = assembling;
  const known = metrics.get(reading.name);
  if (!known) {
    if (!hasRoom(assembling.room, reading.name)) {
      leaveOut(assembling, reading.name);
      return false;
    }
    metrics.set(reading.name, { ...reading, every: within ?? 0 });
    take(assembling.room, reading.name);
    delete assembling.plan;
    return true;
  }
  const gap = reading.at - known.at;
  if (gap <= 0) return false;
  const every = intervalAfter(known.every, within ?? gap);
  const rate = reading.isCounter ? { rate: known.isCounter ? rateOf(known, reading, every) : Number.NaN } : {};
  metrics.set(reading.name, { ...reading, every: Math.round(every), ...rate });
  return true;
}
