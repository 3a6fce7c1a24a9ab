import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { openSpool, recordName } from "../../lib/agent/spool.ts";

let dir: string;
let lines: string[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "fleetwarden-spool-"));
  lines = [];
});

afterEach(() => rmSync(dir, { recursive: true }));

const open = (maxBytes?: number) => openSpool({ dir, maxBytes, log: (line) => lines.push(line) });
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
