// Groups that depend on others, by the scorer and a sweep each minute.
import { follows } from "../../lib/alert/dependence.ts";
import type { AlertSettings } from "../../lib/alert/settings.ts";
import { type HostIncident, subjectOf } from "../../lib/incident/incident.ts";
import { anIncident, aSilence, aSilentIncident, NOON } from "../contract/examples.ts";
import { START } from "../factories.ts";
import { createWorld, hostsOf, MINUTE, type World } from "./support.ts";

const BUSY = Array<number>(6).fill(10);
const CALM = Array<number>(6).fill(0);
const WEB_ON_DB = new Map([["web", ["db"]]]);

/** From inclusive, to exclusive, in minutes: when the host is busy. A host that dies sends nothing from `dies` on. */
interface Course {
  readonly from: number;
  readonly to: number;
  readonly dies?: number;
}

type Fleet = Readonly<Record<string, Course>>;

const WORLD = { groups: ["db", "app", "web"] };
const NEVER: Course = { from: 0, to: 0 };

async function live(world: World, fleet: Fleet, minutes: number): Promise<readonly string[]> {
  for (let minute = 1; minute <= minutes; minute++) {
    world.goTo(START + minute * MINUTE);
    for (const [host, { from, to, dies = minutes + 1 }] of Object.entries(fleet))
      if (minute < dies)
        await world.send([{ host, group: host.slice(0, -4) }], from <= minute && minute < to ? BUSY : CALM);
    world.goTo(START + minute * MINUTE + 20_000);
    await world.sweep();
  }
  return world.said();
}

function worldOf(settings: Partial<AlertSettings> = {}): World {
  return createWorld({ ...WORLD, settings: { dependsOn: WEB_ON_DB, ...settings } });
}

const all = (group: string, count: number, course: Course): Fleet =>
  Object.fromEntries(hostsOf(group, count).map(({ host }) => [host, course]));

const DB: Course = { from: 5, to: 25 };
const minuteOf = ({ told }: World, said: string) => {
  const found = told.find(({ news }) => "incident" in news && `${news.kind} ${subjectOf(news.incident)}` === said);
  return ((found?.at ?? Number.NaN) - START) / MINUTE;
};

test("the incident of a group counts the hosts of dependent groups, which get no message of their own", async () => {
  const world = worldOf();
  const fleet = { "db-000": DB, "web-000": { from: 6, to: 25 }, "web-001": { from: 7, to: 20 }, "web-002": NEVER };
  expect(await live(world, fleet, 60)).toEqual(["opened db-000", "grown db-000", "grown db-000", "resolved db-000"]);
  const counts = world.told.map(({ news }) => ("incident" in news ? news.incident.dependents : undefined));
  const web = (hosts: number) => ({ hosts, told: hosts, groups: [{ group: "web", hosts }] });
  expect(counts).toEqual([undefined, web(1), web(2), web(2)]);
});

test("without the setting each host gets its own message", async () => {
  const world = createWorld(WORLD);
  const said = await live(world, { "db-000": DB, "web-000": { from: 6, to: 25 } }, 60);
  expect([...said].sort()).toEqual(["opened db-000", "opened web-000", "resolved db-000", "resolved web-000"]);
});

test("a dependent host that is still in trouble when the other incident ends gets its message then", async () => {
  const world = worldOf();
  const said = await live(world, { "db-000": DB, "web-000": { from: 6, to: 50 } }, 80);
  expect(said).toEqual(["opened db-000", "grown db-000", "resolved db-000", "opened web-000", "resolved web-000"]);
  const waited = minuteOf(world, "opened web-000") - minuteOf(world, "resolved db-000");
  expect(waited).toBeGreaterThanOrEqual(0);
  expect(waited).toBeLessThanOrEqual(1.5);
});

test("a dependent host that is calm at the other's end gets no message, even if its incident is open", async () => {
  const world = worldOf();
  const said = await live(world, { "db-000": DB, "web-000": { from: 6, to: 28 } }, 50);
  expect(said).toEqual(["opened db-000", "grown db-000", "resolved db-000"]);
  const [web, db] = ["web-000", "db-000"].map(
    async (host) => (await world.stores.incidents.ofHost(host, START, START + HOUR))[0],
  );
  expect((await web)?.resolved).toBeGreaterThan((await db)?.resolved ?? 0);
});

