import { RequestError } from "../http.ts";
import { DAY_MS, HOUR_MS, SECOND_MS, WEEK_MS } from "../time.ts";
import { thinningOf } from "../watch/history.ts";
import type { HostState } from "../watch/state.ts";
import type { Span } from "./chart-series.ts";
import type { ChartSettings } from "./chart-settings.ts";

/** The time that somebody asks for: a name of `WINDOWS`, or two times in milliseconds since the epoch. */
export type Wanted = { readonly window: string } | { readonly from: number; readonly to: number };

/** How far back each window goes, in milliseconds; the first shows only its last 30 samples. */
const WINDOWS: ReadonlyMap<string, number> = new Map<ChartSettings["window"], number>([
  ["30", DAY_MS],
  ["1h", HOUR_MS],
  ["6h", 6 * HOUR_MS],
  ["1d", DAY_MS],
  ["7d", WEEK_MS],
]);
const LAST_POINTS = 30;
/** The history keeps one block of calm time in four, by chance: one gap in three hundred is longer than this. */
const THINNED_BLOCKS_MAX = 20;

/** The axis of the charts, and the samples on it. */
export interface ChartWindow {
  /** Absent where the samples make the axis. */
  readonly axis?: { readonly from: number; readonly to: number };
  readonly span: Span;
}

/**
 * A window ends now. For a host that sent nothing in all its time it ends with the last sample. Throws a RequestError
 * for a window that is none, or is longer than a week.
 */
export function chartWindow(wanted: Wanted, state: HostState, now: number): ChartWindow {
  const { from, to, last } = "window" in wanted ? named(wanted.window, state, now) : checked(wanted);
  const thinning = thinningOf(state);
  const gap = thinning ? THINNED_BLOCKS_MAX * thinning.blockMs : 0;
  // Beyond its newest sample a host has nothing to divide into stretches.
  const span = { from, to: Math.max(Math.min(to, state.newest + 1), from + 1), gap };
  return last === undefined ? { axis: { from, to }, span } : { span: { ...span, last } };
}

function named(window: string, { newest }: HostState, now: number) {
  const length = WINDOWS.get(window);
  if (length === undefined)
    throw new RequestError(400, `${window} is no window: use ${[...WINDOWS.keys()].join(", ")}`);
  const to = now - newest < length ? Math.max(now, newest + 1) : Math.max(newest + 1, 1);
  return { from: Math.max(to - length, 0), to, ...(window === "30" ? { last: LAST_POINTS } : {}) };
}

function checked({ from, to }: { readonly from: number; readonly to: number }) {
  if (!(to - from >= SECOND_MS)) throw new RequestError(400, "from must be at least a second before to");
  if (!(from >= 0 && to - from <= WEEK_MS)) throw new RequestError(400, "from and to are at most a week apart");
  return { from, to, last: undefined };
}
