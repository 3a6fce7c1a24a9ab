import { homedir } from "node:os";
import { LOADERS } from "./commands.ts";
import { explainError } from "./explain-error.ts";
import { log } from "./output.ts";
import { commandNameOf, run } from "./program.js";

/** Runs a command line (as of `process.argv`) and returns the exit code. */
export async function start(argv: readonly string[]): Promise<number> {
  const name = commandNameOf(argv);
  provideHome();
  try {
    return await run(argv, name === undefined ? [] : [await LOADERS[name]()]);
  } catch (error) {
    log(`fleetwarden: ${explainError(error)}`);
    if (process.env.FLEETWARDEN_TRACE === "1") console.error(error);
    return 1;
  }
}

/**
 * A user that is only a number, as containers have, may have no home. The AWS SDK looks for its files there, and
 * without one it does not even ask for the role of the machine.
 */
function provideHome(): void {
  try {
    homedir();
  } catch {
    process.env.HOME = "/";
  }
}
