import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A record to send: names sort by time, `data` holds the bytes for the stream. */
export interface OutboundRecord {
  readonly name: string;
  readonly data: Uint8Array;
}

/** The name of a record by the time of its first sample (ms) and that sample's number. */
export function recordName(time: number, seq: number): string {
  return `${String(time).padStart(13, "0")}-${String(seq).padStart(10, "0")}.rec`;
}

export interface SpoolOptions {
  /** A folder for this agent alone, created if missing. */
  readonly dir: string;
  readonly maxBytes?: number | undefined;
  readonly log: (line: string) => void;
}

/** More than a month of records for a host that writes 1 KB each minute. */
const SPOOL_BYTES_MAX = 64 * 1024 * 1024;
const RECORD_FILE = /^\d{13}-\d{10}\.rec$/;

/**
 * Records on disk that wait for the stream, a file each, oldest first. A full spool drops the oldest. Files are written
 * aside and renamed, so a killed process leaves whole records; they are not synced, so a power cut may lose the last
 * ones.
 */
export class Spool {
  readonly dir: string;
  readonly #maxBytes: number;
  readonly #log: (line: string) => void;
  /** Oldest first. */
  readonly #files: { readonly name: string; readonly bytes: number }[];
  #bytes: number;
  #dropped = 0;

  constructor({ dir, maxBytes = SPOOL_BYTES_MAX, log }: SpoolOptions) {
    this.dir = dir;
    this.#maxBytes = maxBytes;
    this.#log = log;
    mkdirSync(dir, { recursive: true });
    const found = readdirSync(dir).sort();
    for (const half of found.filter((name) => name.endsWith(".rec.tmp"))) rmSync(join(dir, half));
    this.#files = found
      .filter((name) => RECORD_FILE.test(name))
      .map((name) => ({ name, bytes: statSync(join(dir, name)).size }));
    this.#bytes = this.#files.reduce((total, file) => total + file.bytes, 0);
    this.#dropOldest();
  }

  get records(): number {
    return this.#files.length;
  }

  oldest(): OutboundRecord | null {
    const [file] = this.#files;
    return file ? { name: file.name, data: readFileSync(join(this.dir, file.name)) } : null;
  }

  add({ name, data }: OutboundRecord): void {
    const path = join(this.dir, name);
    writeFileSync(`${path}.tmp`, data);
    renameSync(`${path}.tmp`, path);
    const before = this.#files.findLastIndex((file) => file.name < name);
    this.#files.splice(before + 1, 0, { name, bytes: data.length });
    this.#bytes += data.length;
    this.#dropOldest();
  }

  /** Removes a record, unless it was dropped meanwhile. */
  remove(name: string): void {
    const index = this.#files.findIndex((file) => file.name === name);
    if (index >= 0) this.#delete(index);
    if (this.#files.length === 0) this.reportDropped();
  }

  /** Logs once how many records were dropped since the spool became full. */
  reportDropped(): void {
    if (this.#dropped > 0) this.#log(`spool ${this.dir}: ${this.#dropped} records were dropped while it was full`);
    this.#dropped = 0;
  }

  #dropOldest(): void {
    while (this.#bytes > this.#maxBytes) {
      if (this.#dropped === 0) {
        this.#log(`spool ${this.dir} is full (${this.#maxBytes} bytes): the oldest records are dropped from now on`);
      }
      this.#delete(0);
      this.#dropped += 1;
    }
  }

  #delete(index: number): void {
    for (const { name, bytes } of this.#files.splice(index, 1)) {
      rmSync(join(this.dir, name), { force: true });
      this.#bytes -= bytes;
    }
  }
}
