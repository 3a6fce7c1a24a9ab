import type { History } from "./slot-days.ts";
import { isPercent } from "./units.ts";

/** A metric whose values rise from nearly every sample to the next counts up; only its rate can be strange. */
const RISING_SHARE = 0.97;
const RISES_MIN = 60;

/** Rows that show whether a metric counts up: a day by the minute. */
const COUNTER_ROWS = 1_440;

export function lastRows({ values, metrics }: Pick<History, "values" | "metrics">): Float64Array {
  return values.subarray(Math.max(0, values.length - COUNTER_ROWS * metrics));
}

/** For each metric 1 if the last rows (row-major, NaN = missing) only count up, unless people call it a gauge. */
export function countersOf(
  values: Float64Array,
  names: readonly string[],
  isGauge: (name: string) => boolean = () => false,
): Uint8Array {
  const metrics = names.length;
  return Uint8Array.from(names, (name, j) => {
    if (isPercent(name) || isGauge(name)) return 0;
    let [rises, pairs] = [0, 0];
    for (let i = metrics + j; i < values.length; i += metrics) {
      const [before, value] = [values[i - metrics]!, values[i]!];
      if (Number.isNaN(before) || Number.isNaN(value)) continue;
      pairs++;
      if (value > before) rises++;
    }
    return pairs >= RISES_MIN && rises >= RISING_SHARE * pairs ? 1 : 0;
  });
}
