import { type Desk, newDesk } from "../../lib/alert/desk.ts";
import { moveFleet } from "../../lib/alert/fleet.ts";
import { DEFAULT_ALERT_SETTINGS } from "../../lib/alert/settings.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { anIncident, judged } from "../contract/examples.ts";
import { START, state } from "../factories.ts";

const NOW = START + 300_000;

/** A host whose incident opened so many seconds after `START` and is still to be told of. */
function troubled(host: string, seconds: number, changes: Partial<HostState> = {}): HostState {
  const opened = START + seconds * 1_000;
  const pending = [{ kind: "opened" as const, id: "ABC234", opened, revision: 1 }];
  return state({ host, group: "web", incident: anIncident(host, { opened }), pending, interval: 10_000, ...changes });
}

function spread(...seconds: readonly number[]): HostState[] {
  return seconds.map((second, i) => troubled(`web-${i}`, second));
}

function openedBy(
  states: readonly HostState[],
  total: number,
  isSilenced: (state: HostState) => boolean = () => false,
) {
  const move = moveFleet(newDesk("web"), { total, troubled: states }, isSilenced, DEFAULT_ALERT_SETTINGS, NOW);
  return { affected: move.incident?.extent.affected ?? 0, attached: move.attached.length, incident: move.incident };
}

test.each<[string, number, readonly number[], number]>([
  ["four hosts are none", 4, [0, 0, 0, 0], 0],
  ["five within a minute are one", 20, [0, 10, 20, 30, 60], 5],
  ["five within more than a minute are none", 20, [0, 10, 20, 30, 61], 0],
  ["five of 25 are a fifth", 25, [0, 0, 0, 0, 0], 5],
  ["five of 26 are less", 26, [0, 0, 0, 0, 0], 0],
  ["the minute may begin with any of them", 20, [0, 50, 60, 70, 80, 110], 6],
])("%s", (_, total, seconds, affected) => {
  expect(openedBy(spread(...seconds), total)).toMatchObject({ affected, attached: affected });
});

test("those that report every five minutes have as long to come together", () => {
  const slow = [0, 70, 140, 210, 300].map((second, i) => troubled(`web-${i}`, second, { interval: 300_000 }));
  expect(openedBy(slow, 20).affected).toBe(5);
  expect(openedBy([...slow.slice(0, 4), troubled("web-5", 301)], 20).affected).toBe(0);
});

test("those that people were told of count, but not they alone", () => {
  const told = spread(0, 0, 0, 0, 0).map((one) => ({ ...one, pending: [] }));
  expect(openedBy(told, 20).affected).toBe(0);
  expect(openedBy([...told.slice(1), troubled("web-9", 5)], 20).affected).toBe(5);
});

test("those that are silenced or part of another do not count", () => {
  const five = spread(0, 0, 0, 0, 0);
  expect(openedBy(five, 20, ({ host }) => host === "web-0").affected).toBe(0);
  const [first, ...others] = five;
  const part = { ...first!, incident: { ...first!.incident!, fleet: "FFF222" } };
  expect(openedBy([part, ...others], 20).affected).toBe(0);
});

test("it begins with the first and shows the worst", () => {
  const [a, b, ...rest] = spread(20, 10, 20, 20, 20);
  const peak = judged(START + 15_000, 99);
  const worst = { ...a!, incident: anIncident("web-0", { opened: START + 20_000, peak, causes: [] }) };
  expect(openedBy([worst, b!, ...rest], 20).incident).toMatchObject({
    ...{ kind: "fleet", group: "web", revision: 1, opened: START + 10_000, grown: NOW },
    ...{ peak, causes: [], samples: 15, anomalies: 15 },
    extent: { affected: 5, total: 20, silent: 0, first: [{ host: "web-1" }, { host: "web-0" }, {}, {}, {}] },
  });
});

test("it is another than the group's last one, though a host that is left from that began first", () => {
  const settings = DEFAULT_ALERT_SETTINGS;
  const move = (desk: Desk, now: number, troubled: readonly HostState[]) =>
    moveFleet(desk, { total: 20, troubled }, () => false, settings, now);
  const first = move(newDesk("web"), NOW, spread(0, 0, 0, 0, 0));
  const over = move(first.desk!, NOW + 600_000, []);
  const second = move(over.desk!, NOW + 700_000, spread(0, 30, 30, 30, 30));
  expect([first, over, second].map(({ incident }) => incident!.opened - START)).toEqual([0, 0, 1]);
  expect(second.incident!.id).not.toBe(first.incident!.id);
});

test("it resolves neither within two minutes nor with half of a fleet's least number left", () => {
  const open = moveFleet(
    newDesk("web"),
    { total: 20, troubled: spread(0, 0, 0, 0, 0) },
    () => false,
    DEFAULT_ALERT_SETTINGS,
    NOW,
  );
  const left = (count: number) =>
    spread(0, 0, 0, 0, 0)
      .slice(0, count)
      .map((one) => ({ ...one, pending: [], incident: { ...one.incident!, fleet: open.incident!.id } }));
  const at = (count: number, now: number) =>
    moveFleet(open.desk!, { total: 20, troubled: left(count) }, () => false, DEFAULT_ALERT_SETTINGS, now);
  expect(at(3, NOW + 600_000)).toEqual({ attached: [] });
  expect(at(2, NOW + 119_999)).toEqual({ attached: [] });
  const { desk, incident, attached } = at(2, NOW + 120_000);
  const extent = { affected: 5, total: 20, silent: 0, remaining: 2, first: [{ host: "web-0" }, { host: "web-1" }] };
  expect(incident).toMatchObject({ revision: 2, resolved: NOW + 120_000, extent });
  expect(desk).not.toHaveProperty("incident");
  expect(desk?.pending.map(({ kind, revision }) => [kind, revision])).toEqual([
    ["opened", 1],
    ["resolved", 2],
  ]);
  expect(attached).toEqual([]);
});
