import fc from "fast-check";
import type { LabelledRows } from "../../lib/learn/labelled-rows.ts";
import { seededRandom } from "../../lib/model/random.ts";
import type { PackedBaseline } from "../../lib/watch/baseline.ts";
import { baselineOf, reportOf } from "./arbitraries.ts";
import { aBandsBaseline, aBaseline, activate, aReport, largeBaseline, NOON } from "./examples.ts";
import type { ContractWorld } from "./world.ts";

export function describeBaselines(world: ContractWorld): void {
  const { fresh, numRuns } = world;

  describe("baselines", () => {
    const active = async (owner: string) => (await world.stores.baselines.active([owner])).get(owner);

    test("leaves out an owner without an active baseline", async () => {
      const [known, unknown] = [fresh("host#"), fresh("host#")];
      await activate(world.stores.baselines, aReport(known, 1), aBaseline(known, 1));
      expect(await world.stores.baselines.active([known, unknown, known])).toEqual(
        new Map([[known, aBaseline(known, 1)]]),
      );
    });

    test("returns 101 active baselines at once", async () => {
      const owners = Array.from({ length: 101 }, () => fresh("host#"));
      await Promise.all(
        owners.map((owner) => activate(world.stores.baselines, aReport(owner, 1), aBaseline(owner, 1))),
      );
      expect([...(await world.stores.baselines.active(owners)).keys()].sort()).toEqual([...owners].sort());
    });

    test("writes a version once and keeps it", async () => {
      const owner = fresh("host#");
      await world.stores.baselines.write(aReport(owner, 1), aBaseline(owner, 1));
      await expect(world.stores.baselines.write(aReport(owner, 1, { samples: 99 }))).rejects.toThrow(
        `version 1 of ${owner} is already written`,
      );
      expect(await world.stores.baselines.reports(owner, 5)).toEqual([aReport(owner, 1)]);
      expect(await active(owner)).toBeUndefined();
    });

    test("the latest version may be a refused one, and ten comes after nine", async () => {
      const owner = fresh("host#");
      expect(await world.stores.baselines.latest(owner)).toBe(0);
      for (const version of [1, 2, 9, 10]) {
        const refused = { refused: "too few samples" };
        await world.stores.baselines.write(aReport(owner, version, refused));
        expect(await world.stores.baselines.latest(owner)).toBe(version);
      }
      const reports = await world.stores.baselines.reports(owner, 3);
      expect(reports.map(({ version }) => version)).toEqual([10, 9, 2]);
      expect(reports[0]?.refused).toBe("too few samples");
      expect(await world.stores.baselines.reports(owner, 0)).toEqual([]);
    });

    test("lists a version once, although it is the active one and has its model beside it", async () => {
      const owner = fresh("host#");
      await activate(world.stores.baselines, aReport(owner, 1), aBaseline(owner, 1));
      expect(await world.stores.baselines.reports(owner, 5)).toEqual([aReport(owner, 1)]);
    });

    test("a version without a baseline, or never written, is not promoted", async () => {
      const owner = fresh("host#");
      await world.stores.baselines.write(aReport(owner, 1, { refused: "too few samples" }));
      for (const version of [1, 2]) {
        const promotion = world.stores.baselines.promote({ owner, version }, 0);
        await expect(promotion).rejects.toThrow(`version ${version} of ${owner} has no baseline: write it first`);
      }
      expect(await active(owner)).toBeUndefined();
    });

    test("promotes only over the expected version", async () => {
      const owner = fresh("host#");
      for (const version of [2, 3])
        await world.stores.baselines.write(aReport(owner, version), aBaseline(owner, version));
      const promote = (version: number, expected: number) =>
        world.stores.baselines.promote({ owner, version }, expected);
      expect(await promote(2, 1)).toBe(false);
      expect(await active(owner)).toBeUndefined();
      expect(await promote(2, 0)).toBe(true);
      expect(await promote(3, 0)).toBe(false);
      expect(await promote(3, 1)).toBe(false);
      expect((await active(owner))?.version).toBe(2);
      expect(await promote(3, 2)).toBe(true);
      expect((await active(owner))?.version).toBe(3);
    });

    test("exactly one of several refits wins the race to promote", async () => {
      const owner = fresh("host#");
      const versions = [1, 2, 3, 4];
      const promoted = await Promise.all(
        versions.map((version) => activate(world.stores.baselines, aReport(owner, version), aBaseline(owner, version))),
      );
      expect(promoted.filter(Boolean)).toHaveLength(1);
      expect((await active(owner))?.version).toBe(versions[promoted.indexOf(true)]);
    });

    test("shows entries of the ledger: the active one, any version, and those refused without a baseline", async () => {
      const owner = fresh("host#");
      expect(await world.stores.baselines.current(owner)).toBeUndefined();
      expect(await world.stores.baselines.version(owner, 1)).toBeUndefined();
      const refused = aReport(owner, 2, { refused: "too few samples" });
      await world.stores.baselines.write(aReport(owner, 1), aBaseline(owner, 1));
      await world.stores.baselines.write(refused);
      expect(await world.stores.baselines.current(owner)).toBeUndefined();
      expect(await world.stores.baselines.version(owner, 2)).toEqual({ report: refused });
      const first = { report: aReport(owner, 1), baseline: aBaseline(owner, 1) };
      expect(await world.stores.baselines.version(owner, 1)).toEqual(first);
      await world.stores.baselines.promote(first.report, 0);
      expect(await world.stores.baselines.current(owner)).toEqual(first.report);
    });

    test("notes on the active version when a refit found it again, until the next version is active", async () => {
      const owner = fresh("host#");
      // DynamoDB writes such a small number without an exponent.
      const first = aBandsBaseline(owner, 1);
      const [metric = ""] = first.schema.names;
      const schema = { ...first.schema, defined: { [metric]: "a1b2c3d4" } };
      const tiny = { ...first, schema, epsilon: 1e-7 };
      expect(await world.stores.baselines.confirm(tiny)).toBe(false);
      await activate(world.stores.baselines, aReport(owner, 1), tiny);
      const again = { ...aBandsBaseline(owner, 2), schema, epsilon: 1e-7, fitted: NOON + 5 };
      const redefined = { schema: { ...schema, defined: { [metric]: "a1b2c3d5" } } };
      const changes = [{ epsilon: 2e-7 }, { samples: 61 }, { model: aBaseline(owner, 2).model }, redefined];
      for (const change of [...changes, { schema: first.schema }])
        expect(await world.stores.baselines.confirm({ ...again, ...change })).toBe(false);
      expect(await world.stores.baselines.current(owner)).toEqual(aReport(owner, 1));
      expect(await world.stores.baselines.confirm(again)).toBe(true);
      expect(await world.stores.baselines.current(owner)).toEqual({ ...aReport(owner, 1), refitted: NOON + 5 });
      expect(await active(owner)).toEqual({ ...tiny, fitted: NOON + 5 });
      await activate(world.stores.baselines, aReport(owner, 2), again, 1);
      expect(await world.stores.baselines.current(owner)).toEqual(aReport(owner, 2));
    });

    describe("the model of a version", () => {
      const DAY = 86_400_000;
      const versions = (owner: string, ...numbers: readonly number[]) =>
        Promise.all(
          numbers.map(async (number) => (await world.stores.baselines.version(owner, number))?.baseline?.model),
        );
      afterEach(() => {
        world.now = NOON;
      });

      test("is kept for 14 days after its replacement, and as long as the version is active", async () => {
        const owner = fresh("host#");
        const [one, two] = [largeBaseline(owner, 1, 1), largeBaseline(owner, 2, 2)];
        await activate(world.stores.baselines, aReport(owner, 1), one);
        world.now += 100 * DAY;
        await activate(world.stores.baselines, aReport(owner, 2), two, 1);
        world.now += 14 * DAY - 1_000;
        expect(await versions(owner, 1, 2)).toEqual([one.model, two.model]);
        world.now += 1_000;
        expect(await world.stores.baselines.version(owner, 1)).toEqual({ report: aReport(owner, 1) });
        expect((await world.stores.baselines.reports(owner, 5)).map(({ version }) => version)).toEqual([2, 1]);
        world.now += 1_000 * DAY;
        expect(await versions(owner, 2)).toEqual([two.model]);
        expect(await active(owner)).toEqual(two);
      });

      test("that was never active goes like that of the version before", async () => {
        const owner = fresh("host#");
        await activate(world.stores.baselines, aReport(owner, 1), aBaseline(owner, 1));
        await world.stores.baselines.write(aReport(owner, 2), aBandsBaseline(owner, 2));
        await world.stores.baselines.write(aReport(owner, 3, { refused: "too few samples" }));
        await activate(world.stores.baselines, aReport(owner, 4), aBaseline(owner, 4), 1);
        world.now += 14 * DAY;
        const { model } = aBaseline(owner, 4);
        expect(await versions(owner, 1, 2, 3, 4)).toEqual([undefined, undefined, undefined, model]);
      });

      test("stays with a later version that repeats it", async () => {
        const owner = fresh("host#");
        const { model } = aBaseline(owner, 1);
        await activate(world.stores.baselines, aReport(owner, 1), aBaseline(owner, 1));
        await activate(world.stores.baselines, aReport(owner, 2), aBandsBaseline(owner, 2), 1);
        await activate(world.stores.baselines, aReport(owner, 3), aBaseline(owner, 3), 2);
        await activate(world.stores.baselines, aReport(owner, 4), aBaseline(owner, 4, { epsilon: 1 }), 3);
        world.now += 13 * DAY;
        await activate(world.stores.baselines, aReport(owner, 5), aBandsBaseline(owner, 5), 4);
        world.now += DAY;
        expect(await versions(owner, 1, 2, 3, 4)).toEqual([undefined, undefined, undefined, model]);
      });

      test("never comes back by itself: no version is promoted over a newer one", async () => {
        const owner = fresh("host#");
        for (const version of [1, 2])
          await world.stores.baselines.write(aReport(owner, version), aBaseline(owner, version));
        await world.stores.baselines.promote({ owner, version: 2 }, 0);
        const promotion = world.stores.baselines.promote({ owner, version: 1 }, 2);
        await expect(promotion).rejects.toThrow(`version 1 of ${owner} is not newer than 2`);
      });
    });

    test("keeps labelled rows of an owner, in parts, until they are replaced, removed or forgotten", async () => {
      const owner = fresh("host#");
      const random = seededRandom(7);
      const many = (count: number, by: string): LabelledRows => ({
        names: ["load", "temp"],
        rows: Float64Array.from({ length: 2 * count }, (_, i) => (i % 5 ? random() + random() / 2 ** 32 : Number.NaN)),
        labels: Uint8Array.from({ length: count }, (_, i) => (i % 7 ? 0 : 1)),
        ...{ by, at: NOON },
      });
      expect(await world.stores.baselines.rows(owner)).toBeUndefined();
      const [large, small] = [many(50_000, "ann"), many(3, "jo")];
      await world.stores.baselines.setRows(owner, large);
      expect(await world.stores.baselines.rows(owner)).toEqual(large);
      await world.stores.baselines.setRows(owner, small);
      expect(await world.stores.baselines.rows(owner)).toEqual(small);
      expect(await world.stores.baselines.latest(owner)).toBe(0);
      await world.stores.baselines.setRows(owner, undefined);
      expect(await world.stores.baselines.rows(owner)).toBeUndefined();
      await world.stores.baselines.setRows(owner, small);
      await world.stores.baselines.forget(owner);
      expect(await world.stores.baselines.rows(owner)).toBeUndefined();
    });

    test("keeps a group's alert budget beside its baselines until it is removed", async () => {
      const group = fresh("group");
      const budget = { alertsPerWeek: 2.5, by: "ada", at: NOON };
      expect(await world.stores.baselines.budget(group)).toBeUndefined();
      await world.stores.baselines.setBudget(group, { ...budget, alertsPerWeek: 9 });
      await world.stores.baselines.setBudget(group, budget);
      expect(await world.stores.baselines.budget(group)).toEqual(budget);
      expect(await world.stores.baselines.latest(`group#${group}`)).toBe(0);
      expect(await world.stores.baselines.current(`group#${group}`)).toBeUndefined();
      await world.stores.baselines.setBudget(group, undefined);
      expect(await world.stores.baselines.budget(group)).toBeUndefined();
      await world.stores.baselines.setBudget(group, undefined);
    });

    test("remembers the progress of the daily refit", async () => {
      const after = { group: "web", host: "web-07" };
      await world.stores.baselines.saveProgress({ period: 20_779, done: false, after });
      expect(await world.stores.baselines.progress()).toEqual({ period: 20_779, done: false, after });
      await world.stores.baselines.saveProgress({ period: 20_779, done: true });
      expect(await world.stores.baselines.progress()).toEqual({ period: 20_779, done: true });
      const progress = { period: 20_779, done: true, again: ["host#web-07", "group#db"] };
      await world.stores.baselines.saveProgress({ ...progress, after: { ...after, labelled: false } });
      expect(await world.stores.baselines.progress()).toEqual({ ...progress, after: { ...after, labelled: false } });
      const ended = { ...progress, trying: "host#db-01", ended: ["host#web-07", "host#web-07"] };
      await world.stores.baselines.saveProgress(ended);
      expect(await world.stores.baselines.progress()).toEqual(ended);
    });

    test("rejects a report that belongs to another baseline", async () => {
      const owner = fresh("host#");
      await expect(world.stores.baselines.write(aReport(owner, 2), aBaseline(owner, 1))).rejects.toThrow(
        `report of ${owner} version 2 with baseline ${owner} version 1`,
      );
    });

    test("returns a baseline whose model takes two parts", async () => {
      const owner = fresh("host#");
      const large = largeBaseline(owner, 1);
      await activate(world.stores.baselines, aReport(owner, 1), large);
      expect(await active(owner)).toEqual(large);
      expect(await world.stores.baselines.version(owner, 1)).toEqual({ report: aReport(owner, 1), baseline: large });
    });

    test("returns a baseline of calendar bands", async () => {
      const owner = fresh("host#");
      await activate(world.stores.baselines, aReport(owner, 1), aBandsBaseline(owner, 1));
      expect(await active(owner)).toEqual(aBandsBaseline(owner, 1));
    });

    test("two refits that write one version at once leave one of them whole", async () => {
      const owner = fresh("host#");
      const [one, other] = [largeBaseline(owner, 1, 1), largeBaseline(owner, 1, 2)];
      const writes = [one, other].map((baseline) => world.stores.baselines.write(aReport(owner, 1), baseline));
      const settled = await Promise.allSettled(writes);
      expect(settled.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      const winner = settled[0]?.status === "fulfilled" ? one : other;
      expect((await world.stores.baselines.version(owner, 1))?.baseline).toEqual(winner);
    });

    test("a known baseline is returned as it is until its version or its epsilon is another", async () => {
      const owner = fresh("host#");
      const first = aBaseline(owner, 1);
      await activate(world.stores.baselines, aReport(owner, 1), first);
      const packedOf = async (...known: readonly PackedBaseline[]) =>
        (await world.stores.baselines.packed([owner], new Map(known.map((one) => [owner, one])))).get(owner)!;
      const packed = await packedOf();
      expect(packed).toMatchObject({ owner, version: 1, epsilon: first.epsilon, samples: first.samples });
      expect(packed.unpack()).toEqual(first);
      expect(await packedOf(packed)).toBe(packed);
      expect(await packedOf({ ...packed, epsilon: 1 })).toMatchObject({ epsilon: first.epsilon });
      const second = aBaseline(owner, 2);
      await activate(world.stores.baselines, aReport(owner, 2), second, 1);
      expect((await packedOf(packed)).unpack()).toEqual(second);
    });

    test("returns any baseline and any report as written", async () => {
      await fc.assert(
        fc.asyncProperty(baselineOf("any"), reportOf("any"), async (baseline, report) => {
          const owner = fresh("host#");
          const own = { ...baseline, owner };
          const account = { ...report, owner, version: own.version };
          expect(await activate(world.stores.baselines, account, own)).toBe(true);
          expect(await active(owner)).toEqual(own);
          expect(await world.stores.baselines.reports(owner, 1)).toEqual([account]);
          expect(await world.stores.baselines.current(owner)).toEqual(account);
          expect(await world.stores.baselines.version(owner, own.version)).toEqual({ report: account, baseline: own });
          expect(await world.stores.baselines.latest(owner)).toBe(own.version);
        }),
        { numRuns },
      );
    });
  });
}
