import { type CommandLine, INSTALLED, withCommands } from "../command-line.ts";
import { forTerminal } from "../plain-text.ts";
import { MINUTE_MS } from "../time.ts";

/** How the person at this terminal calls the command: `start` says it once. */
let calledAs: CommandLine = INSTALLED;

export function callAs(line: CommandLine): void {
  calledAs = line;
}

/** The same for messages that people at this machine get otherwise. */
export function commandLine(): CommandLine {
  return calledAs;
}

/** Prints one JSON document with `--json`, otherwise the text. */
export function print(json: boolean | undefined, value: unknown, text: () => string): void {
  if (json) process.stdout.write(`${forTerminal(JSON.stringify(value))}\n`);
  else say(text());
}

/** Commands in backticks are printed as they work here. */
export function say(text: string): void {
  process.stdout.write(`${forTerminal(withCommands(text, calledAs))}\n`);
}

/** As `say`; logs go to standard error, so that standard output has only the answer. */
export function log(line: string): void {
  process.stderr.write(`${forTerminal(withCommands(line, calledAs))}\n`);
}

/** A failure that repeats with every retry is logged once in this time. */
const REPEAT_MS = 10 * MINUTE_MS;
/** Different lines that are remembered; more are logged again. */
const LINES_MAX = 1_000;

/**
 * Standard output and log of a command that runs until it is stopped. The reader may be gone, or the disk full: that
 * must not end the command.
 */
export function openOutput(clock: () => number): { say: typeof say; log: typeof log } {
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners("error").on("error", () => {});
  const logged = new Map<string, number>();
  return {
    say: (text) => unharmed(() => say(text)),
    log(line) {
      const now = clock();
      if (now - (logged.get(line) ?? Number.NEGATIVE_INFINITY) < REPEAT_MS) return;
      if (logged.size >= LINES_MAX) logged.clear();
      logged.set(line, now);
      unharmed(() => log(line));
    },
  };
}

/** A write to a file fails at once, a write to a pipe later, by the stream's event. */
function unharmed(write: () => void): void {
  try {
    write();
  } catch {
    // There is no place left to report it.
  }
}
