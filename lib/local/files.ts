import { readFile, rename, writeFile } from "node:fs/promises";
import * as v from "valibot";
import { parseJson } from "../json.ts";

/**
 * A small JSON document that is replaced as a whole, so that a killed process leaves the old or the new one. Without a
 * path nothing is kept.
 */
export function createStateFile<T>(path: string | undefined, schema: v.GenericSchema<unknown, T>) {
  let tail: Promise<void> = Promise.resolve();
  return {
    /** Undefined when nothing was ever saved. */
    async read(): Promise<T | undefined> {
      const text = path === undefined ? undefined : await readIfPresent(path);
      if (text === undefined) return undefined;
      const { success, output } = v.safeParse(schema, parseJson(text));
      if (success) return output;
      throw new Error(
        `${path} is damaged. Delete it: records still on the stream are then processed again, which changes nothing.`,
      );
    },
    /** Writes in the order of the calls, so that no document replaces a later one. */
    async save(value: T): Promise<void> {
      if (path === undefined) return;
      const text = JSON.stringify(value);
      const written = tail.then(() => replaceFile(path, text));
      tail = written.catch(() => undefined);
      await written;
    },
  };
}

/** Undefined when there is no such file. */
export async function readIfPresent(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

/** The end of a file's name while the file is being written. No encoded key of an object ends like this. */
export const TEMPORARY = ".%tmp";

/** Writes beside the file and renames: a reader finds the old or the new file whole, even after a crash. */
export async function replaceFile(path: string, content: string | Buffer, mode = 0o666): Promise<void> {
  await writeFile(`${path}${TEMPORARY}`, content, { flush: true, mode });
  await rename(`${path}${TEMPORARY}`, path);
}
