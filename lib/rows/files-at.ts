import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { UserError } from "../user-error.ts";

const RECORDING = /\.(?:csv|json|ndjson|jsonl|xlsx)(?:\.gz)?$/i;

/** A file that a command names, or each file of a folder that may hold rows, by name. */
export interface FilesAt {
  readonly files: readonly string[];
  readonly isFolder: boolean;
}

/** Throws UserError for a folder without such a file. Whether a single file is there, its reader says. */
export async function filesAt(path: string): Promise<FilesAt> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return { files: [path], isFolder: false };
  const names = (await readdir(path)).filter((name) => RECORDING.test(name)).sort();
  if (names.length === 0)
    throw new UserError(
      `${path}: no rows in this folder: their files end in .csv, .json, .ndjson or .xlsx; ` +
        "`fleetwarden import FOLDER` reads other layouts",
    );
  return { files: names.map((name) => join(path, name)), isFolder: true };
}

/** The host of rows that name none, in a folder of a file for each host: `web-07` for `web-07.csv.gz`. */
export function hostOfFile(path: string): string {
  return basename(path).replace(RECORDING, "");
}
