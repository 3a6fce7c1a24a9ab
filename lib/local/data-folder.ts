import { constants } from "node:fs";
import { access, mkdir, readdir, readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { create } from "dynalite/db/index.js";
import { messageOf } from "../errors.ts";
import { UserError } from "../user-error.ts";
import { readIfPresent, replaceFile } from "./files.ts";

/** Rises when a new version can no longer read the data of an old one. */
const VERSION = "1";

export type DataFolder = Awaited<ReturnType<typeof openDataFolder>>;

/**
 * Locks the folder and creates it if missing, but not the folders above it: a mistyped path would keep its data in
 * nowhere. Throws a UserError where no such folder can be. Refuses one of another version, with other content, in use,
 * or with a database that cannot be opened. The emulators would end the process for such a database.
 */
export async function openDataFolder(path: string, log: (line: string) => void) {
  await createFolder(path);
  await checkVersion(path);
  const unlock = await lock(path);
  const [dynamodb, kinesis] = [join(path, "dynamodb"), join(path, "kinesis")];
  try {
    for (const database of [dynamodb, kinesis]) await checkDatabase(database, log);
  } catch (error) {
    await unlock();
    throw error;
  }
  return {
    path,
    dynamodb,
    kinesis,
    failures: join(path, "failures"),
    outbox: join(path, "outbox"),
    undelivered: join(path, "undelivered"),
    checkpoints: join(path, "checkpoints.json"),
    schedules: join(path, "schedules.json"),
    feedbackKey: join(path, "feedback-key"),
    /** Releases the folder for another twin. */
    unlock,
  };
}

async function createFolder(path: string): Promise<void> {
  const about = `--data-dir ${path}`;
  const found = await stat(path).catch(() => undefined);
  if (found && !found.isDirectory()) throw new UserError(`${about}: that is a file. Name a folder`);
  const parent = dirname(resolve(path));
  if (!found && !(await stat(parent).catch(() => undefined))?.isDirectory())
    throw new UserError(`${about}: there is no folder ${parent}. Create it first, or name another`);
  try {
    if (!found) await mkdir(path);
    await access(path, constants.W_OK);
  } catch (cause) {
    const what = found ? "nothing can be written into it" : "it cannot be created";
    throw new UserError(
      `${about}: ${what} (${messageOf(cause)}). Change its permissions, name another folder, or use --memory`,
    );
  }
}

async function checkVersion(path: string): Promise<void> {
  const file = join(path, "version");
  const found = await readIfPresent(file);
  if (found?.trim() === VERSION) return;
  if (found !== undefined) {
    throw new Error(
      `The data folder ${path} is of version ${found.trim()}, this Fleetwarden writes version ${VERSION}. ` +
        "Give another folder with --data-dir, or delete this one to start afresh",
    );
  }
  if ((await readdir(path)).some((name) => !name.startsWith("version"))) {
    throw new Error(`The folder ${path} holds something else. Give an empty or new folder with --data-dir`);
  }
  await replaceFile(file, `${VERSION}\n`);
}

/** Holds a database open for its lock, which the system releases however the process ends. */
async function lock(path: string): Promise<() => Promise<void>> {
  try {
    return await openDatabase(join(path, "lock"));
  } catch (cause) {
    throw new Error(
      `The data folder ${path} is in use by another Fleetwarden, or cannot be opened (${messageOf(cause)}). ` +
        "Stop the other one, or give another folder with --data-dir",
      { cause },
    );
  }
}

async function checkDatabase(path: string, log: (line: string) => void): Promise<void> {
  await mkdir(path, { recursive: true });
  const files = await readdir(path);
  try {
    // Without CURRENT, LevelDB begins anew and deletes the data.
    if (!files.includes("CURRENT") && files.some((name) => /\.(log|ldb|sst)$/.test(name)))
      throw new Error("the file CURRENT is missing");
    const close = await openDatabase(path);
    await close();
  } catch (cause) {
    throw new Error(
      `The database ${path} cannot be opened (${messageOf(cause)}). Put back a copy of the data folder, ` +
        "or give another folder with --data-dir; this one is left as it is",
      { cause },
    );
  }
  // LevelDB skips damaged writes and mentions them only here.
  const [dropped] = /dropping \d+ bytes; .*/.exec(await readFile(join(path, "LOG"), "utf8")) ?? [];
  if (dropped)
    log(
      `The database ${path} was damaged and has lost its last writes (${dropped}). ` +
        "If hosts are missing, put back a copy",
    );
}

/** Opens a database of LevelDB; the result closes it. */
async function openDatabase(path: string): Promise<() => Promise<void>> {
  const { db } = create({ path });
  try {
    await db.open();
  } catch (error) {
    throw error instanceof Error ? (error.cause ?? error) : error;
  }
  return () => db.close();
}
