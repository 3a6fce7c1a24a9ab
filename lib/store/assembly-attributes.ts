import { recent, sizeOf } from "../recent.ts";
import { type Assembly, type Metrics, noValues, type OpenTick, placesWith, put } from "../watch/assembly.ts";
import { isSameList } from "../wire/schemas.ts";
import { bytes, readBytes, readText, type Stored, text } from "./attributes.ts";
import { bytesOfFloats, floatsOfBytes } from "./floats.ts";
import type { Item } from "./item-table.ts";
import { bytesOfTimes, timesOfBytes } from "./times.ts";
import { readUnits, unitAttribute } from "./unit-attribute.ts";

/**
 * How the samples of a host are put together, in columns: 2 KB for the 100 measures of a usual host. Columns are quick
 * to write and read, and names and times in order repeat what stands before them.
 *
 * | name | holds |
 * |---|---|
 * | K | names of the metrics, and of others in ticks, in lines: what differs in each from the one before |
 * | M | whole numbers (times.ts): where that begins; of metrics and ticks the times, intervals, gaps and bits |
 * | N | doubles: values and rates of the metrics; of each tick when it arrived, and its values |
 * | R | declared units (unit-attribute.ts), or absent |
 */
export function attributesOfAssembly(assembly: Assembly): Item {
  const { names, others, metrics, ticks, scattered, leftOut = 0, units } = assembly;
  const { ends, starts } = listOf(names, others);
  const { at, every, isCounter, value, rate } = metrics;
  const own = <T>(column: readonly T[]) => column.slice(0, names.length);
  const bits = own(rate).map((one, place) => (isCounter[place] ? COUNTER : 0) + (Number.isNaN(one) ? 0 : RATE));
  const whole = [scattered, leftOut, names.length, ticks.length, starts.length].concat(
    starts,
    own(at),
    own(every),
    bits,
  );
  const doubles = own(value).concat(rate.filter((one) => !Number.isNaN(one)));
  for (const tick of ticks) {
    const places = placesWith(tick);
    whole.push(tick.time, places.length, ...places);
    for (const column of [tick.at, tick.every]) for (const place of places) whole.push(column[place] ?? 0);
    for (const place of places) whole.push(Number(tick.isCounter[place]));
    doubles.push(tick.arrival);
    for (const place of places) doubles.push(tick.value[place] ?? Number.NaN);
  }
  return {
    K: text(ends),
    M: bytes(bytesOfTimes(whole)),
    N: bytes(bytesOfFloats(new Float64Array(doubles))),
    ...unitAttribute("R", names, units),
  };
}

const COUNTER = 1;
const RATE = 2;

/** The first half of a character that takes two in UTF-16. */
const [SURROGATE_MASK, HIGH_SURROGATE] = [0xfc00, 0xd800];

/** The number of characters with which two texts begin alike; not half of a character that takes two. */
function sharedStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length > 0 && (b.charCodeAt(length - 1) & SURROGATE_MASK) === HIGH_SURROGATE ? length - 1 : length;
}

export function readAssembly(stored: Stored): Assembly {
  const whole = columnsOf(readBytes(stored, "M", timesOfBytes));
  const doubles = columnsOf(readBytes(stored, "N", floatsOfBytes));
  const [scattered = 0, leftOut = 0, metrics = 0, ticks = 0, count = 0] = whole(5);
  const { names, others } = knownList(readText(stored, "K"), whole(count), metrics);
  const units = readUnits(stored, "R", names);
  return {
    ...{ names, others, scattered },
    ...(leftOut > 0 ? { leftOut } : {}),
    metrics: metricsOf(metrics, others.length, whole, doubles),
    ticks: Array.from({ length: ticks }, () => tickOf(count, whole, doubles)),
    ...(units ? { units } : {}),
  };
}

/** Takes the next column of this many numbers. */
type Columns = (length: number) => number[];

function columnsOf(numbers: ArrayLike<number>): Columns {
  let from = 0;
  return (length) => {
    if (from + length > numbers.length) throw new RangeError(`${numbers.length} numbers: too few`);
    const column: number[] = [];
    for (const end = from + length; from < end; from++) column.push(numbers[from] ?? Number.NaN);
    return column;
  };
}

/** Names of metrics and others, and their stored form. */
interface NameList extends Pick<Assembly, "names" | "others"> {
  /** In lines, what differs in each from the one before. */
  readonly ends: string;
  /** Where that begins. */
  readonly starts: readonly number[];
}

/** A process's memory of lists by their text; it can be lost without harm. A fleet has few kinds of hosts. */
const LISTS_BYTES_MAX = 10 * 1024 * 1024;
const LISTS = recent<NameList>(LISTS_BYTES_MAX);
const FORMS = new WeakMap<readonly string[], NameList>();

/** The stored form of names. */
function listOf(names: readonly string[], others: readonly string[]): NameList {
  const known = FORMS.get(names);
  if (known && isSameList(known.others, others)) return known;
  const all = [...names, ...others];
  const starts = all.map((name, i) => sharedStart(all[i - 1] ?? "", name));
  const list = { names, others, starts, ends: all.map((name, i) => name.slice(starts[i])).join("\n") };
  FORMS.set(names, list);
  return list;
}

/** The names of a stored form, the same lists each time: what follows from a list is computed once. */
function knownList(ends: string, starts: readonly number[], metrics: number): NameList {
  const known = LISTS.peek(ends);
  if (known?.names.length === metrics && isSameList(known.starts, starts)) return known;
  const all = namesOf(ends.split("\n"), starts);
  const list = { names: all.slice(0, metrics), others: all.slice(metrics), ends, starts };
  LISTS.keep(ends, list, sizeOf(list));
  FORMS.set(list.names, list);
  return list;
}

function namesOf(ends: readonly string[], starts: readonly number[]): readonly string[] {
  let name = "";
  return ends.slice(0, starts.length).map((end, i) => {
    name = name.slice(0, starts[i]) + end;
    return name;
  });
}

/** The columns of so many metrics, and of other names without one. */
function metricsOf(count: number, others: number, whole: Columns, doubles: Columns): Metrics {
  const [at, every, bits, value] = [whole(count), whole(count), whole(count), doubles(count)];
  const rates = doubles(bits.filter((own) => own & RATE).length);
  let rated = 0;
  const rate = bits.map((own) => (own & RATE ? (rates[rated++] ?? Number.NaN) : Number.NaN));
  const metrics = { at, value, isCounter: bits.map((own) => (own & COUNTER) > 0), every, rate };
  if (others === 0) return metrics;
  const none = noValues(others);
  return {
    at: [...at, ...none.at],
    value: [...value, ...none.value],
    isCounter: [...metrics.isCounter, ...none.isCounter],
    every: [...every, ...none.every],
    rate: [...rate, ...none.value],
  };
}

/** A tick of the host that has so many names. */
function tickOf(names: number, whole: Columns, doubles: Columns): OpenTick {
  const [time = 0, count = 0] = whole(2);
  const [places, ats, gaps, counters] = [whole(count), whole(count), whole(count), whole(count)];
  const [arrival = 0] = doubles(1);
  const values = doubles(count);
  const tick = { time, arrival, ...noValues(names) };
  for (const [i, place] of places.entries()) {
    if (place >= names) throw new RangeError(`a value of name ${place} of ${names}`);
    const [at = 0, value = 0, every = 0] = [ats[i], values[i], gaps[i]];
    put(tick, place, { at, value, isCounter: counters[i] === 1, every });
  }
  return tick;
}
