import { type Command, Option } from "commander";
import { CONFIG_NAME, type Config } from "../config/config.ts";
import { LOG_LEVELS } from "../config/twin-schema.ts";
import { SECOND_MS } from "../time.ts";
import { durationArgument, portArgument } from "./arguments.ts";
import { type ChartOptions, chartsEveryOption, chartsWindowOption } from "./chart-options.ts";
import { addDeliveryOptions, type DeliveryOptions } from "./delivery.ts";
import { addDetectorOptions, type DetectorOptions } from "./detector-options.ts";
import { addListenOptions, type ListenOptions } from "./listen.ts";
import { DEFAULT_PORT } from "./target.ts";

export interface GivenOptions extends DeliveryOptions, ListenOptions, ChartOptions, DetectorOptions {
  readonly port?: number;
  readonly dashboardPort?: number;
  readonly agent: boolean;
  readonly interval?: number;
  readonly config?: string;
  readonly logDir?: string;
  readonly logLevel?: LogLevel;
}

/** With those of the configuration and the defaults. */
export interface UpOptions extends GivenOptions {
  readonly port: number;
  readonly interval: number;
  readonly logLevel: LogLevel;
}

const INTERVAL_MS = SECOND_MS;
type LogLevel = (typeof LOG_LEVELS)[number];

export function addUpOptions(command: Command): Command {
  command
    .option("--data-dir <folder>", "the folder that keeps all data", ".fleetwarden")
    .option("--memory", "keep nothing on disk")
    .option("--port <number>", `port on 127.0.0.1 (default: twin.port, else ${DEFAULT_PORT})`, portArgument)
    .option("--dashboard-port <number>", "port of the page (default: twin.dashboardPort, else the next)", portArgument)
    .option("--no-agent", "do not watch this machine")
    .option(
      "--interval <duration>",
      "time between two samples of this machine (default: twin.interval, else 1s)",
      durationArgument,
    );
  addDetectorOptions(command);
  return addDeliveryOptions(addListenOptions(command))
    .addOption(chartsEveryOption())
    .addOption(chartsWindowOption())
    .option("--log-dir <folder>", "write each host's samples and anomalies to files there (default: twin.logDir)")
    .addOption(
      new Option(
        "--log-level <level>",
        "warning: alerts and troubles; info: also hosts that send; debug: also batches (default: twin.logLevel or info)",
      ).choices(LOG_LEVELS),
    )
    .option(
      "--config <file>",
      `the configuration, reloaded when it changes (default: ${CONFIG_NAME}, if there is one)`,
    );
}

/** Options go before the keys of the configuration, which is read at the start for these. */
export function withDefaults(given: GivenOptions, { twin: { intervalMs, ...twin } }: Config): UpOptions {
  return {
    ...{ port: DEFAULT_PORT, interval: INTERVAL_MS, logLevel: "info", ...twin },
    ...(intervalMs === undefined ? {} : { interval: intervalMs }),
    ...given,
  };
}
