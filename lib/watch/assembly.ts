import { DAY_MS } from "../time.ts";
import { isSameList } from "../wire/schemas.ts";
import { type Units, unitsOf } from "../wire/unit-text.ts";
import { rateOf } from "./rate.ts";
import { hasRoom, type Room, roomOf, take } from "./room.ts";
import { firstLength, intervalAfter, tickLength } from "./tick-length.ts";

/**
 * Puts together the samples of a host that come in pieces: from records of one series each, or from two senders. Values
 * whose times lie in one tick become one sample, by the names of their metrics. Numbers stand in columns: in each, a
 * name has the same place. Times are in milliseconds.
 */
export interface Assembly {
  /** The metrics that the host sends, in the order of names; mostly the same list for hosts that send the same. */
  readonly names: readonly string[];
  /** Other names with values in ticks, in order: their places follow. */
  readonly others: readonly string[];
  readonly metrics: Metrics;
  /** Ticks that wait for more of their values, oldest first; of ten seconds while no interval is known. */
  readonly ticks: readonly OpenTick[];
  /** The last tick that shows that the host sends in pieces. */
  readonly scattered: number;
  /** Names that found no more room, as last counted; absent without any. */
  readonly leftOut?: number;
  /** Declared units of `names`, by name; absent without any. */
  readonly units?: Units;
}

/** Columns with a place for each name; in ticks they may end before, or have holes, while records are folded. */
interface Values {
  /** The sender's times; NaN where the name has no value. */
  readonly at: readonly number[];
  /** As sent; NaN = sent without a value. */
  readonly value: readonly number[];
  /** Whether it is a total that only grows: its rate is judged. */
  readonly isCounter: readonly boolean[];
  /** How often a value comes; 0 after the first. In a tick: the least time between two of its values. */
  readonly every: readonly number[];
}

/** The newest values of the metrics. */
export interface Metrics extends Values {
  /** The newest rate (1/s) of a counter; NaN for other metrics, and if its last two values give none. */
  readonly rate: readonly number[];
}

export interface OpenTick extends Values {
  readonly time: number;
  /** When the last of its records arrived. */
  readonly arrival: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };
export type TickDraft = Mutable<OpenTick>;

/** An assembly while records are folded into it. */
export interface Assembling {
  /** The names by place. */
  names: string[];
  /** The first names, in the form of `Assembly`: those of the metrics, unless `isArranged` is false. */
  list: readonly string[];
  isArranged: boolean;
  /** The places of the names behind them. */
  added: Map<string, number>;
  readonly metrics: Mutable<Metrics>;
  /** How many names are those of metrics. */
  count: number;
  readonly ticks: Map<number, TickDraft>;
  scattered: number;
  readonly leftOut: Set<string>;
  /** The declared units of what is judged, by name; the newest record decides. */
  readonly units: Map<string, string>;
  /** The room of the metrics' names, once a name is new. */
  room?: Room;
  /** The room of the other names in `ticks`, likewise. */
  waiting?: Room;
}

/** Names that are counted once there is no room for them. */
const LEFT_OUT_MAX = 10_000;
/** A host that needed no assembly for this long sends whole samples again. */
const WHOLE_AFTER_MS = DAY_MS;

/** The assembly of a host that begins to send in pieces, in the tick of this time. */
export function newAssembly(scattered: number): Assembly {
  return { names: [], others: [], metrics: { ...noValues(0), rate: [] }, ticks: [], scattered };
}

/** Goes on with an assembly. */
export function resume({ names, others, metrics, ticks, scattered, units = {} }: Assembly): Assembling {
  return {
    names: [...names, ...others],
    list: names,
    isArranged: true,
    added: placesFrom(names.length, others),
    metrics: { ...copyOf(metrics), rate: [...metrics.rate] },
    count: names.length,
    ticks: new Map(ticks.map((tick) => [tick.time, { ...tick, ...copyOf(tick) }])),
    scattered,
    leftOut: new Set(),
    units: new Map(Object.entries(units)),
  };
}

/** The assembly to remember; undefined for a host that has sent whole samples for a day. */
export function suspend(assembling: Assembling, newest: number): Assembly | undefined {
  const { ticks, scattered, leftOut } = assembling;
  if (ticks.size === 0 && newest - scattered > WHOLE_AFTER_MS) return undefined;
  arrange(assembling);
  const { list, names, metrics } = assembling;
  const units = unitsOf(list, (name) => assembling.units.get(name));
  return {
    names: list,
    others: names.slice(list.length),
    metrics,
    ticks: inOrder(ticks).map(([, tick]) => ({ ...tick, ...copyOf(tick, [...names.keys()]) })),
    scattered,
    ...(leftOut.size > 0 ? { leftOut: leftOut.size } : {}),
    ...(units ? { units } : {}),
  };
}

/** Brings the metrics into the order of their names, and then the other names in ticks; gives up the rest. */
export function arrange(assembling: Assembling): void {
  const { names, list, metrics, ticks } = assembling;
  if (assembling.isArranged && names.length === list.length) return;
  const places = [...names.keys()].sort((a, b) => ((names[a] ?? "") < (names[b] ?? "") ? -1 : 1));
  const own = places.filter((place) => hasValue(metrics, place));
  const others = places.filter((place) => !hasValue(metrics, place) && isWaiting(assembling, place));
  const order = [...own, ...others];
  Object.assign(metrics, copyOf(metrics, order));
  for (const tick of ticks.values()) Object.assign(tick, moved(tick, order));
  metrics.rate = order.map((place) => metrics.rate[place] ?? Number.NaN);
  assembling.names = order.map((place) => names[place] ?? "");
  const sorted = assembling.names.slice(0, own.length);
  assembling.list = isSameList(sorted, list) ? list : sorted;
  assembling.added = placesFrom(own.length, assembling.names.slice(own.length));
  assembling.isArranged = true;
}

