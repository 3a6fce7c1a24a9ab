import * as v from "valibot";
import { CHART_WINDOWS, CHARTS_EVERY } from "../page/chart-settings.ts";
import { FOREST_SEVERITIES } from "../table/metrics-history.ts";
import { SECOND_MS } from "../time.ts";
import { durationIn, object, oneOf, optional, text, whole, within } from "./values.ts";

const PORT_MAX = 65_535;
const PATH_LENGTH_MAX = 1_024;
/** Machines are sampled at most this often, and at least often enough for the sweep to notice silence. */
const INTERVAL_RANGE = { min: SECOND_MS / 10, max: 3_600 * SECOND_MS, range: "100ms to 1h" };
/** From the fewest words to the most. */
export const LOG_LEVELS = ["warning", "info", "debug"] as const;

export const TWIN = object({
  port: optional(whole(0, PORT_MAX), "Its port on 127.0.0.1; 0 takes any free one. Without it: 8710."),
  dashboardPort: optional(whole(0, PORT_MAX), "The port of the page. Without it: the one after port."),
  interval: optional(durationIn(INTERVAL_RANGE), "The time between two samples of its own machine. Without it: 1s."),
  logLevel: optional(
    oneOf(LOG_LEVELS),
    "warning: alerts and troubles; info: also a line for each host that sends; debug: also one for each batch. " +
      "Without it: info.",
  ),
  logDir: optional(text(PATH_LENGTH_MAX), "A folder for the samples and anomalies of each host. Without it: none."),
});

export const PAGE = object({
  chartsEvery: optional(
    durationIn(CHARTS_EVERY),
    "How often the charts of a host are drawn anew while it sends. Without it: 2s.",
  ),
  chartsWindow: optional(
    oneOf(CHART_WINDOWS),
    "The time that the charts of a host show at first; 30 is the last 30 samples. Without it: 1h.",
  ),
});

const SCORE = within(0, 1);

export const SEVERITIES = v.pipe(
  object({
    critical: optional(SCORE, "Scores above it are critical. Without it: 0.7."),
    high: optional(SCORE, "Scores above it, up to critical, are high. Without it: 0.5."),
    medium: optional(SCORE, "Scores above it, up to high, are medium. Without it: 0.3."),
  }),
  v.check((given) => {
    const { critical, high, medium } = { ...FOREST_SEVERITIES, ...given };
    return critical > high && high > medium;
  }, "critical must be above high, and high above medium"),
);