test("many dependent hosts still in trouble when the other incident ends get one message for their group", async () => {
  const said = await live(worldOf(), { "db-000": DB, ...all("web", 8, { from: 6, to: 50 }) }, 80);
  expect(said.filter((one) => !one.includes("db"))).toEqual(["opened group#web", "resolved group#web"]);
});

test("a dependent host that falls silent gets its message at once", async () => {
  const fleet = { "db-000": { from: 25, to: 80 }, "web-000": { from: 26, to: 80, dies: 32 }, "web-001": NEVER };
  const world = worldOf();
  expect(await live(world, fleet, 60)).toEqual(["opened db-000", "grown db-000", "opened web-000"]);
  expect(minuteOf(world, "opened web-000")).toBeLessThan(32 + 10);
});

test.each([
  [10, "gets its own message beside", true],
  [5, "waits for", false],
])("with one of %d hosts in trouble, the incident of the dependent group %s it", async (hosts, _, isTold) => {
  const db = { ...all("db", hosts, NEVER), "db-000": DB };
  const said = await live(worldOf(), { ...db, "web-000": { from: 6, to: 20 } }, 24);
  expect(said.includes("opened web-000")).toBe(isTold);
});

test("no incident waits for one that a silence holds back", async () => {
  const world = worldOf();
  const until = START + 60 * MINUTE;
  await world.stores.alerting.saveSilence(aSilence("SSS222", { matcher: { group: "db" }, from: START, until }));
  expect(await live(world, { "db-000": DB, "web-000": { from: 6, to: 20 } }, 40)).toEqual([
    "opened web-000",
    "resolved web-000",
  ]);
});

test("an incident waits for another no longer than the time to a reminder", async () => {
  const world = worldOf({ remindAfterMs: 30 * MINUTE });
  await live(world, { "db-000": { from: 5, to: 90 }, "web-000": { from: 6, to: 90 } }, 45);
  expect(minuteOf(world, "opened web-000")).toBeCloseTo(36, -0.5);
});

test("in a chain of groups, all dependents wait for the first", async () => {
  const dependsOn = new Map([
    ["web", ["app", "db"]],
    ["app", ["db"]],
  ]);
  const world = worldOf({ dependsOn });
  const fleet = { "db-000": DB, "app-000": { from: 6, to: 22 }, "web-000": { from: 7, to: 21 } };
  const said = await live(world, fleet, 60);
  expect(said.every((one) => one.endsWith(" db-000"))).toBe(true);
  const [end] = world.told.slice(-1).map(({ news }) => ("incident" in news ? news.incident : undefined));
  expect(end?.dependents?.groups.map(({ group }) => group).sort()).toEqual(["app", "web"]);
});

test("while the first of a chain is well, the last waits for the middle", async () => {
  const dependsOn = new Map([
    ["web", ["app", "db"]],
    ["app", ["db"]],
  ]);
  const fleet = { "db-000": NEVER, "app-000": DB, "web-000": { from: 7, to: 21 } };
  const said = await live(worldOf({ dependsOn }), fleet, 60);
  expect(said).toEqual(["opened app-000", "grown app-000", "resolved app-000"]);
});

const RULE = { rule: "disk full", since: NOON, values: [] };
const HOUR = 60 * MINUTE;
test.each<[string, HostIncident, boolean]>([
  ["an anomaly in the same minute", anIncident("web-1", { opened: NOON }), true],
  ["five minutes before", anIncident("web-1", { opened: NOON - 5 * MINUTE }), true],
  ["longer before", anIncident("web-1", { opened: NOON - 5 * MINUTE - 1 }), false],
  ["within the hour", anIncident("web-1", { opened: NOON + HOUR - 1 }), true],
  ["after an hour", anIncident("web-1", { opened: NOON + HOUR }), false],
  ["a rule's warning", anIncident("web-1", { opened: NOON, rules: [{ ...RULE, severity: "warning" }] }), true],
  ["a critical rule", anIncident("web-1", { opened: NOON, rules: [{ ...RULE, severity: "critical" }] }), false],
  ["a silent host", aSilentIncident("web-1", { opened: NOON }), false],
])("whether a dependent incident is part of the other: %s", (_, incident, expected) => {
  expect(follows(incident, anIncident("db-1", { opened: NOON }))).toBe(expected);
});
