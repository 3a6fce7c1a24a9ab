import { HOUR_MS } from "../time.ts";

/** How far back charts can go: the last 30 samples, an hour, six hours, a day, seven days. */
export const CHART_WINDOWS = ["30", "1h", "6h", "1d", "7d"] as const;

/** How the charts of a host are shown at first. */
export interface ChartSettings {
  /** Between two drawings while the host sends, in milliseconds; long windows are drawn less often. */
  readonly everyMs: number;
  readonly window: (typeof CHART_WINDOWS)[number];
}

export const DEFAULT_CHARTS: ChartSettings = { everyMs: 2_000, window: "1h" };
/** Milliseconds: a server scores an hour of samples in less than half a second. */
export const CHARTS_EVERY = { min: 500, max: HOUR_MS, range: "500ms to 1h" };
