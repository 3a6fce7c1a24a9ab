import type { Assembly } from "../watch/assembly.ts";
import { bytes, readBytes, readText, type Stored, text } from "./attributes.ts";
import { bytesOfFloats, floatsOfBytes } from "./floats.ts";
import type { Item } from "./item-table.ts";
import { bytesOfTimes, timesOfBytes } from "./times.ts";
import { readUnits, unitAttribute } from "./unit-attribute.ts";

type Metric = Assembly["metrics"][number];
type Tick = Assembly["ticks"][number];
type Reading = Tick["readings"][number];

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
export function attributesOfAssembly({ metrics, ticks, scattered, leftOut = 0, units }: Assembly): Item {
  const places = placesOf(metrics, ticks);
  const names = ticks.length > 0 ? [...places.keys()] : metrics.map(({ name }) => name);
  const starts = names.map((name, i) => sharedStart(names[i - 1] ?? "", name));
  const whole = [scattered, leftOut, metrics.length, ticks.length, names.length, ...starts];
  for (const { at } of metrics) whole.push(at);
  for (const { every } of metrics) whole.push(every);
  for (const metric of metrics) whole.push(bitsOf(metric));
  const doubles = metrics.map(({ value }) => value);
  for (const { rate } of metrics) if (!Number.isNaN(rate)) doubles.push(rate);
  for (const { time, arrival, readings } of ticks) {
    whole.push(time, readings.length);
    for (const { name } of readings) whole.push(places.get(name) ?? 0);
    for (const { at } of readings) whole.push(at);
    for (const { gap = 0 } of readings) whole.push(gap);
    for (const { isCounter } of readings) whole.push(Number(isCounter));
    doubles.push(arrival);
    for (const { value } of readings) doubles.push(value);
  }
  return {
    K: text(names.map((name, i) => name.slice(starts[i])).join("\n")),
    M: bytes(bytesOfTimes(whole)),
    N: bytes(bytesOfFloats(new Float64Array(doubles))),
    ...unitAttribute(
      "R",
      metrics.map(({ name }) => name),
      units,
    ),
  };
}

const COUNTER = 1;
const RATE = 2;

function bitsOf({ isCounter, rate }: Metric): number {
  return (isCounter ? COUNTER : 0) + (Number.isNaN(rate) ? 0 : RATE);
}

/** Where ticks find their names: each once, first those of the metrics. */
function placesOf(metrics: readonly Metric[], ticks: readonly Tick[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  if (ticks.length === 0) return places;
  const add = ({ name }: { readonly name: string }) => {
    if (!places.has(name)) places.set(name, places.size);
  };
  metrics.forEach(add);
  for (const { readings } of ticks) readings.forEach(add);
  return places;
}

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
  const names = knownNames(readText(stored, "K"), whole(count));
  const units = readUnits(stored, "R", names);
  return {
    scattered,
    ...(leftOut > 0 ? { leftOut } : {}),
    metrics: metricsOf(names, metrics, whole, doubles),
    ticks: Array.from({ length: ticks }, () => tickOf(names, whole, doubles)),
    ...(units ? { units } : {}),
  };
}

/** Takes the next column of this many numbers. */
type Columns = (length: number) => ArrayLike<number> & Iterable<number>;

function columnsOf(numbers: readonly number[] | Float64Array): Columns {
  let from = 0;
  return (length) => {
    const column = numbers.slice(from, from + length);
    if (column.length !== length) throw new RangeError(`${numbers.length} numbers: too few`);
    from += length;
    return column;
  };
}

interface NameList {
  readonly starts: ArrayLike<number>;
  readonly names: readonly string[];
}

/** A process's memory of lists by their text; it can be lost without harm. A fleet has few kinds of hosts. */
const LISTS = new Map<string, NameList>();
/** Ten megabytes; one more clears the memory. */
const LISTS_CHARACTERS_MAX = 5_000_000;
let characters = 0;

/** The names in a text, the same strings each time: maps by name then find them without a look at their letters. */
function knownNames(text: string, starts: ArrayLike<number>): readonly string[] {
  const known = LISTS.get(text);
  if (known && areAlike(known.starts, starts)) return known.names;
  const names = namesOf(text.split("\n"), starts);
  for (const { length } of [text, ...names]) characters += length;
  if (characters > LISTS_CHARACTERS_MAX) {
    LISTS.clear();
    characters = 0;
  }
  LISTS.set(text, { starts, names });
  return names;
}

function areAlike(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function namesOf(ends: readonly string[], starts: ArrayLike<number>): readonly string[] {
  let name = "";
  return ends.slice(0, starts.length).map((end, i) => {
    name = name.slice(0, starts[i]) + end;
    return name;
  });
}

function metricsOf(names: readonly string[], count: number, whole: Columns, doubles: Columns): readonly Metric[] {
  const [ats, everys, bits, values] = [whole(count), whole(count), whole(count), doubles(count)];
  let rated = 0;
  for (let i = 0; i < count; i++) if ((bits[i] ?? 0) & RATE) rated++;
  const rates = doubles(rated);
  const metrics: Metric[] = [];
  rated = 0;
  for (let i = 0; i < count; i++) {
    const own = bits[i] ?? 0;
    metrics.push({
      name: names[i] ?? "",
      at: ats[i] ?? 0,
      value: values[i] ?? 0,
      isCounter: (own & COUNTER) > 0,
      every: everys[i] ?? 0,
      rate: own & RATE ? (rates[rated++] ?? Number.NaN) : Number.NaN,
    });
  }
  return metrics;
}

function tickOf(names: readonly string[], whole: Columns, doubles: Columns): Tick {
  const [time = 0, count = 0] = whole(2);
  const [places, ats, gaps, counters] = [whole(count), whole(count), whole(count), whole(count)];
  const [arrival = 0] = doubles(1);
  const values = doubles(count);
  const readings = Array.from({ length: count }, (_, i): Reading => {
    const [at = 0, value = 0, gap = 0] = [ats[i], values[i], gaps[i]];
    const reading = { name: names[places[i] ?? 0] ?? "", at, value, isCounter: counters[i] === 1 };
    return gap > 0 ? { ...reading, gap } : reading;
  });
  return { time, arrival, readings };
}
