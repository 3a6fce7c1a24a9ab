import { isTimeKey, timeIn } from "./fields.ts";
import { hostIn, isHostKey } from "./identity.ts";
import { numbersIn } from "./nested.ts";
import type { Fields, Found } from "./point.ts";

/** Other fields that are about the row and no measurement. */
const ABOUT = ["agent", "group", "bye", "pid", "interval"];

/** A row of numbers, flat or nested: Fluent Bit's inputs, psutil, a CSV as JSON. */
export function isRow(row: Fields): boolean {
  for (const _ of numbersIn(measured(row))) return true;
  return false;
}

export function* readRow(row: Fields): Iterable<Found> {
  const [host, time] = [hostIn(row), timeIn(row)];
  for (const { path, tags, value } of numbersIn(measured(row))) yield { host, time, series: path, tags, value };
}

function measured(row: Fields): Fields {
  const entries = Object.entries(row).filter(([key]) => !isHostKey(key) && !isTimeKey(key) && !ABOUT.includes(key));
  return Object.fromEntries(entries);
}
