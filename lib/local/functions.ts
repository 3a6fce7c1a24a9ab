import { messageOf } from "../errors.ts";
import type { Handlers, StreamEvent, UrlEvent } from "../handlers/contract.ts";
import { FUNCTIONS, type FunctionName, SCHEDULES } from "../resources.ts";

/** The functions that a schedule or a caller starts. Only the stream starts `score`, only its URL `feedback`. */
export type Startable = keyof typeof SCHEDULES;

export const STARTABLES = Object.keys(SCHEDULES).filter((name): name is Startable => name in SCHEDULES);

export type Functions = ReturnType<typeof createFunctions>;

/**
 * Runs the handlers as Lambda does: with a context, and within the timeout of their function. Each call rejects with
 * the error that the function throws, or after its timeout; the error is already logged.
 */
export function createFunctions(handlers: Handlers, log: (line: string) => void) {
  const last = new Map<Startable, Promise<unknown>>();
  return {
    score: (event: StreamEvent) => run("score", (context) => handlers.score(event, context), log),
    feedback: (event: UrlEvent) => run("feedback", () => handlers.feedback(event), log),
    /** Runs of one function never overlap: the next one waits for the current one. */
    start(name: Startable, event: unknown): Promise<unknown> {
      const runNow = () => run(name, (context) => handlers[name](event, context), log);
      const result = (last.get(name) ?? Promise.resolve()).then(runNow, runNow);
      last.set(name, result);
      return result;
    },
  };
}

async function run<T>(
  name: FunctionName,
  handle: (context: { getRemainingTimeInMillis(): number }) => Promise<T>,
  log: (line: string) => void,
): Promise<T> {
  const timeoutMs = FUNCTIONS[name].timeoutSeconds * 1_000;
  const started = performance.now();
  const context = { getRemainingTimeInMillis: () => Math.max(0, started + timeoutMs - performance.now()) };
  let timeout: NodeJS.Timeout | undefined;
  const timedOut = new Promise<never>((_, reject) => {
    timeout = setTimeout(() => reject(new Error(`Task timed out after ${timeoutMs / 1_000} seconds`)), timeoutMs);
  });
  try {
    return await Promise.race([handle(context), timedOut]);
  } catch (error) {
    log(`${name} failed: ${messageOf(error)}${placeOf(error)}`);
    throw error;
  } finally {
    clearTimeout(timeout);
  }
}

/** Where the error was thrown: the first line of the stack. */
function placeOf(error: unknown): string {
  const frame =
    error instanceof Error ? error.stack?.split("\n").find((line) => line.startsWith("    at ")) : undefined;
  return frame ? ` (${frame.trim()})` : "";
}
