import { retireHost } from "../../lib/watch/retire.ts";
import { aSilence } from "../contract/examples.ts";
import { START } from "../factories.ts";
import { fleetOf, reporting } from "./reporting.ts";
import { DAY, HOUR, hostsOf, MINUTE } from "./support.ts";

describe("an outage, in which no host sends", () => {
  const all = hostsOf("web", 6).map(({ host, group }) => reporting(host, { group }));

  test("is one incident, after five minutes", async () => {
    const fleet = await fleetOf(...all);
    expect(await fleet.sweepAt(5)).toMatchObject({ silent: 0, published: 0 });
    expect(await fleet.sweepAt(6)).toEqual({ silent: 6, published: 1, digested: 0, dropped: 0 });
    expect(await fleet.sweepAt(7)).toEqual({ silent: 0, published: 0, digested: 0, dropped: 0 });
    const extent = { affected: 6, total: 6, silent: 6 };
    const incident = { kind: "fleet", group: "*", revision: 1, opened: START + 1, extent };
    expect(fleet.notices()).toMatchObject([{ kind: "opened", incident }]);
    expect(await fleet.incidents()).toHaveLength(7);
    expect(await fleet.state("web-000")).toMatchObject({
      pending: [],
      incident: { kind: "silent", fleet: expect.anything() },
    });
  });

  test("opens after three intervals of most hosts, if these are longer", async () => {
    const fleet = await fleetOf(...all.map((one) => ({ ...one, interval: 10 * MINUTE })));
    expect(await fleet.sweepAt(30)).toMatchObject({ silent: 0 });
    expect(await fleet.sweepAt(31)).toMatchObject({ silent: 6 });
  });

  test("is over when all hosts send again, without a message about each", async () => {
    const fleet = await fleetOf(...all);
    await fleet.sweepAt(6);
    for (const { host } of all) await fleet.sends(host, 20);
    await fleet.sweepAt(21);
    await fleet.sweepAt(22);
    expect(fleet.said()).toEqual(["opened group#*", "resolved group#*"]);
    const over = { revision: 2, resolved: START + 21 * MINUTE, extent: { affected: 6, remaining: 0, first: [] } };
    expect(fleet.notices()[1]).toMatchObject({ incident: over });
    expect(await fleet.ports.hosts.withPending()).toEqual([]);
  });

  test("names at its end the hosts that stay away for five more minutes, and announces their return", async () => {
    const fleet = await fleetOf(...all);
    await fleet.sweepAt(6);
    for (const { host } of all.slice(1)) await fleet.sends(host, 20);
    for (let minute = 21; minute <= 26; minute++) {
      await fleet.sweepAt(minute);
      expect(fleet.said()).toHaveLength(1);
      for (const { host } of all.slice(1)) await fleet.sends(host, minute + 0.5);
    }
    await fleet.sweepAt(27);
    const extent = { affected: 6, remaining: 1, first: [{ host: "web-000" }] };
    expect(fleet.notices().slice(1)).toMatchObject([{ kind: "resolved", incident: { extent } }]);
    for (const { host } of all) await fleet.sends(host, 40);
    await fleet.sweepAt(41);
    expect(fleet.said().slice(2)).toEqual(["resolved web-000"]);
  });

  test("goes on after a week, until its hosts are retired after 30 days", async () => {
    const fleet = await fleetOf(...all);
    await fleet.sweepAt(6);
    for (const day of [7, 8, 29]) for (const minute of [7, 8, 20]) await fleet.sweepAt(day * 24 * 60 + minute);
    expect(fleet.said().filter((one) => !one.startsWith("reminder"))).toEqual(["opened group#*"]);
    for (const minute of [7, 8, 9]) await fleet.sweepAt(30 * 24 * 60 + minute);
    expect(fleet.said().at(-1)).toBe("resolved group#*");
  });

  test("is over when none of its hosts is expected any more", async () => {
    const fleet = await fleetOf(...all);
    await fleet.sweepAt(6);
    for (const { host } of all) await retireHost(fleet.ports, host, START + 7 * MINUTE);
    await fleet.sweepAt(8);
    await fleet.sweepAt(9);
    expect(fleet.said()).toEqual(["opened group#*", "resolved group#*"]);
    expect(await fleet.ports.hosts.withPending()).toEqual([]);
  });

  test("leaves out hosts that are retired, silenced, gone for a week or never reported twice", async () => {
    const none = [{ retired: true }, { host: "quiet-1" }, { arrived: START - 7 * DAY }, { interval: 0 }];
    const fleet = await fleetOf(...none.map((changes, i) => reporting(`web-${i}`, changes)));
    await fleet.ports.alerting.saveSilence(
      aSilence("ABC234", { matcher: { host: "quiet-*" }, from: START, until: START + DAY }),
    );
    expect(await fleet.sweepAt(60)).toMatchObject({ silent: 0, published: 0 });
  });

  test.each([
    ["has just begun to look", {}],
    ["did not look for more than five minutes", { since: START, last: START + HOUR - 5 * MINUTE - 1 }],
  ])("is not announced at once by a process that %s", async (_, memory) => {
    const fleet = await fleetOf(...all);
    fleet.goTo(START + HOUR);
    expect(await fleet.sweep({}, memory)).toMatchObject({ silent: 0 });
    for (let minute = 1; minute <= 5; minute++) {
      fleet.goTo(START + HOUR + minute * MINUTE);
      expect(await fleet.sweep({}, memory)).toMatchObject({ silent: 0 });
    }
    fleet.goTo(START + HOUR + 6 * MINUTE);
    expect(await fleet.sweep({}, memory)).toMatchObject({ silent: 6 });
  });
});
