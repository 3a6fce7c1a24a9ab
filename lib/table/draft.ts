import { closeSync, openSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { UserError } from "../user-error.ts";

/** Writes beside the path, and renames the file to the path once it is whole, so that nobody reads half of it. */
export function createDraft(path: string) {
  let descriptor: number;
  let draft = `${path}.partial`;
  try {
    const before = statSync(path, { throwIfNoEntry: false });
    // A device or a pipe cannot be replaced.
    if (before && !before.isFile()) draft = path;
    descriptor = openSync(draft, "w");
  } catch (error) {
    throw new UserError(`${path}: cannot be written: is its folder there, and may you write to it?`, { cause: error });
  }
  let isOpen = true;
  const close = () => {
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };
  return {
    write(content: string | Uint8Array): void {
      writeFileSync(descriptor, content);
    },
    finish(): void {
      close();
      if (draft !== path) renameSync(draft, path);
    },
    abandon(): void {
      close();
      if (draft !== path) rmSync(draft, { force: true });
    },
  };
}
