import { readFile, rename, writeFile } from "node:fs/promises";
import * as v from "valibot";
import { parseJson } from "../json.ts";

/** A small JSON document that is replaced as a whole, so that a killed process leaves the old or the new one. */
export class StateFile<T> {
  readonly #path: string | undefined;
  readonly #schema: v.GenericSchema<unknown, T>;
  #tail: Promise<void> = Promise.resolve();

  /** Without a path nothing is kept. */
  constructor(path: string | undefined, schema: v.GenericSchema<unknown, T>) {
    this.#path = path;
    this.#schema = schema;
  }

  /** Undefined when nothing was ever saved. */
  async read(): Promise<T | undefined> {
    const text = this.#path === undefined ? undefined : await readIfPresent(this.#path);
    if (text === undefined) return undefined;
    const { success, output } = v.safeParse(this.#schema, parseJson(text));
    if (success) return output;
    throw new Error(
      `${this.#path} is damaged. Delete it: records still on the stream are then processed again, which changes nothing.`,
    );
  }

  /** Writes in the order of the calls, so that no document replaces a later one. */
  save(value: T): Promise<void> {
    const path = this.#path;
    if (path === undefined) return Promise.resolve();
    const text = JSON.stringify(value);
    const written = this.#tail.then(() => replaceFile(path, text));
    this.#tail = written.catch(() => undefined);
    return written;
  }
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
