import { readFileSync, statSync } from "node:fs";
import { type Config, DEFAULT_CONFIG, parseConfig } from "./config.ts";

/** Reads the configuration of a file; throws an Error that names the file and the fix. */
export function readConfig(path: string): Config {
  return parseConfig(textOf(path), path);
}

export interface ConfigFileOptions {
  readonly path: string;
  /** Whether there may be none at first: then everything is as by default, until there is one. */
  readonly optional?: boolean;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly onReload: () => void;
  /** Called once for each change that cannot be read. */
  readonly onError: (error: unknown) => void;
}

/** Editors save several times a second at most, and looking costs a call to the file system. */
const LOOK_EVERY_MS = 1_000;

/** The configuration of a file as it is now; one that has become unreadable stays what it was. Throws when it cannot be read at first. */
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
    // Before it is read: what changes in between is found the next time.
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
    // Reading it will say the same.
    return String(error);
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new Error(`Cannot read the configuration ${path}: name a file that is there (${cause})`, { cause });
  }
}
