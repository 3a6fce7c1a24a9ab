import { readFileSync, statSync } from "node:fs";
import type { Clock } from "../time.ts";
import { type Config, DEFAULT_CONFIG, parseConfig } from "./config.ts";

/** Reads the configuration from a file; throws an Error that names the file and the fix. */
export function readConfig(path: string): Config {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new Error(`Cannot read the configuration ${path}: name a file that is there (${cause})`, { cause });
  }
  return parseConfig(text, path);
}

interface ConfigFileOptions {
  readonly path: string;
  /** Whether the file may be missing at first: until it appears, the default configuration applies. */
  readonly optional?: boolean;
  readonly clock: Clock;
  readonly onReload: () => void;
  /** Called once for each change that makes the file unreadable. */
  readonly onError: (error: unknown) => void;
}

/** Each look costs a call to the file system, and editors save a few times a second at most. */
const LOOK_EVERY_MS = 1_000;

/** Follows a file. While it is unreadable, the last good configuration stays; throws when the first read fails. */
export function openConfig({ path, optional, clock, onReload, onError }: ConfigFileOptions): () => Config {
  let stamp = stampOf(path);
  let config = optional && stamp === MISSING ? DEFAULT_CONFIG : readConfig(path);
  let looked = clock();
  return () => {
    const now = clock();
    if (Math.abs(now - looked) < LOOK_EVERY_MS) return config;
    looked = now;
    const found = stampOf(path);
    if (found === stamp) return config;
    // Set before reading, so that the next look finds a change in between.
    stamp = found;
    try {
      config = readConfig(path);
      onReload();
    } catch (error) {
      onError(error);
    }
    return config;
  };
}

const MISSING = "missing";

function stampOf(path: string): string {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found ? `${found.mtimeMs} ${found.size} ${found.ino}` : MISSING;
  } catch (error) {
    // Reading the file will report the same error.
    return String(error);
  }
}
