import { readFile, rename, writeFile } from "node:fs/promises";
import * as v from "valibot";
import { codeOf, messageOf } from "../errors.ts";
import { parseJson } from "../json.ts";

interface StateFileOptions<T> {
  /** Without a path nothing is kept. */
  readonly path: string | undefined;
  readonly schema: v.GenericSchema<unknown, T>;
  /** A sentence: the consequence if the document is lost. */
  readonly loss: string;
  readonly log: (line: string) => void;
}

/**
 * A small JSON document that is replaced as a whole, so that a killed process leaves the old or the new one. Its loss
 * is harmless: a damaged file is set aside, and a failed write is logged. Neither stops the work.
 */
export function createStateFile<T>({ path, schema, loss, log }: StateFileOptions<T>) {
  let tail: Promise<void> = Promise.resolve();
  return {
    /** Undefined when nothing was ever saved, or when the file is damaged. */
    async read(): Promise<T | undefined> {
      if (path === undefined) return undefined;
      try {
        const text = await readIfPresent(path);
        if (text === undefined) return undefined;
        const { success, output } = v.safeParse(schema, parseJson(text));
        if (success) return output;
        log(`${path} is damaged; ${await setAside(path)}. ${loss}`);
      } catch (error) {
        log(`${path} cannot be read (${messageOf(error)}): make it a file that this user may read. ${loss}`);
      }
      return undefined;
    },
    /** Writes in the order of the calls, so that no document replaces a later one. */
    save(value: T): Promise<void> {
      if (path === undefined) return tail;
      const text = JSON.stringify(value);
      tail = tail
        .then(() => replaceFile(path, text))
        .catch((error: unknown) => log(`${path} could not be written: ${messageOf(error)}. ${loss}`));
      return tail;
    },
  };
}

/** Undefined when there is no such file. */
export async function readIfPresent(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  });
}

/** Renames a damaged file, so that a person can look at it, and says so for a message. */
export async function setAside(path: string): Promise<string> {
  await rename(path, `${path}.damaged`);
  return `it is kept as ${path}.damaged`;
}

/** The end of a file's name while the file is being written. No encoded key of an object ends like this. */
export const TEMPORARY = ".%tmp";

/** Writes beside the file and renames: a reader finds the old or the new file whole, even after a crash. */
export async function replaceFile(path: string, content: string | Buffer, mode = 0o666): Promise<void> {
  await writeFile(`${path}${TEMPORARY}`, content, { flush: true, mode });
  await rename(`${path}${TEMPORARY}`, path);
}
