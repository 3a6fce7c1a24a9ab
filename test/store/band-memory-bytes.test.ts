import fc from "fast-check";
import { newBandsMemory } from "../../lib/model/band-memory.ts";
import { scoreBands } from "../../lib/model/band-reading.ts";
import { fitBands } from "../../lib/model/fit-bands.ts";
import { bandMemoryOfBytes, bytesOfBandMemory } from "../../lib/store/band-memory-bytes.ts";
import { historyOf, MINUTE, MONDAY, ripple } from "../model/band-history.ts";

const calm = (_: number, minute: number) => 50 + ripple(minute);
const NAMES = ["cpu_percent", "load1"];
/** A host of a week and one of two hours. */
const models = [7, 1 / 12].map((days) => fitBands(historyOf({ days }, calm, calm), NAMES, "UTC"));
const value = fc.oneof(fc.constant(50), fc.constant(Number.NaN), fc.double({ min: -1e100, max: 1e100, noNaN: true }));

test("a reader's memory of arbitrary samples is unchanged after writing and reading its bytes", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...models),
      fc.boolean(),
      fc.array(fc.tuple(value, value), { maxLength: 60 }),
      (model, isOfGroup, rows) => {
        const samples = { values: Float64Array.from(rows.flat()), times: rows.map((_, i) => MONDAY + i * MINUTE) };
        const { memory } = scoreBands(model, newBandsMemory(model, isOfGroup), samples);
        expect(bandMemoryOfBytes(bytesOfBandMemory(memory))).toEqual(memory);
      },
    ),
  );
});

test("the memory of a calm host that saw a weekend takes 10 bytes a metric and about 45 more", () => {
  const metrics = Array.from({ length: 38 }, () => calm);
  const names = metrics.map((_, j) => `m${j}_percent`);
  const model = fitBands(historyOf({ days: 7, interval: 5 * MINUTE }, ...metrics), names, "UTC");
  expect(bytesOfBandMemory(newBandsMemory(model)).length).toBeLessThan(10 * 38 + 50);
});

test.each([
  ["cut off", (bytes: Uint8Array) => bytes.subarray(0, -1)],
  ["longer", (bytes: Uint8Array) => Buffer.concat([bytes, bytes.subarray(-4)])],
  ["not finite", (bytes: Uint8Array) => Buffer.concat([bytes.subarray(0, -4), Buffer.of(0, 0, 128, 127)])],
])("bytes that are %s are no memory", (_, broken) => {
  const bytes = bytesOfBandMemory(newBandsMemory(models[1]!));
  expect(() => bandMemoryOfBytes(broken(bytes))).toThrow(RangeError);
});
