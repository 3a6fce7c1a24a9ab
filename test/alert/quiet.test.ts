// The patterns that a label `false` makes quiet, and those that it does not.

import { labelIncident } from "../../lib/alert/label.ts";
import { quietFor } from "../../lib/alert/quiet.ts";
import type { Cause } from "../../lib/incident/cause.ts";
import type { AnomalyIncident } from "../../lib/incident/incident.ts";
import type { Verdict } from "../../lib/incident/label.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { anIncident, NOON } from "../contract/examples.ts";
import { START } from "../factories.ts";
import { CALM, createWorld, hostsOf, MINUTE } from "./support.ts";

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A metric this far above 10, with 2 usual either way. Its part in the score is its distance. */
function above(metric: string, distance: number): Cause {
  const place = { now: 10 + distance, expected: 10, low: 8, high: 12, normalAt: 14 };
  return { metric, ...place, contribution: distance, share: 0.5 };
}

/** Epsilon is 9.25 (examples.ts), so a contribution of 27.75 is critical. */
function incident(host: string, causes: readonly Cause[], opened = NOON): AnomalyIncident {
  return anIncident(host, { id: `${host}${opened}`, causes, opened, lastAnomaly: opened + 60_000 });
}

async function stored(...labelled: readonly (readonly [AnomalyIncident, Verdict])[]) {
  const stores = createMemoryStores(() => NOON + DAY);
  for (const [one, verdict] of labelled) {
    await stores.incidents.save(one);
    await labelIncident(stores, one, { verdict, at: one.opened + HOUR, by: "anna", note: "nightly report" });
  }
  const isQuiet = async (one: AnomalyIncident) =>
    quietFor(await stores.alerting.quiets(), one, one.opened) !== undefined;
  return { stores, isQuiet };
}

const LATER = NOON + 10 * DAY;
const REPORT = incident("rep-1", [above("disk", 20), above("cpu", 12)]);
/** As far as in the report, and less than epsilon. */
const LEARNT = { ...above("disk", 20), contribution: 5 };

test.each<[string, AnomalyIncident, boolean]>([
  ["the same is quiet", incident("rep-1", [above("disk", 20), above("cpu", 12)], LATER), true],
  ["half as large again is quiet", incident("rep-1", [above("disk", 30)], LATER), true],
  ["larger alerts", incident("rep-1", [above("disk", 31)], LATER), false],
  ["the other side alerts", incident("rep-1", [{ ...above("disk", 20), now: -10 }], LATER), false],
  ["another metric alerts", incident("rep-1", [above("memory", 12)], LATER), false],
  ["a metric that went with it alerts when it comes alone", incident("rep-1", [above("cpu", 12)], LATER), false],
  [
    "a metric that went with it alerts when it is larger",
    incident("rep-1", [above("cpu", 19), above("disk", 20)], LATER),
    false,
  ],
  ["a smaller metric with it is quiet", incident("rep-1", [above("disk", 20), above("load", 10)], LATER), true],
  ["a critical metric with it alerts", incident("rep-1", [above("disk", 30), above("load", 28)], LATER), false],
  [
    "the same is quiet when a refit has learnt the main cause since",
    incident("rep-1", [above("cpu", 12), LEARNT], LATER),
    true,
  ],
  [
    "a metric that comes with it then is quiet if it is less than critical",
    incident("rep-1", [above("load", 27), LEARNT], LATER),
    true,
  ],
  [
    "a metric that comes with it then alerts if it is critical",
    incident("rep-1", [above("load", 28), LEARNT], LATER),
    false,
  ],
  [
    "a metric that comes with the main one at half its size alerts",
    incident("rep-1", [above("load", 12), { ...LEARNT, now: 19 }], LATER),
    false,
  ],
  ["another host alerts", incident("rep-2", [above("disk", 20)], LATER), false],
  ["after 30 days it alerts", incident("rep-1", [above("disk", 20)], NOON + HOUR + 30 * DAY), false],
])("after one false alarm %s", async (_, next, quiet) => {
  const { isQuiet } = await stored([REPORT, "false"]);
  expect(await isQuiet(next)).toBe(quiet);
});

test("an incident with a rule that holds is never quiet", async () => {
  const rules = [{ rule: "disk > 95", severity: "warning" as const, since: NOON, values: [] }];
  const { isQuiet } = await stored([REPORT, "false"], [{ ...REPORT, opened: NOON + HOUR, rules }, "false"]);
  expect(await isQuiet({ ...incident("rep-1", [above("disk", 20)], LATER), rules })).toBe(false);
});

test("false alarms of three hosts make a pattern quiet in their group, false alarms of two do not", async () => {
  const of = (host: string): [AnomalyIncident, Verdict] => [incident(host, [above("disk", 20)]), "false"];
  const other = incident("rep-9", [above("disk", 20)], LATER);
  expect(await (await stored(of("rep-1"), of("rep-2"))).isQuiet(other)).toBe(false);
  expect(await (await stored(of("rep-1"), of("rep-2"), of("rep-3"))).isQuiet(other)).toBe(true);
});

