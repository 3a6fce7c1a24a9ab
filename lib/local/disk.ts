import { statfs } from "node:fs/promises";
import { messageOf } from "../errors.ts";

/**
 * LevelDB leaves a hole in its log when a write fails half-way, and at the next start loses everything behind the hole.
 * So the twin stops writing before. This leaves room for the buffer (4 MiB) and a compaction (26 files of 2 MiB) of a
 * database (https://github.com/google/leveldb/blob/main/doc/impl.md).
 */
const FREE_BYTES_MIN = 64 * 1024 * 1024;
const LOOK_EVERY_MS = 1_000;
const MEANWHILE = "Until then the page shows what is stored, and senders keep their samples";

export type Disk = ReturnType<typeof watchDisk>;

/** Watches the disk of the data folder; without a folder all is in memory and may always be written. */
export function watchDisk(folder: string | undefined, now: () => number, log: (line: string) => void) {
  let looked = Number.NEGATIVE_INFINITY;
  let full: string | undefined;
  let broken: string | undefined;
  return {
    /** Why nothing may be written now, and the remedy; undefined when all is well. */
    async trouble(): Promise<string | undefined> {
      if (broken !== undefined) return broken;
      if (folder === undefined || now() - looked < LOOK_EVERY_MS) return full;
      looked = now();
      const before = full;
      full = await troubleOf(folder);
      if (full && !before) log(`${full} ${MEANWHILE}`);
      if (before && !full) log(`The disk of ${folder} has room again: the twin goes on`);
      return full;
    },
    /** Takes an error that a database threw where nobody could catch it. After a failed write none may follow. */
    failed(error: unknown): void {
      const reason = messageOf(error);
      const isWrite = folder !== undefined && reason.startsWith("IO error");
      if (isWrite)
        broken = `The disk of ${folder} failed (${reason}): mend it or make room, then start the twin again.`;
      log(isWrite ? `${broken} ${MEANWHILE}` : `A local database failed: ${reason}`);
    },
  };
}

async function troubleOf(folder: string): Promise<string | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize >= FREE_BYTES_MIN) return undefined;
    return `The disk of ${folder} has less than ${FREE_BYTES_MIN / 1024 / 1024} MiB left: make room on it.`;
  } catch (error) {
    return `The folder ${folder} cannot be reached (${messageOf(error)}): bring it back.`;
  }
}