export function inOrder(ticks: ReadonlyMap<number, TickDraft>): readonly (readonly [number, TickDraft])[] {
  return [...ticks].sort(([a], [b]) => a - b);
}

function isWaiting({ ticks }: Assembling, place: number): boolean {
  return [...ticks.values()].some((tick) => hasValue(tick, place));
}

export function hasValue({ at }: Values, place: number): boolean {
  return !Number.isNaN(at[place] ?? Number.NaN);
}

export function noValues(places: number): Mutable<Values> {
  const none = () => new Array<number>(places).fill(Number.NaN);
  return { at: none(), value: none(), isCounter: new Array<boolean>(places).fill(false), every: none().fill(0) };
}

/** The columns, of all places or of these. */
function copyOf({ at, value, isCounter, every }: Values, order?: readonly number[]): Mutable<Values> {
  if (!order) return { at: [...at], value: [...value], isCounter: [...isCounter], every: [...every] };
  return {
    at: order.map((place) => at[place] ?? Number.NaN),
    value: order.map((place) => value[place] ?? Number.NaN),
    isCounter: order.map((place) => isCounter[place] ?? false),
    every: order.map((place) => every[place] ?? 0),
  };
}

/** Only the values that are there: a tick may have few of many names. */
function moved(tick: Values, order: readonly number[]): Mutable<Values> {
  const columns = noValues(0);
  for (const [place, before] of order.entries())
    if (hasValue(tick, before)) put(columns, place, readingAt(tick, before));
  return columns;
}

/** The places of a host's names, by its list of them. */
const PLACES = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

/** The place of a name; a new one is the last. */
export function placeOf(assembling: Assembling, name: string): number {
  const { list, added } = assembling;
  const places = PLACES.get(list) ?? placesFrom(0, list);
  PLACES.set(list, places);
  return places.get(name) ?? added.get(name) ?? addName(assembling, name);
}

function placesFrom(first: number, names: readonly string[]): Map<string, number> {
  return new Map(names.map((name, i) => [name, first + i]));
}

/** Ticks get no place for it: with room for all names of a record in each of its ticks, memory would run out. */
function addName({ names, added, metrics }: Assembling, name: string): number {
  const place = names.push(name) - 1;
  added.set(name, place);
  put(metrics, place, NO_VALUE);
  metrics.rate[place] = Number.NaN;
  return place;
}

/** The numbers at one place. */
export interface Reading {
  readonly at: number;
  readonly value: number;
  readonly isCounter: boolean;
  readonly every: number;
}

const NO_VALUE: Reading = { at: Number.NaN, value: Number.NaN, isCounter: false, every: 0 };

export function put(values: Mutable<Values>, place: number, { at, value, isCounter, every }: Reading): void {
  values.at[place] = at;
  values.value[place] = value;
  values.isCounter[place] = isCounter;
  values.every[place] = every;
}

export function readingAt({ at, value, isCounter, every }: Values, place: number): Reading {
  return {
    at: at[place] ?? Number.NaN,
    value: value[place] ?? Number.NaN,
    isCounter: isCounter[place] ?? false,
    every: every[place] ?? 0,
  };
}

/** The places that have a value. */
export function placesWith(values: Values): readonly number[] {
  const places: number[] = [];
  for (let place = 0; place < values.at.length; place++) if (hasValue(values, place)) places.push(place);
  return places;
}

/** How long a tick of the host is; undefined while its interval is unknown. */
export function lengthNow({ metrics, ticks }: Assembling): number | undefined {
  const known = tickLength(metrics);
  if (known !== undefined) return known;
  // Only in a host's first minutes.
  const waiting = inOrder(ticks).map(([, tick]) => tick);
  return firstLength(waiting, metrics);
}

/** Remembers a metric's newest value; false if this value or a newer one is known. */
export function learn(assembling: Assembling, place: number, reading: Reading): boolean {
  const { metrics, names } = assembling;
  const known = readingAt(metrics, place);
  if (Number.isNaN(known.at)) {
    const [room, name] = [ownRoom(assembling), names[place] ?? ""];
    if (!hasRoom(room, name)) {
      leaveOut(assembling, name);
      return false;
    }
    take(room, name);
    put(metrics, place, reading);
    assembling.count++;
    change(assembling);
    return true;
  }
  const { at, value, isCounter, every: within } = reading;
  const gap = at - known.at;
  if (gap <= 0) return false;
  const every = intervalAfter(known.every, within || gap);
  metrics.rate[place] = isCounter && known.isCounter ? rateOf(known, reading, every) : Number.NaN;
  put(metrics, place, { at, value, isCounter, every: Math.round(every) });
  return true;
}

export function forget(assembling: Assembling, place: number): void {
  put(assembling.metrics, place, NO_VALUE);
  assembling.metrics.rate[place] = Number.NaN;
  assembling.count--;
  delete assembling.room;
  change(assembling);
}

function change(assembling: Assembling): void {
  assembling.isArranged = false;
  delete assembling.waiting;
}

export function ownRoom(assembling: Assembling): Room {
  const { names, metrics } = assembling;
  assembling.room ??= roomOf(names.filter((_, place) => hasValue(metrics, place)));
  return assembling.room;
}

export function leaveOut({ leftOut }: Assembling, name: string): void {
  if (leftOut.size < LEFT_OUT_MAX) leftOut.add(name);
}