describe("the quiet pattern of a group", () => {
  const of = (host: string, days: number, distance = 20): AnomalyIncident =>
    incident(host, [above("disk", distance)], NOON + days * DAY);
  const three = (days: number) =>
    ["rep-1", "rep-2", "rep-3"].map((host): [AnomalyIncident, Verdict] => [of(host, days), "false"]);

  test("ends with a fault of that size on any of its hosts, and stays below a larger one", async () => {
    const ended = await stored(...three(0), [of("rep-9", 1), "fault"]);
    expect(await ended.isQuiet(of("rep-9", 2))).toBe(false);
    // A host whose own false alarms go on being quiet.
    expect(await ended.isQuiet(of("rep-1", 2))).toBe(true);
    const below = await stored(...three(0), [of("rep-9", 1, 30), "fault"]);
    expect([await below.isQuiet(of("rep-9", 2, 26)), await below.isQuiet(of("rep-9", 2, 28))]).toEqual([true, false]);
  });

  test("ends 30 days after the last false alarm, whatever people labelled since", async () => {
    const { isQuiet } = await stored(...three(0), [of("rep-9", 20, 90), "fault"]);
    const before = 30 + 0.5 / 24;
    expect([await isQuiet(of("rep-9", before)), await isQuiet(of("rep-9", before + 1 / 24))]).toEqual([true, false]);
  });

  test("is quiet only at the hours at which its hosts have it, and there is none if these differ", async () => {
    const nights = [0, 1, 2].flatMap((day) => three(day + 14 / 24));
    const { isQuiet } = await stored(...nights);
    expect([await isQuiet(of("rep-9", 5 + 14 / 24)), await isQuiet(of("rep-9", 5))]).toEqual([true, false]);
    const noons = [0, 1, 2].map((day): [AnomalyIncident, Verdict] => [of("rep-3", day), "false"]);
    const others = nights.filter(([{ host }]) => host !== "rep-3");
    const differing = await stored(...others, ...noons);
    expect(await differing.isQuiet(of("rep-9", 5))).toBe(false);
    expect(await differing.isQuiet(of("rep-9", 5 + 14 / 24))).toBe(false);
  });
});

const at = (hours: number, distance: number) => incident("rep-1", [above("disk", distance)], NOON + hours * HOUR);

test.each<[string, readonly (readonly [AnomalyIncident, Verdict])[], boolean]>([
  [
    "three faults and one false alarm",
    [
      [at(0, 20), "fault"],
      [at(3, 20), "fault"],
      [at(6, 20), "fault"],
      [at(9, 20), "false"],
    ],
    false,
  ],
  [
    "a false alarm that was a fault after all",
    [
      [at(0, 20), "false"],
      [at(3, 20), "fault"],
    ],
    false,
  ],
  [
    "two false alarms and a much larger fault",
    [
      [at(0, 20), "false"],
      [at(3, 20), "false"],
      [at(6, 90), "fault"],
    ],
    true,
  ],
  [
    "two false alarms and a smaller fault",
    [
      [at(0, 20), "false"],
      [at(3, 20), "false"],
      [at(6, 15), "fault"],
    ],
    false,
  ],
])("%s: whether the pattern is quiet", async (_, labelled, quiet) => {
  const { isQuiet } = await stored(...labelled);
  expect(await isQuiet(at(12, 20))).toBe(quiet);
});

test("a quiet pattern stays below the size that people called a fault", async () => {
  const { isQuiet } = await stored([at(0, 20), "false"], [at(3, 20), "false"], [at(6, 30), "fault"]);
  expect([await isQuiet(at(12, 26)), await isQuiet(at(12, 28))]).toEqual([true, false]);
});

test("false alarms at one hour make that hour quiet, and false alarms of a whole day make every hour quiet", async () => {
  const nightly = await stored([at(0, 20), "false"], [at(24.5, 20), "false"], [at(47.5, 20), "false"]);
  expect([await nightly.isQuiet(at(96.5, 20)), await nightly.isQuiet(at(103, 20))]).toEqual([true, false]);
  const spread = await stored([at(0, 20), "false"], [at(28, 20), "false"], [at(57, 20), "false"]);
  expect(await spread.isQuiet(at(103, 20))).toBe(true);
});

test("a quiet incident sends no message; the list counts it, and the incident names its pattern", async () => {
  const world = createWorld({ groups: ["web"] });
  const [host] = hostsOf("web", 1);
  const trouble = async (from: number) => {
    world.goTo(from);
    await world.send([host!], [0, 10, 10, 10]);
    world.goTo(from + MINUTE);
    await world.sweep();
    world.goTo(from + 10 * MINUTE);
    await world.send([host!], CALM);
    world.goTo(from + 11 * MINUTE);
    await world.sweep();
  };
  await trouble(START + MINUTE);
  expect(world.said()).toEqual(["opened web-000", "resolved web-000"]);
  const [first] = await world.incidents();
  await labelIncident(world.stores, first!, { verdict: "false", at: START + HOUR, by: "anna" });
  await trouble(START + 2 * HOUR);
  expect(world.said()).toHaveLength(2);
  const [quiet] = await world.ports.alerting.quiets();
  expect(quiet).toMatchObject({ by: "anna", since: START + HOUR, incidents: 1 });
  const incidents = (await world.incidents()) as readonly AnomalyIncident[];
  expect(incidents.map((one) => one.quiet).sort()).toEqual([quiet!.id, undefined]);
  expect(await world.ports.hosts.withPending()).toEqual([]);
});
