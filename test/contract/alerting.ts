import fc from "fast-check";
import type { Allowance, Desk } from "../../lib/alert/desk.ts";
import { newDesk } from "../../lib/alert/desk.ts";
import type { Silence } from "../../lib/alert/silence.ts";
import type { Stores } from "../../lib/store/stores.ts";
import type { Clock } from "../../lib/time.ts";
import { DAY_MS } from "../../lib/time.ts";
import {
  alertingName,
  allowanceOf,
  announced,
  audit,
  deskOf,
  quietOf,
  refusal,
  silenceOf,
} from "./alerting-arbitraries.ts";
import { aFleetIncident, aSilence, NOON } from "./examples.ts";
import { rounded } from "./rounded.ts";

/** The promises that every implementation of the alerting store keeps (lib/alert/ports.ts). Tests share the table. */
export function describeAlerting(name: string, numRuns: number, create: (clock: Clock) => Promise<Stores>): void {
  describe(`${name} keeps the promises of the alerting store`, () => {
    let stores: Stores;
    let now = NOON;
    let unique = 0;
    const fresh = (prefix: string) => `${prefix}-${unique++}`;
    const silence = async (id: string) => (await stores.alerting.silences()).find((one) => one.id === id);

    beforeAll(async () => {
      stores = await create(() => now);
    });
    afterAll(() => stores.close());

    test("a desk and an allowance that were never stored are new, and an announcement is absent", async () => {
      const group = fresh("web");
      expect(await stores.alerting.desk(group)).toEqual({
        group,
        spoke: 0,
        begun: 0,
        incidents: [],
        recent: [],
        pending: [],
        revision: 0,
      });
      const none = { times: [], held: { critical: 0, warning: 0 }, revision: 0 };
      expect(await stores.alerting.allowance(group)).toEqual({ name: group, ...none });
      expect(await stores.alerting.announced(group)).toBeUndefined();
      expect((await stores.alerting.desks()).map((desk) => desk.group)).not.toContain(group);
    });

    test("a save returns the next revision, and a read returns the last save", async () => {
      const id = fresh("S");
      const first = await stores.alerting.saveSilence(aSilence(id));
      expect(first).toEqual(aSilence(id, { revision: 1 }));
      const second = await stores.alerting.saveSilence({ ...first!, matched: NOON });
      expect(second).toEqual(aSilence(id, { revision: 2, matched: NOON }));
      expect(await silence(id)).toEqual(second);
    });

    test.each([0, 1])("exactly one of eight writers wins the race from revision %i", async (revision) => {
      const id = fresh("r");
      const races: readonly ((by: number) => Promise<Silence | Desk | Allowance | undefined>)[] = [
        (by) => stores.alerting.saveSilence(aSilence(id, { revision, reason: `${by}` })),
        (by) => stores.alerting.saveDesk(aDesk(id, { revision, spoke: by })),
        (by) => stores.alerting.saveAllowance(anAllowance(id, { revision, times: [by] })),
      ];
      if (revision === 1) {
        await stores.alerting.saveSilence(aSilence(id));
        await stores.alerting.saveDesk(aDesk(id));
        await stores.alerting.saveAllowance(anAllowance(id));
      }
      for (const save of races) {
        const saved = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(save));
        const winners = saved.filter((one) => one !== undefined);
        expect(winners).toEqual([expect.objectContaining({ revision: revision + 1 })]);
        const found = [await silence(id), await stores.alerting.desk(id), await stores.alerting.allowance(id)];
        expect(found).toContainEqual(winners[0]);
      }
    });

    test("rejects a revision that is not the stored one, and writes nothing", async () => {
      const id = fresh("S");
      expect(await stores.alerting.saveSilence(aSilence(id, { revision: 3 }))).toBeUndefined();
      expect(await stores.alerting.saveDesk(aDesk(id, { revision: 3 }))).toBeUndefined();
      expect(await stores.alerting.saveAllowance(anAllowance(id, { revision: 3 }))).toBeUndefined();
      expect(await silence(id)).toBeUndefined();
      expect((await stores.alerting.desk(id)).revision).toBe(0);
      expect((await stores.alerting.allowance(id)).revision).toBe(0);
    });

    test("keeps a silence for 30 days after its end", async () => {
      const id = fresh("S");
      await stores.alerting.saveSilence(aSilence(id, { until: NOON + DAY_MS }));
      try {
        now = NOON + 31 * DAY_MS - 1_000;
        expect(await silence(id)).toBeDefined();
        now = NOON + 31 * DAY_MS;
        expect(await silence(id)).toBeUndefined();
      } finally {
        now = NOON;
      }
    });

    test("keeps silences, desks and allowances of one name apart", async () => {
      const id = fresh("web");
      await stores.alerting.saveSilence(aSilence(id));
      await stores.alerting.saveDesk(aDesk(id, { spoke: NOON }));
      await stores.alerting.saveAllowance(anAllowance(id, { times: [NOON] }));
      await stores.alerting.saveAnnounced(id, { version: 3, epsilon: 9.25 });
      expect(await silence(id)).toEqual(aSilence(id, { revision: 1 }));
      expect(await stores.alerting.desk(id)).toEqual(aDesk(id, { spoke: NOON, revision: 1 }));
      expect(await stores.alerting.allowance(id)).toEqual(anAllowance(id, { times: [NOON], revision: 1 }));
      expect(await stores.alerting.announced(id)).toEqual({ version: 3, epsilon: 9.25 });
    });

    test("lists all desks, each with its fleet incidents", async () => {
      const groups = [fresh("web"), fresh("web")];
      for (const group of groups) {
        const incident = aFleetIncident(group);
        await stores.alerting.saveDesk(aDesk(group, { incidents: [incident] }));
      }
      const desks = (await stores.alerting.desks()).filter(({ group }) => groups.includes(group));
      expect(desks.map(({ group, incidents: [one] }) => [group, one?.group]).sort()).toEqual(
        groups.map((group) => [group, group]),
      );
    });

    test("keeps the last announcement and the last audit", async () => {
      const owner = fresh("host#");
      await stores.alerting.saveAnnounced(owner, { version: 1, epsilon: 9 });
      await stores.alerting.saveAnnounced(owner, { version: 2, epsilon: 12.5 });
      expect(await stores.alerting.announced(owner)).toEqual({ version: 2, epsilon: 12.5 });
      await stores.alerting.saveAudit({ at: NOON, confirmed: ["email ann@example.com"], unconfirmed: [] });
      await stores.alerting.saveAudit({ at: NOON + DAY_MS, confirmed: [], unconfirmed: ["email ben@example.com"] });
      expect(await stores.alerting.audit()).toEqual({
        at: NOON + DAY_MS,
        confirmed: [],
        unconfirmed: ["email ben@example.com"],
      });
    });

    test("keeps refusals of refits until one passes, or for a week", async () => {
      const owner = fresh("host#");
      const own = async () => (await stores.alerting.refusals()).filter((one) => one.owner === owner);
      const first = { owner, since: NOON, at: NOON, refused: "flags 9.7 %", told: false };
      await stores.alerting.saveRefusal(first);
      await stores.alerting.saveRefusal({ ...first, told: true });
      expect(await own()).toEqual([{ ...first, told: true }]);
      await stores.alerting.endRefusal(owner);
      expect(await own()).toEqual([]);
      await stores.alerting.saveRefusal(first);
      try {
        now = NOON + 7 * DAY_MS - 1_000;
        expect(await own()).toEqual([first]);
        now = NOON + 7 * DAY_MS;
        expect(await own()).toEqual([]);
      } finally {
        now = NOON;
      }
    });

    test("keeps the label of a time until it is removed, or for a year after that time", async () => {
      const id = fresh("T");
      const own = async () => (await stores.alerting.timeLabels()).filter((one) => one.id === id);
      const label = { verdict: "fault" as const, at: NOON, by: "jo", note: "disk full" };
      const missed = { id, about: { host: "web-07" }, from: NOON - 60_000, to: NOON, label };
      await stores.alerting.saveTimeLabel(missed);
      const changed = {
        ...missed,
        about: { group: "web" },
        label: { verdict: "expected" as const, at: NOON, by: "jo" },
      };
      await stores.alerting.saveTimeLabel(changed);
      expect(await own()).toEqual([changed]);
      await stores.alerting.removeTimeLabel(id);
      expect(await own()).toEqual([]);
      await stores.alerting.saveTimeLabel(missed);
      try {
        now = NOON + 366 * DAY_MS - 1_000;
        expect(await own()).toEqual([missed]);
        now = NOON + 366 * DAY_MS;
        expect(await own()).toEqual([]);
      } finally {
        now = NOON;
      }
    });

    test("returns the events of some hours, oldest first, until one is removed, or for 30 days", async () => {
      const [hour, by] = [3_600_000, fresh("jo")];
      const own = async (from: number, to: number) =>
        (await stores.alerting.events(from, to)).filter((event) => event.by === by);
      const event = { matcher: { group: "web" }, text: "deploy 4.2", by };
      const [first, second, third] = [
        { ...event, id: `E-${fresh("C")}`, at: NOON - hour },
        { ...event, id: `E-${fresh("B")}`, at: NOON - 1, matcher: { host: "web-*", group: "*" } },
        { ...event, id: `E-${fresh("A")}`, at: NOON },
      ] as const;
      for (const one of [third, second, first]) await stores.alerting.saveEvent(one);
      expect(await own(NOON - hour, NOON)).toEqual([first, second]);
      expect(await own(NOON - hour + 1, NOON + 1)).toEqual([second, third]);
      await stores.alerting.removeEvent(second);
      expect(await own(0, NOON + 1)).toEqual([first, third]);
      try {
        now = NOON + 30 * DAY_MS - 1_000;
        expect(await own(0, NOON + 1)).toEqual([third]);
        now = NOON + 30 * DAY_MS;
        expect(await own(0, NOON + 1)).toEqual([]);
      } finally {
        now = NOON;
      }
    });

    test("returns any of them as saved, causes to six digits", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            silence: silenceOf(NOON),
            quiet: quietOf(NOON),
            desk: deskOf,
            allowance: allowanceOf,
            announced,
            refusal,
            audit,
          }),
          alertingName,
          async (some, suffix) => {
            const id = `${fresh("any")} ${suffix}`;
            const saved = await stores.alerting.saveSilence({ ...some.silence, id });
            expect(await silence(id)).toEqual(saved);
            const quiet = await stores.alerting.saveQuiet({ ...some.quiet, id });
            expect((await stores.alerting.quiets()).filter((one) => one.id === id)).toEqual([quiet]);
            const desk = await stores.alerting.saveDesk({ ...some.desk, group: id });
            expect(await stores.alerting.desk(id)).toEqual(desk && { ...desk, incidents: desk.incidents.map(rounded) });
            const allowance = await stores.alerting.saveAllowance({ ...some.allowance, name: id });
            expect(await stores.alerting.allowance(id)).toEqual(allowance);
            await stores.alerting.saveAnnounced(id, some.announced);
            expect(await stores.alerting.announced(id)).toEqual(some.announced);
            const refused = { ...some.refusal, owner: id, at: NOON };
            await stores.alerting.saveRefusal(refused);
            expect((await stores.alerting.refusals()).filter(({ owner }) => owner === id)).toEqual([refused]);
            await stores.alerting.saveAudit(some.audit);
            expect(await stores.alerting.audit()).toEqual(some.audit);
          },
        ),
        { numRuns },
      );
    });

    test.each<[string, Partial<Silence>, string]>([
      ["that never ends", { until: Number.POSITIVE_INFINITY }, "Infinity cannot be stored"],
      ["whose end is no number", { until: Number.NaN }, "NaN cannot be stored"],
      ["matched at no time", { matched: Number.NaN }, "NaN at matched cannot be stored"],
    ])("rejects a silence %s", async (_, fields, problem) => {
      const id = fresh("S");
      await expect(stores.alerting.saveSilence(aSilence(id, fields))).rejects.toThrow(problem);
      expect(await silence(id)).toBeUndefined();
    });
  });
}

function aDesk(group: string, fields: Partial<Desk> = {}): Desk {
  return { ...newDesk(group), ...fields };
}

function anAllowance(name: string, fields: Partial<Allowance> = {}): Allowance {
  return { name, times: [], held: { critical: 0, warning: 0 }, revision: 0, ...fields };
}
