import fc from "fast-check";
import { type Incident, subjectOf } from "../../lib/incident/incident.ts";
import { DAY_MS } from "../../lib/time.ts";
import { anIncident, NOON } from "./examples.ts";
import { fleetIncident, hostIncidentOf, label } from "./incident-arbitraries.ts";
import { asStored } from "./rounded.ts";
import type { ContractWorld } from "./world.ts";

export function describeIncidents(world: ContractWorld): void {
  const { fresh, numRuns } = world;

  describe("incidents", () => {
    test("returns nothing for an incident that was never saved", async () => {
      expect(await world.stores.incidents.get(fresh("web"), NOON)).toBeUndefined();
      expect(await world.stores.incidents.withId("222222")).toEqual([]);
    });

    test.each([
      ["more samples", { samples: 3 }, { samples: 4 }],
      ["one notice more at the same samples", { samples: 4, revision: 1 }, { samples: 4, revision: 2 }],
      ["being resolved at the same samples", { samples: 4 }, { samples: 4, resolved: NOON + 60_000 }],
    ])("%s make a later form, in whichever order the two arrive", async (_, earlier, later) => {
      for (const order of [
        [earlier, later],
        [later, earlier],
      ]) {
        const host = fresh("web");
        for (const fields of order) await world.stores.incidents.save(anIncident(host, fields));
        expect(await world.stores.incidents.get(host, NOON)).toEqual(anIncident(host, later));
      }
    });

    test("a label survives every save, and the incident every label", async () => {
      const host = fresh("web");
      const verdict = { verdict: "false", at: NOON, by: "ada", note: "backup" } as const;
      await world.stores.incidents.save(anIncident(host));
      await world.stores.incidents.label(host, NOON, verdict);
      expect(await world.stores.incidents.get(host, NOON)).toEqual({ ...anIncident(host), label: verdict });
      await world.stores.incidents.save(anIncident(host, { samples: 9 }));
      expect(await world.stores.incidents.get(host, NOON)).toEqual({
        ...anIncident(host, { samples: 9 }),
        label: verdict,
      });
      await world.stores.incidents.label(host, NOON, { verdict: "fault", at: NOON + 1, by: "bob" });
      expect((await world.stores.incidents.get(host, NOON))?.label).toEqual({
        verdict: "fault",
        at: NOON + 1,
        by: "bob",
      });
    });

    test("an incident keeps the last 20 replaced labels, oldest first", async () => {
      const host = fresh("web");
      const label = (i: number) => ({ verdict: "false", at: NOON + i, by: "ada", note: `${i}` }) as const;
      await world.stores.incidents.save(anIncident(host));
      for (let i = 0; i <= 21; i++) await world.stores.incidents.label(host, NOON, label(i));
      await world.stores.incidents.save(anIncident(host, { samples: 9 }));
      const earlierLabels = Array.from({ length: 20 }, (_, i) => label(i + 1));
      const expected = { ...anIncident(host, { samples: 9 }), label: label(21), earlierLabels };
      expect(await world.stores.incidents.get(host, NOON)).toEqual(expected);
      expect(await world.stores.incidents.ofHost(host, NOON, NOON + 1)).toEqual([expected]);
    });

    test("the same label by the same person again changes nothing", async () => {
      const host = fresh("web");
      const verdict = { verdict: "false", at: NOON, by: "ada", note: "backup" } as const;
      await world.stores.incidents.save(anIncident(host));
      for (const at of [NOON, NOON + 1, NOON + 2]) await world.stores.incidents.label(host, NOON, { ...verdict, at });
      expect(await world.stores.incidents.get(host, NOON)).toEqual({ ...anIncident(host), label: verdict });
      await world.stores.incidents.label(host, NOON, { ...verdict, at: NOON + 3, by: "bob" });
      expect(await world.stores.incidents.get(host, NOON)).toMatchObject({
        label: { by: "bob" },
        earlierLabels: [verdict],
      });
      const fault = { verdict: "fault", at: NOON, by: "bob" } as const;
      await world.stores.incidents.label(host, NOON, fault);
      await world.stores.incidents.label(host, NOON, { ...fault, category: "hardware" });
      expect((await world.stores.incidents.get(host, NOON))?.label).toEqual({ ...fault, category: "hardware" });
    });

    test("keeps the label of each of several people who label at once", async () => {
      const host = fresh("web");
      const people = ["ada", "bob", "cy"];
      await world.stores.incidents.save(anIncident(host));
      await Promise.all(
        people.map((by) => world.stores.incidents.label(host, NOON, { verdict: "fault", at: NOON, by })),
      );
      const { label, earlierLabels = [] } = (await world.stores.incidents.get(host, NOON)) ?? {};
      expect([...earlierLabels, label].map((one) => one?.by).sort()).toEqual(people);
    });

    test("the first acknowledgement stays, whatever is saved or labelled later", async () => {
      const host = fresh("web");
      const [first, second] = [
        { at: NOON, by: "ada" },
        { at: NOON + 1, by: "bob" },
      ];
      await world.stores.incidents.save(anIncident(host));
      expect(await world.stores.incidents.acknowledge(host, NOON, first)).toEqual(first);
      expect(await world.stores.incidents.acknowledge(host, NOON, second)).toEqual(first);
      await world.stores.incidents.save(anIncident(host, { samples: 9 }));
      await world.stores.incidents.label(host, NOON, { verdict: "fault", at: NOON, by: "cy" });
      expect(await world.stores.incidents.get(host, NOON)).toEqual({
        ...anIncident(host, { samples: 9, acknowledged: first }),
        label: { verdict: "fault", at: NOON, by: "cy" },
      });
    });

    test("several people who acknowledge at once all get the same answer", async () => {
      const host = fresh("web");
      await world.stores.incidents.save(anIncident(host));
      const heard = await Promise.all(
        ["ada", "bob", "cy"].map((by) => world.stores.incidents.acknowledge(host, NOON, { at: NOON, by })),
      );
      const stored = (await world.stores.incidents.get(host, NOON))?.acknowledged;
      expect(heard).toEqual([stored, stored, stored]);
    });

    test("throws when there is no incident to acknowledge, and creates none", async () => {
      const host = fresh("web");
      const acknowledging = world.stores.incidents.acknowledge(host, NOON, { at: NOON, by: "ada" });
      await expect(acknowledging).rejects.toThrow(`no incident of host ${host}`);
      expect(await world.stores.incidents.get(host, NOON)).toBeUndefined();
    });

    test("saving an incident does not store its label: only label() does", async () => {
      const host = fresh("web");
      await world.stores.incidents.save(anIncident(host, { label: { verdict: "fault", at: NOON, by: "ada" } }));
      expect(await world.stores.incidents.get(host, NOON)).toEqual(anIncident(host));
    });

    test("throws when there is no incident to label, and creates none", async () => {
      const host = fresh("web");
      await expect(world.stores.incidents.label(host, NOON, { verdict: "fault", at: NOON, by: "ada" })).rejects.toThrow(
        `no incident of host ${host}`,
      );
      expect(await world.stores.incidents.get(host, NOON)).toBeUndefined();
    });

    test("finds incidents by id, both of two that share one", async () => {
      const hosts = [fresh("web"), fresh("web")];
      for (const host of hosts) await world.stores.incidents.save(anIncident(host, { id: "COLL22" }));
      const found = await world.stores.incidents.withId("COLL22");
      expect(found.map(subjectOf).sort()).toEqual(hosts.sort());
    });

    test("lists a host's incidents oldest first, the end excluded", async () => {
      const host = fresh("web");
      for (const i of [2, 0, 1, 3]) await world.stores.incidents.save(anIncident(host, { opened: NOON + i }));
      const opened = (incidents: readonly Incident[]) => incidents.map((incident) => incident.opened - NOON);
      expect(opened(await world.stores.incidents.ofHost(host, NOON, NOON + 3))).toEqual([0, 1, 2]);
      expect(await world.stores.incidents.ofHost(host, NOON + 3, NOON + 3)).toEqual([]);
    });

    test("feeds the incidents of all hosts over days, newest first", async () => {
      const start = Date.UTC(2019, 11, 31);
      const times = [-1, 0, 1, DAY_MS - 1, DAY_MS, 3 * DAY_MS];
      for (const time of times) await world.stores.incidents.save(anIncident(fresh("web"), { opened: start + time }));
      const feed = async (from: number, to: number, limit: number) =>
        (await world.stores.incidents.feed(start + from, start + to, limit)).map(({ opened }) => opened - start);
      expect(await feed(-DAY_MS, 4 * DAY_MS, 10)).toEqual(times.toReversed());
      expect(await feed(0, 3 * DAY_MS, 10)).toEqual([DAY_MS, DAY_MS - 1, 1, 0]);
      expect(await feed(0, 4 * DAY_MS, 3)).toEqual([3 * DAY_MS, DAY_MS, DAY_MS - 1]);
      expect(await feed(0, 4 * DAY_MS, 0)).toEqual([]);
      expect(await feed(5, 5, 10)).toEqual([]);
      await expect(feed(-401 * DAY_MS, 0, 1)).rejects.toThrow("at most 400 days");
    });

    test("returns any incident with any label, causes to six digits", async () => {
      await fc.assert(
        fc.asyncProperty(fc.oneof(hostIncidentOf("any"), fleetIncident), label, async (any, verdict) => {
          const name = fresh("any");
          const incident = any.kind === "fleet" ? { ...any, group: name } : { ...any, host: name };
          await world.stores.incidents.save(incident);
          await world.stores.incidents.label(subjectOf(incident), incident.opened, verdict);
          const expected = { ...asStored(incident), label: verdict };
          expect(await world.stores.incidents.get(subjectOf(incident), incident.opened)).toEqual(expected);
          expect(await world.stores.incidents.withId(incident.id)).toContainEqual(expected);
        }),
        { numRuns },
      );
    });
  });
}
