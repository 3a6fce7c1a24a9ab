import { type BandsMemory, newBandsMemory } from "../../lib/model/band-memory.ts";
import { scoreBands } from "../../lib/model/band-reading.ts";
import type { Bands } from "../../lib/model/bands.ts";
import { fitBands } from "../../lib/model/fit-bands.ts";
import { historyOf, MINUTE, MONDAY, ripple } from "./band-history.ts";

export const DAYS = 7;
export const WEEK = DAYS * 1_440 * MINUTE;
/** Monday noon behind the history. */
export const NOON = MONDAY + WEEK + 720 * MINUTE;

/** A metric at 50 ± 1 on every day: its band is 49 to 51, its floor and threshold 4 (a percentage). */
export const calm = (_: number, minute: number) => 50 + ripple(minute);

export function fitted(
  valueAt: (day: number, minute: number) => number,
  { days = DAYS, name = "cpu_percent" }: { readonly days?: number; readonly name?: string } = {},
): Bands {
  return fitBands(historyOf({ days }, valueAt), [name], "UTC");
}

/** The bands of single metrics, without what all metrics say together. */
export function alone({ joint: _, ...bands }: Bands): Bands {
  return bands;
}

export function scoresOf(
  model: Bands,
  values: readonly number[],
  { start = NOON, memory = newBandsMemory(model) }: { readonly start?: number; readonly memory?: BandsMemory } = {},
): number[] {
  const times = values.map((_, i) => start + i * MINUTE);
  return [...scoreBands(model, memory, { values: Float64Array.from(values), times }).scores];
}

export const largest = (scores: readonly number[]) => Math.max(...scores);
export const times = (count: number, value: number) => Array.from({ length: count }, () => value);
/** Samples around a level from noon on. */
export const around = (level: number, count: number) => Array.from({ length: count }, (_, i) => level + ripple(i));
