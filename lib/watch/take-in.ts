import type { HostSamples } from "../wire/samples.ts";
import {
  type Assembling,
  hasValue,
  inOrder,
  learn,
  leaveOut,
  lengthNow,
  noValues,
  ownRoom,
  placeOf,
  placesWith,
  put,
  type Reading,
  readingAt,
  type TickDraft,
} from "./assembly.ts";
import { judgedUnits, rateName } from "./rate-name.ts";
import { hasRoom, type Room, roomOf, take } from "./room.ts";
import { TICK_MIN_MS } from "./tick-length.ts";

/** New names may take this many times the host's room while they wait: the first in name order become its own. */
const WAITING_ROOMS = 6;

interface Intake {
  readonly duplicates: number;
  readonly late: number;
  readonly begins: boolean;
}

/**
 * Takes in one record of a host, whose times are `times`. Ticks up to `closed` have been judged: values for them are
 * late, or duplicates. Returns the numbers of these samples, and whether a tick newer than all before has begun.
 */
export function takeIn(
  assembling: Assembling,
  part: HostSamples,
  times: readonly number[],
  { arrival, closed }: { readonly arrival: number; readonly closed: number },
): Intake {
  const { ticks } = assembling;
  const intake = { duplicates: 0, late: 0, begins: false };
  for (const [name, unit] of judgedUnits(part)) assembling.units.set(name, unit);
  let length = lengthNow(assembling);
  const series = seriesOf(assembling, part);
  for (const [row, time] of times.entries()) {
    const tick = tickOf(time, length ?? TICK_MIN_MS);
    if (part.isPart || isScattered(assembling, series)) assembling.scattered = Math.max(tick, assembling.scattered);
    if (tick > Math.max(closed, ...ticks.keys())) intake.begins = true;
    const open = tick > closed ? openTick(assembling, tick, arrival) : undefined;
    let isNews = false;
    let from = row * series.length;
    for (const { place, isCounter } of series) {
      const reading = { at: time, value: part.values[from++] ?? Number.NaN, isCounter, every: 0 };
      if (open ? admit(assembling, open, place, reading) : learn(assembling, place, reading)) isNews = true;
    }
    if (!isNews) intake.duplicates++;
    else if (!open) intake.late++;
    if (length === undefined) {
      length = lengthNow(assembling);
      if (length !== undefined) regroup(assembling, length);
    }
  }
  return intake;
}

/** One name of a record. */
interface Series {
  readonly place: number;
  readonly isCounter: boolean;
}

function seriesOf(assembling: Assembling, { schema, counters }: HostSamples): readonly Series[] {
  const totals = new Set(counters);
  return schema.names.map((name) => {
    const isCounter = totals.has(name);
    return { place: placeOf(assembling, isCounter ? rateName(name) : name), isCounter };
  });
}

function tickOf(time: number, length: number): number {
  return Math.floor(time / length) * length;
}

function openTick({ ticks }: Assembling, time: number, arrival: number): TickDraft {
  const open = ticks.get(time) ?? { ...{ time, arrival }, ...noValues(0) };
  ticks.set(time, open);
  open.arrival = Math.max(open.arrival, arrival);
  return open;
}

/** Sorts the waiting values into ticks of this length. */
export function regroup(assembling: Assembling, length: number): void {
  const before = inOrder(assembling.ticks);
  assembling.ticks.clear();
  for (const [, tick] of before) {
    for (const place of placesWith(tick)) {
      const reading = readingAt(tick, place);
      const open = openTick(assembling, tickOf(reading.at, length), tick.arrival);
      if (hasValue(open, place)) merge(open, place, reading);
      else put(open, place, reading);
    }
  }
}

/** Whether a record lacks metrics that the host sends: other records bring them. */
function isScattered({ metrics, count }: Assembling, series: readonly Series[]): boolean {
  return count > series.length || (count > 0 && series.some(({ place }) => !hasValue(metrics, place)));
}

/** Adds a value to a tick if there is room; false if the tick has it already. */
function admit(assembling: Assembling, tick: TickDraft, place: number, reading: Reading): boolean {
  if (hasValue(tick, place)) return merge(tick, place, reading);
  if (hasValue(assembling.metrics, place)) put(tick, place, reading);
  else {
    const [waiting, name] = [waitingRoom(assembling), assembling.names[place] ?? ""];
    if (hasRoom(ownRoom(assembling), name) && hasRoom(waiting, name, WAITING_ROOMS)) {
      put(tick, place, reading);
      take(waiting, name);
    } else leaveOut(assembling, name);
  }
  return true;
}

function waitingRoom(assembling: Assembling): Room {
  const { names, metrics, ticks } = assembling;
  assembling.waiting ??= roomOf(
    [...ticks.values()].flatMap((tick) =>
      placesWith(tick).flatMap((place) => (hasValue(metrics, place) ? [] : [names[place] ?? ""])),
    ),
  );
  return assembling.waiting;
}

/**
 * Adds another value to a tick, whatever the order of arrival: the newest value of a name stays, and the largest of one
 * time.
 */
function merge(tick: TickDraft, place: number, reading: Reading): boolean {
  const known = readingAt(tick, place);
  const apart = Math.abs(reading.at - known.at);
  if (apart === 0 && !(reading.value > known.value || Number.isNaN(known.value))) return false;
  const newer = reading.at < known.at ? known : reading;
  const gaps = [apart, known.every, reading.every].filter((gap) => gap > 0);
  put(tick, place, { ...newer, every: gaps.length > 0 ? Math.min(...gaps) : 0 });
  return apart > 0 ? newer === reading : true;
}
