import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { create } from "dynalite/db/index.js";
import { messageOf } from "../errors.ts";
import { replaceFile } from "./state-file.ts";

/** Rises when a new version cannot read what an old one wrote. */
const VERSION = "1";

export interface DataFolder {
  readonly dynamodb: string;
  readonly kinesis: string;
  readonly failures: string;
  readonly outbox: string;
  readonly undelivered: string;
  readonly checkpoints: string;
  readonly schedules: string;
  readonly feedbackKey: string;
  /** Lets another twin have the folder. */
  unlock(): Promise<void>;
}

/** Makes the folder ours: creates it if missing, refuses another version's, anything else's, and one that is in use. */
export async function openDataFolder(path: string): Promise<DataFolder> {
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
    unlock,
  };
}

async function checkVersion(path: string): Promise<void> {
  const file = join(path, "version");
  const found = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
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

/** A database is held open for its lock: the system takes it back however the process ends. */
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
