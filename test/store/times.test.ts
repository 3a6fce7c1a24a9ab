import fc from "fast-check";
import { bytesOfTimes, timesOfBytes } from "../../lib/store/times.ts";

// By hand: 1000 doubled is 2000 = 15 · 128 + 80, low seven bits first: d0 0f. A change of −n is 2n − 1.
test.each([
  ["none", [], ""],
  ["a steady pace: the gap once, then zeros", [1000, 2000, 3000, 4000], "d00f d00f 00 00"],
  ["a gap that grows by 3 and shrinks by 4", [0, 10, 23, 32], "00 14 06 07"],
  ["backwards", [5, 3], "0a 03"],
])("encodes %s", (_, times, hex) => {
  const bytes = bytesOfTimes(times);
  expect(Buffer.from(bytes).toString("hex")).toBe(hex.replaceAll(" ", ""));
  expect(timesOfBytes(bytes)).toEqual(times);
});

test("64 times ten seconds apart with jitter take two bytes each", () => {
  const jitter = fc.array(fc.integer({ min: -999, max: 999 }), { minLength: 64, maxLength: 64 });
  fc.assert(
    fc.property(jitter, (shifts) => {
      const times = shifts.map((shift, i) => 1_790_000_000_000 + 10_000 * i + shift);
      // The first time takes six bytes, the first gap three.
      expect(bytesOfTimes(times).length).toBeLessThanOrEqual(6 + 3 + 62 * 2);
    }),
  );
});

test("decodes every encoded list, in any order and up to the bounds", () => {
  const time = fc.oneof(
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 }),
    fc.maxSafeInteger(),
    fc.constantFrom(2 ** 50, -(2 ** 50)),
  );
  const within = time.map((t) => Math.max(-(2 ** 50), Math.min(2 ** 50, t)) + 0);
  fc.assert(fc.property(fc.array(within), (times) => expect(timesOfBytes(bytesOfTimes(times))).toEqual(times)));
});

test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 50 + 1])("rejects %d", (time) => {
  expect(() => bytesOfTimes([1, time])).toThrow("is no time in milliseconds");
});

test.each([
  ["d0", "in the middle of a number"],
  ["d00f80", "in the middle of a number"],
  ["ffffffffffffffff7f", "is no time in milliseconds"],
])("rejects the bytes %s", (hex, message) => {
  expect(() => timesOfBytes(Buffer.from(hex, "hex"))).toThrow(message);
});
