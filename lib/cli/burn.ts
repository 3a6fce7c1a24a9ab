import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { Command } from "commander";
import { durationOption } from "./arguments.ts";

/** Until the given time does nothing but work. */
const BUSY =
  "const { workerData } = require('node:worker_threads'); while (Date.now() < workerData) Math.sqrt(Math.random());";

export function burnCommand(): Command {
  return new Command("burn")
    .description("Load every CPU of this machine for a while, to see an incident.")
    .addOption(durationOption("--for <duration>", "how long", "60s"))
    .addHelpText("after", "\nExample:\n  fleetwarden burn --for 60s")
    .action(async (options: { for: number }) => {
      const workers = availableParallelism();
      process.stdout.write(`Loading ${workers} CPUs for ${options.for / 1000} s…\n`);
      const until = Date.now() + options.for;
      await Promise.all(
        Array.from({ length: workers }, () => exitOf(new Worker(BUSY, { eval: true, workerData: until }))),
      );
    });
}

function exitOf(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once("exit", () => resolve());
    worker.once("error", reject);
  });
}
