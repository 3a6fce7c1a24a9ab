import fc from "fast-check";
import { CROSSING_COUNTS, emptyCrossings } from "../../lib/model/crossings.ts";
import { JOINT_MEMORY } from "../../lib/model/joint-reading.ts";
import { bytesOfCounts, bytesOfOpen, countsOfBytes, openOfBytes } from "../../lib/store/crossings-bytes.ts";
import { accepted } from "../../lib/store/formats.ts";
import { hostOfItem, itemOfHost } from "../../lib/store/host-item.ts";
import { itemSize } from "../../lib/store/item-size.ts";
import { aState, NOON } from "../contract/examples.ts";
import { START } from "../factories.ts";

test("the bytes hold since, week, and the counts up to the last one", () => {
  const counts = new Uint8Array(CROSSING_COUNTS);
  counts.set([3, 0, 0, 0, 0, 255]);
  const bytes = bytesOfCounts({ since: START, crossings: { week: 2968, counts } });
  // python3 -c "print((1795356000000).to_bytes(6, 'little').hex(), (2968).to_bytes(2, 'little').hex())"
  expect(Buffer.from(bytes).toString("hex")).toBe("007f8e03a201" + "980b" + "0300000000ff");
});

test("any value is the same after writing and reading", () => {
  const counts = fc.uint8Array({ minLength: CROSSING_COUNTS, maxLength: CROSSING_COUNTS });
  fc.assert(
    fc.property(fc.nat(2 ** 31), fc.nat(65_535), fc.nat(CROSSING_COUNTS), counts, (since, week, used, all) => {
      const rises = { since: 1_000 * since, crossings: { week, counts: all.fill(0, used) } };
      expect(countsOfBytes(bytesOfCounts(rises))).toEqual(rises);
    }),
  );
});

test("an open alert takes three bytes if the one below began with it and its newest sample is above the level", () => {
  const open = [{ since: NOON }, { since: NOON }, { since: NOON + 300, last: NOON + 428, above: NOON + 302 }];
  // 300 = 2 * 128 + 44 and 1 + 128 = 128 + 1, seven bits to a byte, the lowest first; the first time takes six.
  expect([...bytesOfOpen(open)].slice(-8)).toEqual([0, 0, 0, 0xac, 0x02, 0x81, 0x01, 3]);
  expect(bytesOfOpen(open)).toHaveLength(16);
  expect(openOfBytes(bytesOfOpen(open))).toEqual(open);
});

test("open alerts of an earlier version have two numbers each, in an attribute of their own", () => {
  const crossings = { ...emptyCrossings(), open: [{ since: NOON }] };
  const { U, ...rest } = itemOfHost(aState("web-07", { since: NOON, crossings }));
  expect(U).toBeDefined();
  // NOON, no calm sample since; 300 ms later, calm since 128 ms after that.
  const A = { B: Uint8Array.from([...bytesOfOpen([{ since: NOON }]).slice(0, -2), 0, 0xac, 0x02, 0x81, 0x01]) };
  const open = [{ since: NOON }, { since: NOON + 300, last: NOON + 428 }];
  expect(accepted(hostOfItem({ ...rest, A })).crossings.open).toEqual(open);
});

test.each([[[1]], [new Array(75).fill(0)]])("%j is no list of open alerts", (numbers) => {
  expect(() => openOfBytes(Uint8Array.from(numbers))).toThrow("are no open alerts");
});

test.each([7, 57])("rejects %i bytes", (length) => {
  expect(() => countsOfBytes(new Uint8Array(length))).toThrow(`${length} bytes are no counts of crossings`);
});

test("an item without the attribute reads as a host without samples", () => {
  const { e, ...rest } = itemOfHost(aState("web-07", { since: NOON }));
  expect(e).toBeDefined();
  const read = accepted(hostOfItem(rest));
  expect(read.since).toBe(0);
  expect(read.crossings).toEqual({ week: 0, counts: new Uint8Array(CROSSING_COUNTS), open: [] });
});

test("a host of 38 metrics with sample times within 15 ms fits one write unit, however often its score rose", () => {
  const applied = Array.from({ length: 64 }, (_, i) => NOON + i * 10_000 + ((i * i * 7919) % 31) - 15);
  const host = "production-web-server-07";
  const state = aState(host, {
    group: "production-web-servers",
    revision: 5_259_487,
    seen: 31_556_952,
    ingest: { duplicates: 31_556_952, late: 31_556_952, rejected: 31_556_952 },
    since: NOON - 365 * 86_400_000,
    newest: applied.at(-1)!,
    arrived: NOON + 63 * 10_000 + 60_456,
    applied,
    schema: "a1b2c3d4",
    vector: Float64Array.from({ length: 38 }, (_, i) => Math.PI * 10 ** (i - 19)),
    crossings: {
      week: 2968,
      counts: new Uint8Array(CROSSING_COUNTS).fill(255),
      open: [{ since: NOON }, { since: NOON, last: NOON + 600_000 }],
    },
    verdict: { score: 4.12345678901234, epsilon: 8, baseline: { owner: `host#${host}`, version: 365 } },
    memory: {
      recent: new Float64Array(7 * 38),
      averages: new Float64Array(4 * 38),
      joint: new Float64Array(JOINT_MEMORY),
      place: new Float64Array(38),
      run: new Float64Array(38),
      gone: new Float64Array(38),
    },
  });
  expect(itemSize(itemOfHost(state))).toBeLessThanOrEqual(1024);
});
