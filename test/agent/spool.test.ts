import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { openSpool, recordName } from "../../lib/agent/spool.ts";

let dir: string;
let lines: string[];
let now: number;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "fleetwarden-spool-"));
  lines = [];
  now = 0;
});

afterEach(() => rmSync(dir, { recursive: true }));

const open = (maxBytes?: number) => openSpool({ dir, maxBytes, clock: () => now, log: (line) => lines.push(line) });
const record = (time: number, size = 10) => ({ name: recordName(time, 0), data: Buffer.alloc(size, time % 256) });

/** Removes all records, oldest first. */
function drain(spool: ReturnType<typeof open>): string[] {
  const names: string[] = [];
  for (let next = spool.oldest(); next; next = spool.oldest()) {
    names.push(next.name);
    spool.remove(next.name);
  }
  return names;
}

test("names have 13 digits of milliseconds and then the number of the sample", () => {
  expect(recordName(1_790_081_230_000, 8123)).toBe("1790081230000-0000008123.rec");
});

test("returns the bytes of the oldest record", () => {
  const spool = open();
  spool.add(record(2));
  spool.add(record(1));
  expect(spool.oldest()).toEqual({ name: recordName(1, 0), data: Buffer.alloc(10, 1) });
});

test("keeps the order of time, whatever the order of arrival, also across a restart", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(2e12), { maxLength: 12 }), (times) => {
      const spool = open();
      for (const time of times) spool.add(record(time));
      const sorted = [...times].sort((a, b) => a - b).map((time) => recordName(time, 0));
      expect(drain(open())).toEqual(sorted);
    }),
    { numRuns: 30 },
  );
});

test("never holds more than its bound: it drops and counts the oldest, and reports the start and the end", () => {
  const spool = open(35);
  for (const time of [1, 2, 3, 4, 5]) spool.add(record(time));
  expect(lines).toEqual([`spool ${dir} is full (35 bytes): the oldest records are dropped from now on`]);
  expect(readdirSync(dir)).toEqual([3, 4, 5].map((time) => recordName(time, 0)));
  drain(spool);
  expect(lines.slice(1)).toEqual([`spool ${dir}: 2 records were dropped while it was full`]);
  spool.add(record(6));
  drain(spool);
  expect(lines).toHaveLength(2);
});

test("a spool that stays full says once an hour how many records it dropped", () => {
  const spool = open(10);
  for (let minute = 0; minute <= 130; minute++) {
    now = minute * 60_000;
    spool.add(record(minute));
  }
  // The first record drops none. The line of an hour counts the record of its minute, too.
  expect(lines).toEqual([
    `spool ${dir} is full (10 bytes): the oldest records are dropped from now on`,
    `spool ${dir} is full (10 bytes): 61 records were dropped so far`,
    `spool ${dir} is full (10 bytes): 121 records were dropped so far`,
  ]);
});

/** Mounts a small disk on the folder; undefined where nothing may be mounted. */
function smallDisk(): (() => void) | undefined {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", dir], { stdio: "ignore" });
    return () => execFileSync("umount", [dir]);
  } catch {
    return undefined;
  }
}

test("a full disk drops the oldest records and keeps the newest (needs mount)", () => {
  const unmount = smallDisk();
  if (!unmount) return;
  try {
    // The disk has room for 16 pages of 4 KiB, and each of these takes one.
    const spool = open();
    for (let time = 1; time <= 40; time++) spool.add(record(time, 4096));
    const kept = readdirSync(dir);
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => recordName(41 - kept.length + i, 0)));
    expect(kept.length).toBeGreaterThan(10);
    expect(lines).toEqual([`the disk of spool ${dir} is full: the oldest records are dropped from now on`]);
    // One that is larger than the disk is itself dropped, and does no harm.
    spool.add(record(50, 100_000));
    expect(drain(spool)).toEqual([]);
    spool.add(record(51));
    expect(drain(spool)).toEqual([recordName(51, 0)]);
    expect(lines.at(-1)).toBe(`spool ${dir}: 41 records were dropped while it was full`);
  } finally {
    unmount();
  }
});

test("a smaller bound applies at once at the next start", () => {
  const spool = open();
  for (const time of [1, 2, 3]) spool.add(record(time));
  expect(open(20).records).toBe(2);
});

test("a half-written record of a killed process is deleted; other files are not touched", () => {
  open().add(record(1));
  writeFileSync(join(dir, `${recordName(2, 0)}.tmp`), "half");
  writeFileSync(join(dir, "notes.txt"), "mine");
  expect(drain(open())).toEqual([recordName(1, 0)]);
  expect(readdirSync(dir)).toEqual(["notes.txt"]);
});

test("removing a record that was dropped meanwhile changes nothing", () => {
  const spool = open(20);
  for (const time of [1, 2, 3]) spool.add(record(time));
  spool.remove(recordName(1, 0));
  expect(spool.records).toBe(2);
});
