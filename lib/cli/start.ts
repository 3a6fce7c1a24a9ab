import { homedir } from "node:os";
import { INSTALLED } from "../command-line.ts";
import { LOADERS } from "./commands.ts";
import { explainError } from "./explain-error.ts";
import { callAs, log } from "./output.ts";
import { commandNameOf, run } from "./program.js";
import { keepHeapSmall } from "./small-heap.ts";

/** Runs a command line (as of `process.argv`) of the program that people call so, and returns the exit code. */
export async function start(argv: readonly string[], program = INSTALLED.program): Promise<number> {
  const name = commandNameOf(argv);
  const target = targetIn(argv);
  callAs({ program, ...(target === "" ? {} : { target }) });
  provideHome();
  if (name === "up") keepHeapSmall();
  try {
    return await run(argv, name === undefined ? [] : [await LOADERS[name]()]);
  } catch (error) {
    log(`fleetwarden: ${explainError(error)}`);
    if (process.env.FLEETWARDEN_TRACE === "1") console.error(error);
    return 1;
  }
}

const TARGET_OPTIONS = /^--(?:stack|profile|endpoint)(?==|$)/;

/** The options that name the deployment, as they were typed: a command that a message proposes needs the same. */
function targetIn(argv: readonly string[]): string {
  return argv
    .flatMap((word, i) => {
      if (!TARGET_OPTIONS.test(word)) return [];
      return word.includes("=") ? [word] : [word, argv[i + 1] ?? ""];
    })
    .filter((word) => /^[\w.:/=@-]+$/.test(word))
    .join(" ");
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
