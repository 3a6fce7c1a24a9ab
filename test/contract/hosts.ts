import fc from "fast-check";
import type { HostState } from "../../lib/watch/state.ts";
import { stateOf } from "./arbitraries.ts";
import { aState, NOON, whatBandsRemember } from "./examples.ts";
import { asStored } from "./rounded.ts";
import type { ContractWorld } from "./world.ts";

export function describeHosts(world: ContractWorld): void {
  const { fresh, numRuns } = world;

  describe("hosts", () => {
    const load = async (host: string) => (await world.stores.hosts.load([host])).get(host);

    test("returns nothing for a host that was never saved", async () => {
      const host = fresh("web");
      expect(await world.stores.hosts.load([host])).toEqual(new Map());
      expect(await world.stores.hosts.load([])).toEqual(new Map());
    });

    test("a save returns the next revision, and a load the state last saved", async () => {
      const host = fresh("web");
      const first = await world.stores.hosts.save(aState(host, { seen: 1 }));
      expect(first).toEqual(aState(host, { seen: 1, revision: 1 }));
      const second = await world.stores.hosts.save({ ...first!, seen: 2 });
      expect(second).toEqual(aState(host, { seen: 2, revision: 2 }));
      expect(await load(host)).toEqual(second);
    });

    test.each([0, 1])("exactly one of eight writers wins the race from revision %i", async (revision) => {
      const host = fresh("web");
      if (revision === 1) await world.stores.hosts.save(aState(host));
      const writers = Array.from({ length: 8 }, (_, seen) => world.stores.hosts.save(aState(host, { revision, seen })));
      const winners = (await Promise.all(writers)).filter((state) => state !== undefined);
      expect(winners).toHaveLength(1);
      expect(await load(host)).toEqual(winners[0]);
    });

    test("rejects a state whose predecessor is not the stored one", async () => {
      const host = fresh("web");
      expect(await world.stores.hosts.save(aState(host, { revision: 3 }))).toBeUndefined();
      const stored = await world.stores.hosts.save(aState(host));
      expect(await world.stores.hosts.save(aState(host, { revision: 2 }))).toBeUndefined();
      expect(await load(host)).toEqual(stored);
    });

    test("loads 250 hosts at once, including repeated and unknown names", async () => {
      const hosts = Array.from({ length: 250 }, () => fresh("fleet"));
      await Promise.all(hosts.map((host, seen) => world.stores.hosts.save(aState(host, { seen }))));
      const states = await world.stores.hosts.load([...hosts, ...hosts.slice(0, 50), fresh("unknown")]);
      expect([...states.keys()].sort()).toEqual([...hosts].sort());
      expect(hosts.map((host) => states.get(host)?.seen)).toEqual(hosts.map((_, seen) => seen));
      const all = new Set<string>();
      for await (const { host } of world.stores.hosts.all()) all.add(host);
      expect(hosts.filter((host) => !all.has(host))).toEqual([]);
    });

    test("lists a host exactly while it has pending notices", async () => {
      const host = fresh("web");
      const notice = { kind: "opened", id: "ABC234", opened: NOON, revision: 1 } as const;
      const saved = await world.stores.hosts.save(aState(host, { pending: [notice] }));
      expect(await world.stores.hosts.withPending()).toContain(host);
      expect((await load(host))?.pending).toEqual([notice]);
      await world.stores.hosts.save({ ...saved!, pending: [] });
      expect(await world.stores.hosts.withPending()).not.toContain(host);
    });

    test.each(["young", "new", "grown"] as const)("returns what calendar bands remember of a %s host", async (age) => {
      const host = fresh("web");
      const memory = whatBandsRemember(age);
      await world.stores.hosts.save(aState(host, { memory }));
      expect((await load(host))?.memory).toEqual(memory);
    });

    test("returns any state as saved, causes to six digits", async () => {
      await fc.assert(
        fc.asyncProperty(stateOf("any"), async (state) => {
          const saved = await world.stores.hosts.save(ofHost(state, fresh("any")));
          expect(await load(saved!.host)).toEqual(toSixDigits(saved!));
        }),
        { numRuns },
      );
    });
  });
}

function ofHost({ incident, ...state }: HostState, host: string): HostState {
  return { ...state, host, ...(incident ? { incident: { ...incident, host } } : {}) };
}

function toSixDigits({ incident, ...state }: HostState): HostState {
  return { ...state, ...(incident ? { incident: asStored(incident) } : {}) };
}
