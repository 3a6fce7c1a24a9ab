import { userInfo } from "node:os";
import { Command } from "commander";
import { DEFAULT_CONFIG } from "../config/config.ts";
import { readConfig } from "../config/file.ts";
import { startPage } from "../page/server.ts";
import { portArgument } from "./arguments.ts";
import { type ChartOptions, chartsEveryOption, chartsOf, chartsWindowOption } from "./chart-options.ts";
import { withStores } from "./connect.ts";
import { commandLine, openOutput } from "./output.ts";
import { readMeter } from "./read-meter.ts";
import { untilSignal } from "./signals.ts";
import { DEFAULT_PORT, type TargetOptions, withTarget } from "./target.ts";

/** Milliseconds between two reads of the tables while somebody watches the page; reads of the twin cost nothing. */
export const TWIN_LOOKS_EVERY_MS = 1_000;
const STACK_LOOKS_EVERY_MS = 5_000;

export function dashboardCommand(): Command {
  return withTarget(new Command("dashboard"))
    .option("--port <number>", "port on 127.0.0.1; 0 takes any free one", portArgument, DEFAULT_PORT + 2)
    .option("--config <file>", "the configuration with the metric policies to score stored samples by")
    .addOption(chartsEveryOption())
    .addOption(chartsWindowOption())
    .addHelpText("after", "\nExample:\n  fleetwarden dashboard --stack Fleetwarden")
    .action(async (options: TargetOptions & ChartOptions & { port: number; config?: string }) => {
      const { say, log } = openOutput(Date.now);
      const { policyOf, charts } = options.config === undefined ? DEFAULT_CONFIG : readConfig(options.config);
      await withStores(options, async (stores, target) => {
        const stopped = untilSignal();
        const page = await startPage({
          port: options.port,
          stores,
          policyOf,
          charts: chartsOf(options, charts),
          clock: Date.now,
          everyMs: options.stack === undefined ? TWIN_LOOKS_EVERY_MS : STACK_LOOKS_EVERY_MS,
          started: (await readMeter(target))?.started,
          by: userInfo().username,
          command: commandLine(),
          log,
        });
        say(`The page of ${target.where}: ${page.url}   Ctrl-C stops.`);
        await stopped;
        await page.close();
      });
    });
}
