import { LOADERS } from "./commands.ts";
import { explainError } from "./explain-error.ts";
import { log } from "./output.ts";
import { commandNameOf, run } from "./program.js";

/** Runs a command line (as of `process.argv`) and returns the exit code. */
export async function start(argv: readonly string[]): Promise<number> {
  const name = commandNameOf(argv);
  try {
    return await run(argv, name === undefined ? [] : [await LOADERS[name]()]);
  } catch (error) {
    log(`fleetwarden: ${explainError(error)}`);
    if (process.env.FLEETWARDEN_TRACE === "1") console.error(error);
    return 1;
  }
}
