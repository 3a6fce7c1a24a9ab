import fc from "fast-check";
import { gather } from "../../lib/gather-all.ts";
import { DAY_MS } from "../../lib/time.ts";
import { schemaId } from "../../lib/wire/schemas.ts";
import { chunkOf } from "./arbitraries.ts";
import { aChunk, keepChunk, NOON } from "./examples.ts";
import type { ContractWorld } from "./world.ts";

export function describeHistory(world: ContractWorld): void {
  const { fresh, numRuns } = world;

  describe("history", () => {
    const read = async (host: string, from = 0, to = Number.MAX_SAFE_INTEGER) =>
      await gather(world.stores.history.read(host, from, to));

    test("reads a host's chunks by their first time, oldest first, the end excluded", async () => {
      const [host, other] = [fresh("web"), fresh("web")];
      const chunks = [3, 1, 2].map((i) => aChunk(host, { times: Float64Array.of(NOON + i, NOON) }));
      for (const chunk of [...chunks, aChunk(other)]) await keepChunk(world.stores, chunk);
      expect(await read(host)).toEqual([chunks[1], chunks[2], chunks[0]]);
      expect(await read(host, NOON + 1, NOON + 3)).toEqual([chunks[1], chunks[2]]);
      expect(await read(host, NOON + 1.5, NOON + 2.5)).toEqual([chunks[2]]);
      expect(await read(host, NOON + 2, NOON + 2)).toEqual([]);
      expect(await read(host, NOON + 3, NOON + 1)).toEqual([]);
    });

    test("keeps the first of two chunks with the same first time", async () => {
      const host = fresh("web");
      await keepChunk(world.stores, aChunk(host));
      await keepChunk(world.stores, aChunk(host, { flags: Uint8Array.of(1, 1) }));
      expect(await read(host)).toEqual([aChunk(host)]);
    });

    test("leaves out chunks written 30 days ago, however old their samples", async () => {
      const host = fresh("web");
      const recording = aChunk(host, { times: Float64Array.of(NOON - 400 * DAY_MS, NOON) });
      await keepChunk(world.stores, recording);
      try {
        world.now = NOON + 30 * DAY_MS - 1_000;
        expect(await read(host)).toEqual([recording]);
        world.now = NOON + 30 * DAY_MS;
        expect(await read(host)).toEqual([]);
      } finally {
        world.now = NOON;
      }
    });

    test("world.stores the largest record in several items, once, and reads it over several pages", async () => {
      const host = fresh("web");
      const names = Array.from({ length: 256 }, (_, i) => `metric_${i}`);
      const chunk = aChunk(host, {
        schema: { id: schemaId(names), names },
        times: Float64Array.from({ length: 600 }, (_, i) => NOON + 6_000 * i),
        // Digits that deflate finds nothing in.
        values: Float64Array.from({ length: 600 * 256 }, (_, i) => Math.sin(i) * 1e6),
        flags: new Uint8Array(600).fill(2),
      });
      const rows = (from: number, to: number) => ({
        ...chunk,
        times: chunk.times.slice(from, to),
        values: chunk.values.slice(from * 256, to * 256),
        flags: chunk.flags.slice(from, to),
      });
      // A writer died half-way, another wrote it all, and a copy is cut elsewhere.
      await keepChunk(world.stores, rows(300, 600));
      await keepChunk(world.stores, chunk);
      await keepChunk(world.stores, rows(0, 536));
      const parts = await read(host);
      expect(parts.length).toBeGreaterThan(2);
      expect(parts.flatMap(({ times }) => [...times])).toEqual([...chunk.times]);
      const values = parts.map((part) => Buffer.from(part.values.buffer));
      expect(Buffer.concat(values).equals(Buffer.from(chunk.values.buffer))).toBe(true);
      expect(parts.flatMap(({ flags }) => [...flags])).toEqual([...chunk.flags]);
    });

    test.each([
      ["without samples", { times: new Float64Array(0) }, "without samples"],
      ["with a flag too few", { flags: Uint8Array.of(0) }, "2 times, 1 flags and 4 values of 2 features"],
      ["with a value too few", { values: Float64Array.of(1, 2, 3) }, "2 times, 2 flags and 3 values of 2 features"],
      ["with a time of no sense", { times: Float64Array.of(NOON, Number.NaN) }, "NaN is no time"],
    ])("rejects a chunk %s", async (_, fields, message) => {
      await expect(world.stores.history.keep(aChunk(fresh("web"), fields))).rejects.toThrow(message);
    });

    test("returns any chunk as kept", async () => {
      await fc.assert(
        fc.asyncProperty(chunkOf("any"), async (chunk) => {
          const host = fresh("any");
          await keepChunk(world.stores, { ...chunk, host });
          expect(await read(host)).toEqual([{ ...chunk, host }]);
        }),
        { numRuns },
      );
    });
  });
}
