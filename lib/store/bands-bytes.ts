import type { Bands, WeekdayBands } from "../model/bands.ts";
import { SLOTS } from "../model/calendar.ts";
import type { DayBands } from "../model/day-bands.ts";
import { bytesOfVarints, inTurn, signed, unsigned, varintsOfBytes } from "./varints.ts";

type Tables = Pick<Bands, "workday" | "weekend" | "weekdays">;

/** The tables of a kind of day, in the order of the bytes. */
const TABLES = ["high", "low", "middle", "highest", "lowest"] as const;
/** Those of single weekdays. */
const WEEKDAY_TABLES = ["high", "low", "highest", "lowest"] as const;
const WEEKDAYS = 7;

/**
 * Bands as whole numbers of grains; a grain is a fixed share of the least change that matters, one per metric. Each
 * slot is stored as its difference from the slot before, weekdays as their difference from the usual. Loses nothing,
 * because the fit rounds to grains.
 */
export function bytesOfBands({ workday, weekend, weekdays }: Tables, grain: Float64Array): Uint8Array {
  const numbers = [weekend === workday ? 0 : 1, ...kindNumbers(workday, grain)];
  if (weekend !== workday) numbers.push(...kindNumbers(weekend, grain));
  for (const [weekday, own] of weekdays.entries()) {
    const usual = weekday < 5 ? workday : weekend;
    numbers.push(own.places.length);
    for (const [i, place] of own.places.entries()) {
      numbers.push(place - (own.places[i - 1] ?? 0));
      for (const name of WEEKDAY_TABLES) {
        const unit = grain[place % grain.length] ?? 1;
        numbers.push(unsigned(Math.round((own[name][i] ?? 0) / unit) - Math.round((usual[name][place] ?? 0) / unit)));
      }
    }
  }
  return bytesOfVarints(numbers);
}

function kindNumbers(bands: DayBands, grain: Float64Array): number[] {
  const numbers: number[] = [];
  for (const name of TABLES) {
    for (const [j, unit] of grain.entries()) {
      let before = 0;
      for (let place = j; place < bands[name].length; place += grain.length) {
        const value = bands[name][place] ?? Number.NaN;
        if (Number.isNaN(value)) numbers.push(MISSING);
        else {
          const grains = Math.round(value / unit);
          numbers.push(1 + unsigned(grains - before));
          before = grains;
        }
      }
    }
  }
  return numbers;
}

const MISSING = 0;

/** The encoded bands; throws when the bytes are not bands of that many metrics. */
export function bandsOfBytes(bytes: Uint8Array, grain: Float64Array): Tables {
  const { next, isRead } = inTurn(varintsOfBytes(bytes), short);
  const hasWeekend = next() === 1;
  const workday = readKind(next, grain);
  const weekend = hasWeekend ? readKind(next, grain) : workday;
  const weekdays = Array.from({ length: WEEKDAYS }, (_, day) => readWeekday(next, day < 5 ? workday : weekend, grain));
  if (!isRead()) short();
  return { workday, weekend, weekdays };
}

function readKind(next: () => number, grain: Float64Array): DayBands {
  const size = SLOTS * grain.length;
  const table = () => {
    const values = new Float64Array(size);
    for (const [j, unit] of grain.entries()) {
      let before = 0;
      for (let place = j; place < size; place += grain.length) {
        const number = next();
        if (number !== MISSING) before += signed(number - 1);
        values[place] = number === MISSING ? Number.NaN : before * unit;
      }
    }
    return values;
  };
  return { high: table(), low: table(), middle: table(), highest: table(), lowest: table() };
}

function readWeekday(next: () => number, usual: DayBands, grain: Float64Array): WeekdayBands {
  const count = next();
  if (count > usual.high.length) short();
  const empty = () => new Float64Array(count);
  const own = { places: new Uint32Array(count), high: empty(), low: empty(), highest: empty(), lowest: empty() };
  let place = 0;
  for (let i = 0; i < count; i++) {
    place += next();
    own.places[i] = place < usual.high.length ? place : short();
    const unit = grain[place % grain.length] ?? 1;
    for (const name of WEEKDAY_TABLES) {
      own[name][i] = (Math.round((usual[name][place] ?? 0) / unit) + signed(next())) * unit;
    }
  }
  return own;
}

function short(): never {
  throw new RangeError("the bytes are no bands of these metrics");
}
