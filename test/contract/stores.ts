import fc from "fast-check";
import { type Incident, subjectOf } from "../../lib/incident/incident.ts";
import type { Worst } from "../../lib/incident/judgement.ts";
import type { LabelledRows } from "../../lib/learn/labelled-rows.ts";
import { seededRandom } from "../../lib/model/random.ts";
import type { Stores } from "../../lib/store/stores.ts";
import type { Clock } from "../../lib/time.ts";
import { DAY_MS } from "../../lib/time.ts";
import { type Baseline, hostOwner } from "../../lib/watch/baseline.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { schemaId } from "../../lib/wire/schemas.ts";
import { baselineOf, chunkOf, fleetIncident, hostIncidentOf, label, reportOf, schema, stateOf } from "./arbitraries.ts";
import {
  aBandsBaseline,
  aBaseline,
  aChunk,
  activate,
  anIncident,
  aReport,
  aState,
  keepChunk,
  largeBaseline,
  NOON,
  SCHEMA,
  whatBandsRemember,
} from "./examples.ts";
import { rounded } from "./rounded.ts";

/**
 * The promises that every implementation of the stores keeps (lib/watch/ports.ts, lib/learn/report.ts). Tests share the
 * tables, as the functions do, but each uses its own hosts, owners and days. Each round trip is tried `numRuns` times.
 */
