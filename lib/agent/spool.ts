import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "../errors.ts";
import { type Clock, HOUR_MS } from "../time.ts";

/** A record to send: names sort by time, `data` holds the bytes for the stream. */
export interface OutboundRecord {
  readonly name: string;
  readonly data: Uint8Array;
}

/** The name of a record by the time of its first sample (ms) and that sample's number. */
export function recordName(time: number, seq: number): string {
  return `${String(time).padStart(13, "0")}-${String(seq).padStart(10, "0")}.rec`;
}

interface SpoolOptions {
  /** A folder for this agent alone, created if missing. */
  readonly dir: string;
  readonly maxBytes?: number | undefined;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** More than a month of records for a host that writes 1 KB each minute. */
const SPOOL_BYTES_MAX = 64 * 1024 * 1024;
const RECORD_FILE = /^\d{13}-\d{10}\.rec$/;

export type Spool = ReturnType<typeof openSpool>;

/**
 * Records on disk that wait for the stream, a file each. A full spool drops the oldest, and so does a full disk. The
 * spool writes files aside and renames them, so a killed process leaves whole records. It does not sync them, so a
 * power cut may lose the last records.
 */
export function openSpool({ dir, maxBytes = SPOOL_BYTES_MAX, clock, log }: SpoolOptions) {
  mkdirSync(dir, { recursive: true });
  const found = readdirSync(dir).sort();
  for (const half of found.filter((name) => name.endsWith(".rec.tmp"))) rmSync(join(dir, half));
  /** Oldest first. */
  const files = found
    .filter((name) => RECORD_FILE.test(name))
    .map((name) => ({ name, bytes: statSync(join(dir, name)).size }));
  let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let dropped = 0;
  let saidAt = Number.NEGATIVE_INFINITY;

  function remove(index: number): void {
    for (const { name, bytes } of files.splice(index, 1)) {
      rmSync(join(dir, name), { force: true });
      total -= bytes;
    }
  }

  /** Says at once that records are dropped, and once an hour how many. */
  function countDropped(why: string): void {
    dropped += 1;
    const isFirst = dropped === 1;
    if (!isFirst && clock() - saidAt < HOUR_MS) return;
    saidAt = clock();
    log(`${why}: ${isFirst ? "the oldest records are dropped from now on" : `${dropped} records were dropped so far`}`);
  }

  function dropOldest(): void {
    while (total > maxBytes) {
      remove(0);
      countDropped(`spool ${dir} is full (${maxBytes} bytes)`);
    }
  }

  /** False when the disk has no room, even after all other records made theirs. */
  function write({ name, data }: OutboundRecord): boolean {
    const path = join(dir, name);
    for (;;) {
      try {
        writeFileSync(`${path}.tmp`, data);
        renameSync(`${path}.tmp`, path);
        return true;
      } catch (error) {
        if (!isFullDisk(error)) throw error;
        rmSync(`${path}.tmp`, { force: true });
        const isLast = files.length === 0;
        if (!isLast) remove(0);
        countDropped(`the disk of spool ${dir} is full`);
        if (isLast) return false;
      }
    }
  }

  /** Logs once how many records were dropped since the spool became full. */
  function reportDropped(): void {
    if (dropped > 0) log(`spool ${dir}: ${dropped} records were dropped while it was full`);
    dropped = 0;
  }

  dropOldest();
  return {
    dir,
    get records(): number {
      return files.length;
    },
    oldest(): OutboundRecord | null {
      const [file] = files;
      return file ? { name: file.name, data: readFileSync(join(dir, file.name)) } : null;
    },
    add(record: OutboundRecord): void {
      if (!write(record)) return;
      const { name, data } = record;
      files.splice(files.findLastIndex((file) => file.name < name) + 1, 0, { name, bytes: data.length });
      total += data.length;
      dropOldest();
    },
    /** Removes a record, unless it was dropped meanwhile. */
    remove(name: string): void {
      const index = files.findIndex((file) => file.name === name);
      if (index >= 0) remove(index);
      if (files.length === 0) reportDropped();
    },
    reportDropped,
  };
}

/** Also when the user's share of the disk is used up. */
function isFullDisk(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT"].includes(codeOf(error));
}
