import { Command } from "commander";
import { createStores } from "../store/aws.ts";
import { leaveOut } from "../store/leave-out.ts";
import type { Stores } from "../store/stores.ts";
import { log, print } from "./output.ts";
import { openTarget, type Target, type TargetOptions, withTarget } from "./target.ts";

/** Runs `work` with the stores of the target, and closes them. */
export async function withStores<T>(
  options: TargetOptions,
  work: (stores: Stores, target: Target) => Promise<T>,
): Promise<T> {
  const target = await openTarget(options, process.env);
  const stores = createStores(target.env, Date.now, Math.random, () => leaveOut(log));
  try {
    return await work(stores, target);
  } finally {
    stores.close();
  }
}

/** Such a command asks a target, and prints the answer as text or JSON. */
export function targetCommand(name: string): Command {
  return withTarget(new Command(name)).option("--json", "print JSON");
}

type Answer = readonly [json: unknown, text: string];

/** The action of a target command: `ask` receives its arguments and options, and returns both forms of the answer. */
export function answer<Args extends readonly unknown[]>(
  ask: (stores: Stores & { readonly target: Target }, ...args: Args) => Promise<Answer>,
) {
  return async function (this: Command, ...args: Args): Promise<void> {
    const options = this.opts<TargetOptions & { json?: boolean }>();
    const [json, text] = await withStores(options, (stores, target) => ask({ ...stores, target }, ...args));
    print(options.json, json, () => text);
  };
}
