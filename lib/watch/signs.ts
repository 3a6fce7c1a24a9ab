import type { Sign } from "../incident/cause.ts";
import type { Memoryless } from "../model/detector.ts";
import {
  countGone,
  countRun,
  isGone,
  isLossMinded,
  isStuck,
  newSignCounts,
  type SignCounts,
} from "../model/sign-counts.ts";
import type { Signals } from "../model/signals.ts";
import type { Baseline } from "./baseline.ts";
import { counts as isCounted } from "./counting.ts";
import type { HostPolicy } from "./policy.ts";
import type { Unscored } from "./scored.ts";

/** The metrics of a sample that are stuck or gone, by their place. */
export type Signs = ReadonlyMap<number, Sign | "gone">;

const NONE: Signs = new Map();

export interface SignsRead {
  /** By row. */
  readonly signs: readonly Signs[];
  /** Absent while every count is 0. */
  readonly counts?: SignCounts;
}

/** Follows the metrics through samples in order, for a detector that judges each of them by itself. */
export function readSigns(
  { schema }: Baseline,
  model: Memoryless & { readonly signals: Signals },
  known: SignCounts | undefined,
  { values, times, inOrder, before }: Unscored,
  policy: HostPolicy,
): SignsRead {
  const { signals, mean } = model;
  const width = schema.names.length;
  const counts = copyOf(known, width);
  const policies = schema.names.map((name) => policy.metric(name));
  const isMinded = (j: number) => {
    const [own, usual] = [policies[j], mean[j] ?? Number.NaN];
    return own === undefined || isLossMinded((value) => isCounted(own, value, usual), usual);
  };
  const signs: Signs[] = times.map(() => NONE);
  let previous = before?.values;
  for (const row of inOrder) {
    const own = values.subarray(row * width, (row + 1) * width);
    const found = new Map<number, Sign | "gone">();
    for (let j = 0; j < width; j++) {
      const value = own[j] ?? Number.NaN;
      countRun(signals, counts, j, value, previous?.[j]);
      countGone(counts, j, value);
      if (isStuck(signals, counts, j) && isMinded(j)) found.set(j, "stuck");
      if (signals.steady[j] === 1 && isGone(signals, counts, j) && isMinded(j)) found.set(j, "gone");
    }
    if (found.size > 0) signs[row] = found;
    previous = own;
  }
  const isCounting = counts.run.some((count) => count > 0) || counts.gone.some((count) => count > 0);
  return { signs, ...(isCounting ? { counts } : {}) };
}

/** Counts of other metrics say nothing about these. */
function copyOf(known: SignCounts | undefined, width: number): SignCounts {
  if (known?.run.length !== width) return newSignCounts(width);
  return { run: known.run.slice(), gone: known.gone.slice() };
}
