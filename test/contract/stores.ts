import type { Stores } from "../../lib/store/stores.ts";
import type { Clock } from "../../lib/time.ts";
import { describeBaselines } from "./baselines.ts";
import { NOON } from "./examples.ts";
import { describeHistory } from "./history.ts";
import { describeHosts } from "./hosts.ts";
import { describeIncidents } from "./incidents.ts";
import { describeSchemas } from "./schemas.ts";
import type { ContractWorld } from "./world.ts";

/**
 * The promises that every implementation of the stores keeps (lib/watch/ports.ts, lib/learn/report.ts). Tests share the
 * tables, but each uses its own hosts, owners and days.
 */
export function describeStores(name: string, numRuns: number, create: (clock: Clock) => Promise<Stores>): void {
  describe(`${name} keeps the promises of the stores`, () => {
    let stores: Stores | undefined;
    let unique = 0;
    const world: ContractWorld = {
      get stores() {
        if (!stores) throw new Error("the stores are made before the first test");
        return stores;
      },
      now: NOON,
      fresh: (prefix) => `${prefix}-${unique++}`,
      numRuns,
    };

    beforeAll(async () => {
      stores = await create(() => world.now);
    });
    afterAll(() => stores?.close());

    for (const describePart of [describeHosts, describeBaselines, describeSchemas, describeHistory, describeIncidents])
      describePart(world);
  });
}
