import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export const bin = join(import.meta.dirname, "../../bin/fleetwarden");

/** A process that `start` started. */
export type Running = ReturnType<typeof start>;

/** Starts the real command in a process of its own; `env` is added to this one's environment. */
export function start(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
  [node, file] = [process.execPath, bin],
) {
  const child = spawn(node, [file, ...words], { env: { ...process.env, ...env } });
  const printed = { out: "", err: "" };
  child.stdout.on("data", (text) => {
    printed.out += text;
  });
  child.stderr.on("data", (text) => {
    printed.err += text;
  });
  const exited = once(child, "close").then(([code]) => ({ code: code as number | null, ...printed }));
  return {
    pid: child.pid,
    exited,
    /** Waits until it has printed that, or logged it. */
    async until(pattern: RegExp, where: "out" | "err" = "out"): Promise<RegExpExecArray> {
      for (;;) {
        const match = pattern.exec(printed[where]);
        if (match) return match;
        if (child.exitCode !== null) throw new Error(`ended before printing ${pattern}: ${printed.out}${printed.err}`);
        await Promise.race([once(where === "out" ? child.stdout : child.stderr, "data"), once(child, "exit")]);
      }
    },
    /** Closes the pipes, as `head` does when it has enough. */
    ignore(): void {
      child.stdout.destroy();
      child.stderr.destroy();
    },
    stop(signal: NodeJS.Signals = "SIGINT") {
      child.kill(signal);
      return exited;
    },
    /** For the end of the test, whatever happened to it. */
    kill(): void {
      if (child.exitCode === null) child.kill("SIGKILL");
    },
  };
}
