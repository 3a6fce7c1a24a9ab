import { readFile, rename, writeFile } from "node:fs/promises";

/** A small JSON document that is replaced as a whole, so that a killed process leaves the old or the new one. */
export class StateFile {
  readonly #path: string | undefined;
  #tail: Promise<void> = Promise.resolve();

  /** Without a path nothing is kept. */
  constructor(path: string | undefined) {
    this.#path = path;
  }

  /** Undefined when nothing was ever saved. */
  async read(): Promise<unknown> {
    if (this.#path === undefined) return undefined;
    const text = await readFile(this.#path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw this.unreadable(cause);
    }
  }

  /** Writes one after the other: a document never overtakes a later one. */
  save(value: unknown): Promise<void> {
    const path = this.#path;
    if (path === undefined) return Promise.resolve();
    const text = JSON.stringify(value);
    const written = this.#tail.then(() => replaceFile(path, text));
    this.#tail = written.catch(() => undefined);
    return written;
  }

  unreadable(cause?: unknown): Error {
    return new Error(
      `${this.#path} is damaged. Delete it: records still on the stream are then processed again, which changes nothing.`,
      { cause },
    );
  }
}

/** What a name ends in while its file is being written; no encoded key of an object can end so. */
export const TEMPORARY = ".%tmp";

/** Writes beside the file and renames: whoever reads it, even after a crash, finds the old or the new one whole. */
export async function replaceFile(path: string, content: string | Buffer, mode = 0o666): Promise<void> {
  await writeFile(`${path}${TEMPORARY}`, content, { flush: true, mode });
  await rename(`${path}${TEMPORARY}`, path);
}
