import { Option } from "commander";
import { CHART_WINDOWS, type ChartSettings } from "../page/chart-settings.ts";
import { durationArgument } from "./arguments.ts";

export interface ChartOptions {
  readonly chartsEvery?: number;
  readonly chartsWindow?: ChartSettings["window"];
}

export function chartsEveryOption(): Option {
  return new Option(
    "--charts-every <duration>",
    "how often the page draws the charts of a host anew (default: page.chartsEvery of the configuration, else 2s)",
  ).argParser(durationArgument);
}

export function chartsWindowOption(): Option {
  return new Option(
    "--charts-window <window>",
    "the time that these charts show at first; 30 is the last 30 samples (default: page.chartsWindow, else 1h)",
  ).choices(CHART_WINDOWS);
}

/** Options go before the configuration. */
export function chartsOf({ chartsEvery, chartsWindow }: ChartOptions, configured: ChartSettings): ChartSettings {
  return { everyMs: chartsEvery ?? configured.everyMs, window: chartsWindow ?? configured.window };
}
