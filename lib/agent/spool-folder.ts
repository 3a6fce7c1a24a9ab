import { accessSync, constants, lstatSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../errors.ts";

interface Places {
  /** The user's home folder; may throw where there is none. */
  readonly home: () => string;
  /** The folder for temporary files. */
  readonly temporary: string;
  /** The user's number; undefined on Windows. */
  readonly user: number | undefined;
  readonly log: (line: string) => void;
}

/** The spool folder of a user that names none: below home, or below the temporary folder if home takes no files. */
export function defaultSpoolFolder({ home, temporary, user, log }: Places): string {
  try {
    const base = home();
    if (base === "") throw new Error("HOME is empty");
    return writable(join(base, ".fleetwarden", "spool"));
  } catch (error) {
    const own = join(temporary, `fleetwarden-${user ?? "agent"}`);
    mkdirSync(own, { recursive: true, mode: 0o700 });
    const { uid, mode } = lstatSync(own);
    // Everybody may write into the temporary folder, and the owner of this one could put in records of their own.
    if (user !== undefined && (uid !== user || (mode & 0o077) !== 0)) {
      throw new Error(`others may write to ${own}: name a spool folder with --spool`, { cause: error });
    }
    const folder = writable(join(own, "spool"));
    log(
      `no home folder to write to (${messageOf(error)}): records wait in ${folder}; ` +
        "name a folder that stays with --spool",
    );
    return folder;
  }
}

function writable(folder: string): string {
  mkdirSync(folder, { recursive: true });
  accessSync(folder, constants.W_OK);
  return folder;
}
