// Hosts that are usually off at times: their silence is no news until they should be back.
import { isPresent } from "../../lib/watch/silent.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { anIncident } from "../contract/examples.ts";
import { START } from "../factories.ts";
import { fleetOf, reporting } from "./reporting.ts";
import { DAY, HOUR, hostsOf, MINUTE } from "./support.ts";

/** It reported last at `START`, and is usually back twelve hours later. */
const BACK_BY = START + 12 * HOUR;
const nightly = (host: string, changes: Partial<HostState> = {}) => reporting(host, { backBy: BACK_BY, ...changes });
/** A host that never stops: it shows that records still arrive. */
const always = reporting("always", { arrived: START + DAY, newest: START + DAY });
/** Minutes after `START`. */
const MORNING = 12 * 60;

test("a host that comes back in time sends no message", async () => {
  const fleet = await fleetOf(always, nightly("web-07"));
  expect(await fleet.sweepAt(10)).toMatchObject({ silent: 0, published: 0 });
  expect(await fleet.sweepAt(MORNING)).toMatchObject({ silent: 0, published: 0 });
  await fleet.sends("web-07", MORNING + 1);
  expect(await fleet.sweepAt(MORNING + 2)).toMatchObject({ silent: 0, published: 0 });
  expect(await fleet.state("web-07")).not.toHaveProperty("backBy");
});

test("a host that does not come back in time is silent from then on, and announced once", async () => {
  const fleet = await fleetOf(always, nightly("web-07"));
  await fleet.sweepAt(10);
  expect(await fleet.sweepAt(MORNING + 1)).toMatchObject({ silent: 1, published: 1 });
  expect(await fleet.sweepAt(MORNING + 2)).toMatchObject({ silent: 0, published: 0 });
  const incident = { kind: "silent", opened: BACK_BY + 1, backBy: BACK_BY, lastSample: { time: START - 2_000 } };
  expect(fleet.notices()).toMatchObject([{ kind: "opened", incident }]);
  await fleet.sends("web-07", MORNING + 30);
  expect(fleet.notices().slice(1)).toMatchObject([{ kind: "resolved", incident: { revision: 2 } }]);
});

test("a host in trouble that goes off ends its trouble, and there is neither a silence nor a reminder", async () => {
  const trouble = { ...anIncident("web-07"), group: "default", opened: START - HOUR, lastAnomaly: START - 2_000 };
  const fleet = await fleetOf(always, nightly("web-07", { incident: trouble }));
  expect(await fleet.sweepAt(10)).toEqual({ silent: 0, published: 1, digested: 0, dropped: 0 });
  await fleet.sweepAt(6 * 60);
  const over = { id: trouble.id, ending: "silent", resolved: START - 2_000 };
  expect(fleet.notices()).toMatchObject([{ kind: "resolved", incident: over }]);
  expect(await fleet.incidents()).toMatchObject([over]);
});

test("a host that is off does not belong to its group: two of two hosts in trouble are not two of ten", () => {
  expect(isPresent(nightly("web-07"), START + 3 * MINUTE)).toBe(true); // it may still send
  expect(isPresent(nightly("web-07"), START + 4 * MINUTE)).toBe(false);
  expect(isPresent(nightly("web-07"), BACK_BY + 1)).toBe(true);
});

test("a fleet that is off as a whole is no outage; if nothing is back in time, one message says so", async () => {
  const fleet = await fleetOf(...hostsOf("web", 6).map(({ host, group }) => nightly(host, { group })));
  for (const minute of [10, 60, MORNING]) expect(await fleet.sweepAt(minute)).toMatchObject({ silent: 0 });
  expect(await fleet.sweepAt(MORNING + 1)).toMatchObject({ silent: 6, published: 1 });
  expect(await fleet.sweepAt(MORNING + 2)).toMatchObject({ silent: 0, published: 0 });
  const incident = { kind: "fleet", group: "*", opened: BACK_BY + 1, extent: { silent: 6 } };
  expect(fleet.notices()).toMatchObject([{ kind: "opened", incident }]);
});

test("an outage in the morning grows by the hosts that should have been back later, without a message", async () => {
  const hosts = hostsOf("web", 6).map(({ host, group }, i) =>
    nightly(host, { group, backBy: BACK_BY + i * 30 * MINUTE }),
  );
  const fleet = await fleetOf(...hosts);
  // The first host alone is silent by itself, as no other host could show that records arrive.
  for (let minute = MORNING + 1; minute < MORNING + 180; minute += 30) await fleet.sweepAt(minute);
  expect(fleet.said()).toEqual(["opened web-000", "opened group#*"]);
  const [whole] = (await fleet.incidents()).filter(({ kind }) => kind === "fleet");
  expect(whole).toMatchObject({ extent: { affected: 5, total: 5, silent: 5 } });
});

test("after a day off, hosts that people switch on one after the other end their outage with one message", async () => {
  const hosts = hostsOf("web", 4).map(({ host, group }) => nightly(host, { group }));
  const fleet = await fleetOf(...hosts);
  await fleet.sweepAt(MORNING + 1);
  for (const [i, { host }] of hosts.entries()) {
    await fleet.sends(host, MORNING + 10 + 30 * i);
    await fleet.sweepAt(MORNING + 11 + 30 * i);
  }
  expect(fleet.said()).toEqual(["opened group#*", "resolved group#*"]);
});

test("hosts of one group that do not come back are one incident of their group", async () => {
  const web = hostsOf("web", 6).map(({ host, group }) => nightly(host, { group }));
  const fleet = await fleetOf(always, ...web);
  expect(await fleet.sweepAt(MORNING + 1)).toMatchObject({ silent: 6, published: 1 });
  expect(fleet.said()).toEqual(["opened group#web"]);
});

test("a host that said goodbye, or that a person retired, is not missed in the morning", async () => {
  const fleet = await fleetOf(always, nightly("web-07", { retired: true }));
  expect(await fleet.sweepAt(MORNING + 1)).toMatchObject({ silent: 0, published: 0 });
});
