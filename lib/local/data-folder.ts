import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { create } from "dynalite/db/index.js";
import { messageOf } from "../errors.ts";
import { readIfPresent, replaceFile } from "./files.ts";

/** Rises when a new version can no longer read the data of an old one. */
const VERSION = "1";

export type DataFolder = Awaited<ReturnType<typeof openDataFolder>>;

/** Locks the folder and creates it if missing. Refuses one of another version, with other content, or in use. */
export async function openDataFolder(path: string) {
  await mkdir(path, { recursive: true });
  await checkVersion(path);
  const unlock = await lock(path);
  return {
    dynamodb: join(path, "dynamodb"),
    kinesis: join(path, "kinesis"),
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
  const { db } = create({ path: join(path, "lock") });
  try {
    await db.open();
  } catch (cause) {
    const reason = cause instanceof Error ? messageOf(cause.cause ?? cause) : messageOf(cause);
    throw new Error(
      `The data folder ${path} is in use by another Fleetwarden, or cannot be opened (${reason}). ` +
        "Stop the other one, or give another folder with --data-dir",
      { cause },
    );
  }
  return () => db.close();
}
