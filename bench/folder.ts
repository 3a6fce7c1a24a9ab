import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Bytes and files of a folder and all folders below it. */
export function sizeOf(folder: string): { readonly bytes: number; readonly files: number } {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = all.reduce((sum, { parentPath, name }) => {
    // LevelDB may remove a file between the list and this look.
    const found = statSync(join(parentPath, name), { throwIfNoEntry: false });
    return sum + (found?.size ?? 0);
  }, 0);
  return { bytes, files: all.length };
}