export function describeStores(name: string, numRuns: number, create: (clock: Clock) => Promise<Stores>): void {
  describe(`${name} keeps the promises of the stores`, () => {
    let stores: Stores;
    let now = NOON;
    let unique = 0;
    const fresh = (prefix: string) => `${prefix}-${unique++}`;

    beforeAll(async () => {
      stores = await create(() => now);
    });
    afterAll(() => stores.close());

    describe("hosts", () => {
      const load = async (host: string) => (await stores.hosts.load([host])).get(host);

      test("returns nothing for a host that was never saved", async () => {
        const host = fresh("web");
        expect(await stores.hosts.load([host])).toEqual(new Map());
        expect(await stores.hosts.load([])).toEqual(new Map());
      });

      test("a save returns the next revision, and a load the state last saved", async () => {
        const host = fresh("web");
        const first = await stores.hosts.save(aState(host, { seen: 1 }));
        expect(first).toEqual(aState(host, { seen: 1, revision: 1 }));
        const second = await stores.hosts.save({ ...first!, seen: 2 });
        expect(second).toEqual(aState(host, { seen: 2, revision: 2 }));
        expect(await load(host)).toEqual(second);
      });

      test.each([0, 1])("exactly one of eight writers wins the race from revision %i", async (revision) => {
        const host = fresh("web");
        if (revision === 1) await stores.hosts.save(aState(host));
        const writers = Array.from({ length: 8 }, (_, seen) => stores.hosts.save(aState(host, { revision, seen })));
        const winners = (await Promise.all(writers)).filter((state) => state !== undefined);
        expect(winners).toHaveLength(1);
        expect(await load(host)).toEqual(winners[0]);
      });

      test("rejects a state whose predecessor is not the stored one", async () => {
        const host = fresh("web");
        expect(await stores.hosts.save(aState(host, { revision: 3 }))).toBeUndefined();
        const stored = await stores.hosts.save(aState(host));
        expect(await stores.hosts.save(aState(host, { revision: 2 }))).toBeUndefined();
        expect(await load(host)).toEqual(stored);
      });

      test("loads 250 hosts at once, including repeated and unknown names", async () => {
        const hosts = Array.from({ length: 250 }, () => fresh("fleet"));
        await Promise.all(hosts.map((host, seen) => stores.hosts.save(aState(host, { seen }))));
        const states = await stores.hosts.load([...hosts, ...hosts.slice(0, 50), fresh("unknown")]);
        expect([...states.keys()].sort()).toEqual([...hosts].sort());
        expect(hosts.map((host) => states.get(host)?.seen)).toEqual(hosts.map((_, seen) => seen));
        const all = new Set<string>();
        for await (const { host } of stores.hosts.all()) all.add(host);
        expect(hosts.filter((host) => !all.has(host))).toEqual([]);
      });

      test("lists a host exactly while it has pending notices", async () => {
        const host = fresh("web");
        const notice = { kind: "opened", id: "ABC234", opened: NOON, revision: 1 } as const;
        const saved = await stores.hosts.save(aState(host, { pending: [notice] }));
        expect(await stores.hosts.withPending()).toContain(host);
        expect((await load(host))?.pending).toEqual([notice]);
        await stores.hosts.save({ ...saved!, pending: [] });
        expect(await stores.hosts.withPending()).not.toContain(host);
      });

      test.each(["young", "grown"] as const)("returns what calendar bands remember of a %s host", async (age) => {
        const host = fresh("web");
        const memory = whatBandsRemember(age);
        await stores.hosts.save(aState(host, { memory }));
        expect((await load(host))?.memory).toEqual(memory);
      });

      test("returns any state as saved, causes to six digits", async () => {
        await fc.assert(
          fc.asyncProperty(stateOf("any"), async (state) => {
            const saved = await stores.hosts.save(ofHost(state, fresh("any")));
            expect(await load(saved!.host)).toEqual(toSixDigits(saved!));
          }),
          { numRuns },
        );
      });
    });

    describe("baselines", () => {
      const active = async (owner: string) => (await stores.baselines.active([owner])).get(owner);

      test("leaves out an owner without an active baseline", async () => {
        const [known, unknown] = [fresh("host#"), fresh("host#")];
        await activate(stores.baselines, aReport(known, 1), aBaseline(known, 1));
        expect(await stores.baselines.active([known, unknown, known])).toEqual(new Map([[known, aBaseline(known, 1)]]));
      });

      test("returns 101 active baselines at once", async () => {
        const owners = Array.from({ length: 101 }, () => fresh("host#"));
        await Promise.all(owners.map((owner) => activate(stores.baselines, aReport(owner, 1), aBaseline(owner, 1))));
        expect([...(await stores.baselines.active(owners)).keys()].sort()).toEqual([...owners].sort());
      });

      test("writes a version once and keeps it", async () => {
        const owner = fresh("host#");
        await stores.baselines.write(aReport(owner, 1), aBaseline(owner, 1));
        await expect(stores.baselines.write(aReport(owner, 1, { samples: 99 }))).rejects.toThrow(
          `version 1 of ${owner} is already written`,
        );
        expect(await stores.baselines.reports(owner, 5)).toEqual([aReport(owner, 1)]);
        expect(await active(owner)).toBeUndefined();
      });

      test("the latest version may be a refused one, and ten comes after nine", async () => {
        const owner = fresh("host#");
        expect(await stores.baselines.latest(owner)).toBe(0);
        for (const version of [1, 2, 9, 10]) {
          const refused = { refused: "too few samples" };
          await stores.baselines.write(aReport(owner, version, refused));
          expect(await stores.baselines.latest(owner)).toBe(version);
        }
        const reports = await stores.baselines.reports(owner, 3);
        expect(reports.map(({ version }) => version)).toEqual([10, 9, 2]);
        expect(reports[0]?.refused).toBe("too few samples");
        expect(await stores.baselines.reports(owner, 0)).toEqual([]);
      });

      test("lists a version once, although it is the active one and has its model beside it", async () => {
        const owner = fresh("host#");
        await activate(stores.baselines, aReport(owner, 1), aBaseline(owner, 1));
        expect(await stores.baselines.reports(owner, 5)).toEqual([aReport(owner, 1)]);
      });

      test("a version without a baseline, or never written, is not promoted", async () => {
        const owner = fresh("host#");
        await stores.baselines.write(aReport(owner, 1, { refused: "too few samples" }));
        for (const version of [1, 2]) {
          const promotion = stores.baselines.promote({ owner, version }, 0);
          await expect(promotion).rejects.toThrow(`version ${version} of ${owner} has no baseline: write it first`);
        }
        expect(await active(owner)).toBeUndefined();
      });

      test("promotes only over the expected version", async () => {
        const owner = fresh("host#");
        for (const version of [2, 3]) await stores.baselines.write(aReport(owner, version), aBaseline(owner, version));
        const promote = (version: number, expected: number) => stores.baselines.promote({ owner, version }, expected);
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
          versions.map((version) => activate(stores.baselines, aReport(owner, version), aBaseline(owner, version))),
        );
        expect(promoted.filter(Boolean)).toHaveLength(1);
        expect((await active(owner))?.version).toBe(versions[promoted.indexOf(true)]);
      });

      test("shows entries of the ledger: the active one, any version, and those refused without a baseline", async () => {
        const owner = fresh("host#");
        expect(await stores.baselines.current(owner)).toBeUndefined();
        expect(await stores.baselines.version(owner, 1)).toBeUndefined();
        const refused = aReport(owner, 2, { refused: "too few samples" });
        await stores.baselines.write(aReport(owner, 1), aBaseline(owner, 1));
        await stores.baselines.write(refused);
        expect(await stores.baselines.current(owner)).toBeUndefined();
        expect(await stores.baselines.version(owner, 2)).toEqual({ report: refused });
        const first = { report: aReport(owner, 1), baseline: aBaseline(owner, 1) };
        expect(await stores.baselines.version(owner, 1)).toEqual(first);
        await stores.baselines.promote(first.report, 0);
        expect(await stores.baselines.current(owner)).toEqual(first.report);
      });

      test("notes on the active version when a refit found it again, until the next version is active", async () => {
        const owner = fresh("host#");
        // DynamoDB writes such a small number without an exponent.
        const first = aBandsBaseline(owner, 1);
        const tiny = { ...first, epsilon: 1e-7 };
        expect(await stores.baselines.confirm(tiny)).toBe(false);
        await activate(stores.baselines, aReport(owner, 1), tiny);
        const again = { ...aBandsBaseline(owner, 2), epsilon: 1e-7, fitted: NOON + 5 };
        for (const change of [{ epsilon: 2e-7 }, { samples: 61 }, { model: aBaseline(owner, 2).model }])
          expect(await stores.baselines.confirm({ ...again, ...change })).toBe(false);
        expect(await stores.baselines.current(owner)).toEqual(aReport(owner, 1));
        expect(await stores.baselines.confirm(again)).toBe(true);
        expect(await stores.baselines.current(owner)).toEqual({ ...aReport(owner, 1), refitted: NOON + 5 });
        expect(await active(owner)).toEqual({ ...tiny, fitted: NOON + 5 });
        await activate(stores.baselines, aReport(owner, 2), again, 1);
        expect(await stores.baselines.current(owner)).toEqual(aReport(owner, 2));
      });

      test("keeps labelled rows of an owner, in parts, until they are replaced, removed or forgotten", async () => {
        const owner = fresh("host#");
        const random = seededRandom(7);
        const many = (count: number, by: string): LabelledRows => ({
          names: ["load", "temp"],
          rows: Float64Array.from({ length: 2 * count }, (_, i) =>
            i % 5 ? random() + random() / 2 ** 32 : Number.NaN,
          ),
          labels: Uint8Array.from({ length: count }, (_, i) => (i % 7 ? 0 : 1)),
          ...{ by, at: NOON },
        });
        expect(await stores.baselines.rows(owner)).toBeUndefined();
        const [large, small] = [many(50_000, "ann"), many(3, "jo")];
        await stores.baselines.setRows(owner, large);
        expect(await stores.baselines.rows(owner)).toEqual(large);
        await stores.baselines.setRows(owner, small);
        expect(await stores.baselines.rows(owner)).toEqual(small);
        expect(await stores.baselines.latest(owner)).toBe(0);
        await stores.baselines.setRows(owner, undefined);
        expect(await stores.baselines.rows(owner)).toBeUndefined();
        await stores.baselines.setRows(owner, small);
        await stores.baselines.forget(owner);
        expect(await stores.baselines.rows(owner)).toBeUndefined();
      });

      test("keeps a group's alert budget beside its baselines until it is removed", async () => {
        const group = fresh("group");
        const budget = { alertsPerWeek: 2.5, by: "ada", at: NOON };
        expect(await stores.baselines.budget(group)).toBeUndefined();
        await stores.baselines.setBudget(group, { ...budget, alertsPerWeek: 9 });
        await stores.baselines.setBudget(group, budget);
        expect(await stores.baselines.budget(group)).toEqual(budget);
        expect(await stores.baselines.latest(`group#${group}`)).toBe(0);
        expect(await stores.baselines.current(`group#${group}`)).toBeUndefined();
        await stores.baselines.setBudget(group, undefined);
        expect(await stores.baselines.budget(group)).toBeUndefined();
        await stores.baselines.setBudget(group, undefined);
      });

      test("remembers the progress of the daily refit", async () => {
        const after = { group: "web", host: "web-07" };
        await stores.baselines.saveProgress({ day: 20_779, done: false, after });
        expect(await stores.baselines.progress()).toEqual({ day: 20_779, done: false, after });
        await stores.baselines.saveProgress({ day: 20_779, done: true });
        expect(await stores.baselines.progress()).toEqual({ day: 20_779, done: true });
      });

      test("rejects a report that belongs to another baseline", async () => {
        const owner = fresh("host#");
        await expect(stores.baselines.write(aReport(owner, 2), aBaseline(owner, 1))).rejects.toThrow(
          `report of ${owner} version 2 with baseline ${owner} version 1`,
        );
      });

      test("returns a baseline whose model takes two parts", async () => {
        const owner = fresh("host#");
        const large = largeBaseline(owner, 1);
        await activate(stores.baselines, aReport(owner, 1), large);
        expect(await active(owner)).toEqual(large);
        expect(await stores.baselines.version(owner, 1)).toEqual({ report: aReport(owner, 1), baseline: large });
      });

      test("returns a baseline of calendar bands", async () => {
        const owner = fresh("host#");
        await activate(stores.baselines, aReport(owner, 1), aBandsBaseline(owner, 1));
        expect(await active(owner)).toEqual(aBandsBaseline(owner, 1));
      });

      test("two refits that write one version at once leave one of them whole", async () => {
        const owner = fresh("host#");
        const [one, other] = [largeBaseline(owner, 1, 1), largeBaseline(owner, 1, 2)];
        const writes = [one, other].map((baseline) => stores.baselines.write(aReport(owner, 1), baseline));
        const settled = await Promise.allSettled(writes);
        expect(settled.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
        const winner = settled[0]?.status === "fulfilled" ? one : other;
        expect((await stores.baselines.version(owner, 1))?.baseline).toEqual(winner);
      });

      test("a known baseline is returned as it is until its version or its epsilon is another", async () => {
        const owner = fresh("host#");
        const first = aBaseline(owner, 1);
        await activate(stores.baselines, aReport(owner, 1), first);
        const activeOf = async (known: Baseline) =>
          (await stores.baselines.active([owner], new Map([[owner, known]]))).get(owner);
        expect(await activeOf(first)).toBe(first);
        expect(await activeOf({ ...first, epsilon: 1 })).toEqual(first);
        const second = aBaseline(owner, 2);
        await activate(stores.baselines, aReport(owner, 2), second, 1);
        expect(await activeOf(first)).toEqual(second);
      });

      test("returns any baseline and any report as written", async () => {
        await fc.assert(
          fc.asyncProperty(baselineOf("any"), reportOf("any"), async (baseline, report) => {
            const owner = fresh("host#");
            const own = { ...baseline, owner };
            const account = { ...report, owner, version: own.version };
            expect(await activate(stores.baselines, account, own)).toBe(true);
            expect(await active(owner)).toEqual(own);
            expect(await stores.baselines.reports(owner, 1)).toEqual([account]);
            expect(await stores.baselines.current(owner)).toEqual(account);
            expect(await stores.baselines.version(owner, own.version)).toEqual({ report: account, baseline: own });
            expect(await stores.baselines.latest(owner)).toBe(own.version);
          }),
          { numRuns },
        );
      });
    });

    describe("schemas", () => {
      test("remembers names by their id, any number of times, and leaves out unknown ids", async () => {
        await fc.assert(
          fc.asyncProperty(schema, async (known) => {
            expect(await stores.baselines.remember(known)).toBe("created");
            expect(await stores.baselines.remember(known)).toBe("known");
            expect(await stores.baselines.names([known.id, "no-such", known.id])).toEqual([known]);
          }),
          { numRuns },
        );
      });

      test("never replaces names by others with the same id", async () => {
        // for n in 10325 49744; do printf '["metric_%s"]' $n | sha256sum; done
        const [first, second] = [["metric_10325"], ["metric_49744"]].map((names) => ({ id: "dbed0aef", names }));
        expect(await stores.baselines.remember(first!)).toBe("created");
        expect(await stores.baselines.remember(second!)).toBe("taken");
        expect(await stores.baselines.names(["dbed0aef"])).toEqual([first]);
      });

      test("the short ids of version 0.2.0 lead to the names, baselines and history under them", async () => {
        const [host, short] = [fresh("web"), { id: SCHEMA.id.slice(0, 8), names: SCHEMA.names }];
        const own = aBaseline(hostOwner(host), 1, { schema: short });
        expect(await activate(stores.baselines, aReport(own.owner, 1), own)).toBe(true);
        expect((await stores.baselines.active([own.owner])).get(own.owner)?.schema).toEqual(SCHEMA);
        await keepChunk(stores, aChunk(host, { schema: short }));
        expect(await toArray(stores.history.read(host, 0, Number.MAX_SAFE_INTEGER))).toEqual([
          aChunk(host, { schema: short }),
        ]);
        const saved = await stores.hosts.save(aState(host, { schema: short.id }));
        expect((await stores.hosts.load([host])).get(host)).toEqual(saved);
      });
    });

    describe("history", () => {
      const read = async (host: string, from = 0, to = Number.MAX_SAFE_INTEGER) =>
        await toArray(stores.history.read(host, from, to));

      test("reads a host's chunks by their first time, oldest first, the end excluded", async () => {
        const [host, other] = [fresh("web"), fresh("web")];
        const chunks = [3, 1, 2].map((i) => aChunk(host, { times: Float64Array.of(NOON + i, NOON) }));
        for (const chunk of [...chunks, aChunk(other)]) await keepChunk(stores, chunk);
        expect(await read(host)).toEqual([chunks[1], chunks[2], chunks[0]]);
        expect(await read(host, NOON + 1, NOON + 3)).toEqual([chunks[1], chunks[2]]);
        expect(await read(host, NOON + 1.5, NOON + 2.5)).toEqual([chunks[2]]);
        expect(await read(host, NOON + 2, NOON + 2)).toEqual([]);
        expect(await read(host, NOON + 3, NOON + 1)).toEqual([]);
      });

      test("keeps the first of two chunks with the same first time", async () => {
        const host = fresh("web");
        await keepChunk(stores, aChunk(host));
        await keepChunk(stores, aChunk(host, { flags: Uint8Array.of(1, 1) }));
        expect(await read(host)).toEqual([aChunk(host)]);
      });

      test("leaves out chunks written 30 days ago, however old their samples", async () => {
        const host = fresh("web");
        const recording = aChunk(host, { times: Float64Array.of(NOON - 400 * DAY_MS, NOON) });
        await keepChunk(stores, recording);
        try {
          now = NOON + 30 * DAY_MS - 1_000;
          expect(await read(host)).toEqual([recording]);
          now = NOON + 30 * DAY_MS;
          expect(await read(host)).toEqual([]);
        } finally {
          now = NOON;
        }
      });

      test("stores the largest record in several items, once, and reads it over several pages", async () => {
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
        await keepChunk(stores, rows(300, 600));
        await keepChunk(stores, chunk);
        await keepChunk(stores, rows(0, 536));
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
        await expect(stores.history.keep(aChunk(fresh("web"), fields))).rejects.toThrow(message);
      });

      test("returns any chunk as kept", async () => {
        await fc.assert(
          fc.asyncProperty(chunkOf("any"), async (chunk) => {
            const host = fresh("any");
            await keepChunk(stores, { ...chunk, host });
            expect(await read(host)).toEqual([{ ...chunk, host }]);
          }),
          { numRuns },
        );
      });
    });

    describe("incidents", () => {
      test("returns nothing for an incident that was never saved", async () => {
        expect(await stores.incidents.get(fresh("web"), NOON)).toBeUndefined();
        expect(await stores.incidents.withId("222222")).toEqual([]);
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
          for (const fields of order) await stores.incidents.save(anIncident(host, fields));
          expect(await stores.incidents.get(host, NOON)).toEqual(anIncident(host, later));
        }
      });

      test("a label survives every save, and the incident every label", async () => {
        const host = fresh("web");
        const verdict = { verdict: "false", at: NOON, by: "ada", note: "backup" } as const;
        await stores.incidents.save(anIncident(host));
        await stores.incidents.label(host, NOON, verdict);
        expect(await stores.incidents.get(host, NOON)).toEqual({ ...anIncident(host), label: verdict });
        await stores.incidents.save(anIncident(host, { samples: 9 }));
        expect(await stores.incidents.get(host, NOON)).toEqual({ ...anIncident(host, { samples: 9 }), label: verdict });
        await stores.incidents.label(host, NOON, { verdict: "fault", at: NOON + 1, by: "bob" });
        expect((await stores.incidents.get(host, NOON))?.label).toEqual({ verdict: "fault", at: NOON + 1, by: "bob" });
      });

      test("an incident keeps the last 20 replaced labels, oldest first", async () => {
        const host = fresh("web");
        const label = (i: number) => ({ verdict: "false", at: NOON + i, by: "ada", note: `${i}` }) as const;
        await stores.incidents.save(anIncident(host));
        for (let i = 0; i <= 21; i++) await stores.incidents.label(host, NOON, label(i));
        await stores.incidents.save(anIncident(host, { samples: 9 }));
        const earlierLabels = Array.from({ length: 20 }, (_, i) => label(i + 1));
        const expected = { ...anIncident(host, { samples: 9 }), label: label(21), earlierLabels };
        expect(await stores.incidents.get(host, NOON)).toEqual(expected);
        expect(await stores.incidents.ofHost(host, NOON, NOON + 1)).toEqual([expected]);
      });

      test("the same label by the same person again changes nothing", async () => {
        const host = fresh("web");
        const verdict = { verdict: "false", at: NOON, by: "ada", note: "backup" } as const;
        await stores.incidents.save(anIncident(host));
        for (const at of [NOON, NOON + 1, NOON + 2]) await stores.incidents.label(host, NOON, { ...verdict, at });
        expect(await stores.incidents.get(host, NOON)).toEqual({ ...anIncident(host), label: verdict });
        await stores.incidents.label(host, NOON, { ...verdict, at: NOON + 3, by: "bob" });
        expect(await stores.incidents.get(host, NOON)).toMatchObject({
          label: { by: "bob" },
          earlierLabels: [verdict],
        });
      });

      test("keeps the label of each of several people who label at once", async () => {
        const host = fresh("web");
        const people = ["ada", "bob", "cy"];
        await stores.incidents.save(anIncident(host));
        await Promise.all(people.map((by) => stores.incidents.label(host, NOON, { verdict: "fault", at: NOON, by })));
        const { label, earlierLabels = [] } = (await stores.incidents.get(host, NOON)) ?? {};
        expect([...earlierLabels, label].map((one) => one?.by).sort()).toEqual(people);
      });

      test("the first acknowledgement stays, whatever is saved or labelled later", async () => {
        const host = fresh("web");
        const [first, second] = [
          { at: NOON, by: "ada" },
          { at: NOON + 1, by: "bob" },
        ];
        await stores.incidents.save(anIncident(host));
        expect(await stores.incidents.acknowledge(host, NOON, first)).toEqual(first);
        expect(await stores.incidents.acknowledge(host, NOON, second)).toEqual(first);
        await stores.incidents.save(anIncident(host, { samples: 9 }));
        await stores.incidents.label(host, NOON, { verdict: "fault", at: NOON, by: "cy" });
        expect(await stores.incidents.get(host, NOON)).toEqual({
          ...anIncident(host, { samples: 9, acknowledged: first }),
          label: { verdict: "fault", at: NOON, by: "cy" },
        });
      });

      test("several people who acknowledge at once all get the same answer", async () => {
        const host = fresh("web");
        await stores.incidents.save(anIncident(host));
        const heard = await Promise.all(
          ["ada", "bob", "cy"].map((by) => stores.incidents.acknowledge(host, NOON, { at: NOON, by })),
        );
        const stored = (await stores.incidents.get(host, NOON))?.acknowledged;
        expect(heard).toEqual([stored, stored, stored]);
      });

      test("throws when there is no incident to acknowledge, and creates none", async () => {
        const host = fresh("web");
        const acknowledging = stores.incidents.acknowledge(host, NOON, { at: NOON, by: "ada" });
        await expect(acknowledging).rejects.toThrow(`no incident of host ${host}`);
        expect(await stores.incidents.get(host, NOON)).toBeUndefined();
      });

      test("saving an incident does not store its label: only label() does", async () => {
        const host = fresh("web");
        await stores.incidents.save(anIncident(host, { label: { verdict: "fault", at: NOON, by: "ada" } }));
        expect(await stores.incidents.get(host, NOON)).toEqual(anIncident(host));
      });

      test("throws when there is no incident to label, and creates none", async () => {
        const host = fresh("web");
        await expect(stores.incidents.label(host, NOON, { verdict: "fault", at: NOON, by: "ada" })).rejects.toThrow(
          `no incident of host ${host}`,
        );
        expect(await stores.incidents.get(host, NOON)).toBeUndefined();
      });

      test("finds incidents by id, both of two that share one", async () => {
        const hosts = [fresh("web"), fresh("web")];
        for (const host of hosts) await stores.incidents.save(anIncident(host, { id: "COLL22" }));
        const found = await stores.incidents.withId("COLL22");
        expect(found.map(subjectOf).sort()).toEqual(hosts.sort());
      });

      test("lists a host's incidents oldest first, the end excluded", async () => {
        const host = fresh("web");
        for (const i of [2, 0, 1, 3]) await stores.incidents.save(anIncident(host, { opened: NOON + i }));
        const opened = (incidents: readonly Incident[]) => incidents.map((incident) => incident.opened - NOON);
        expect(opened(await stores.incidents.ofHost(host, NOON, NOON + 3))).toEqual([0, 1, 2]);
        expect(await stores.incidents.ofHost(host, NOON + 3, NOON + 3)).toEqual([]);
      });

      test("feeds the incidents of all hosts over days, newest first", async () => {
        const start = Date.UTC(2019, 11, 31);
        const times = [-1, 0, 1, DAY_MS - 1, DAY_MS, 3 * DAY_MS];
        for (const time of times) await stores.incidents.save(anIncident(fresh("web"), { opened: start + time }));
        const feed = async (from: number, to: number, limit: number) =>
          (await stores.incidents.feed(start + from, start + to, limit)).map(({ opened }) => opened - start);
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
            await stores.incidents.save(incident);
            await stores.incidents.label(subjectOf(incident), incident.opened, verdict);
            const expected = { ...asStored(incident), label: verdict };
            expect(await stores.incidents.get(subjectOf(incident), incident.opened)).toEqual(expected);
            expect(await stores.incidents.withId(incident.id)).toContainEqual(expected);
          }),
          { numRuns },
        );
      });
    });
  });
}

function ofHost({ incident, ...state }: HostState, host: string): HostState {
  return { ...state, host, ...(incident ? { incident: { ...incident, host } } : {}) };
}

function asStored<T extends Incident>(incident: T): T {
  return incident.kind === "silent" ? incident : rounded(incident as T & Worst);
}

function toSixDigits({ incident, ...state }: HostState): HostState {
  return { ...state, ...(incident ? { incident: asStored(incident) } : {}) };
}

async function toArray<T>(items: AsyncIterable<T>): Promise<T[]> {
  const array: T[] = [];
  for await (const item of items) array.push(item);
  return array;
}
