import fc from "fast-check";
import { gather } from "../../lib/gather-all.ts";
import { hostOwner } from "../../lib/watch/baseline.ts";
import { schema } from "./arbitraries.ts";
import { aBaseline, aChunk, activate, aReport, aState, keepChunk, SCHEMA } from "./examples.ts";
import type { ContractWorld } from "./world.ts";

export function describeSchemas(world: ContractWorld): void {
  const { fresh, numRuns } = world;

  describe("schemas", () => {
    test("remembers names by their id, any number of times, and leaves out unknown ids", async () => {
      await fc.assert(
        fc.asyncProperty(schema, async (known) => {
          expect(await world.stores.baselines.remember(known)).toBe("created");
          expect(await world.stores.baselines.remember(known)).toBe("known");
          expect(await world.stores.baselines.names([known.id, "no-such", known.id])).toEqual([known]);
        }),
        { numRuns },
      );
    });

    test("never replaces names by others with the same id", async () => {
      // for n in 10325 49744; do printf '["metric_%s"]' $n | sha256sum; done
      const [first, second] = [["metric_10325"], ["metric_49744"]].map((names) => ({ id: "dbed0aef", names }));
      expect(await world.stores.baselines.remember(first!)).toBe("created");
      expect(await world.stores.baselines.remember(second!)).toBe("taken");
      expect(await world.stores.baselines.names(["dbed0aef"])).toEqual([first]);
    });

    test("the short ids of version 0.2.0 lead to the names, baselines and history under them", async () => {
      const [host, short] = [fresh("web"), { id: SCHEMA.id.slice(0, 8), names: SCHEMA.names }];
      const own = aBaseline(hostOwner(host), 1, { schema: short });
      expect(await activate(world.stores.baselines, aReport(own.owner, 1), own)).toBe(true);
      expect((await world.stores.baselines.active([own.owner])).get(own.owner)?.schema).toEqual(SCHEMA);
      await keepChunk(world.stores, aChunk(host, { schema: short }));
      expect(await gather(world.stores.history.read(host, 0, Number.MAX_SAFE_INTEGER))).toEqual([
        aChunk(host, { schema: short }),
      ]);
      const saved = await world.stores.hosts.save(aState(host, { schema: short.id }));
      expect((await world.stores.hosts.load([host])).get(host)).toEqual(saved);
    });
  });
}
