import { type Desk, newDesk, openOf } from "../../lib/alert/desk.ts";
import { moveFleet } from "../../lib/alert/fleet.ts";
import { DEFAULT_ALERT_SETTINGS } from "../../lib/alert/settings.ts";
import { type AnomalyIncident, type FleetIncident, severityOf } from "../../lib/incident/incident.ts";
import { itemOfDesk } from "../../lib/store/alerting-item.ts";
import { itemSize } from "../../lib/store/item-size.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { NAME_LENGTH_MAX } from "../../lib/wire/limits.ts";
import { anIncident, aSilentIncident, judged } from "../contract/examples.ts";
import { START, state } from "../factories.ts";

const NOW = START + 300_000;

/** A host whose incident opened this many seconds after `START`, and is not announced. Each has trouble of its own. */
function troubled(host: string, seconds: number, changes: Partial<HostState> = {}): HostState {
  const opened = START + seconds * 1_000;
  const pending = [{ kind: "opened" as const, id: "ABC234", opened, revision: 1 }];
  const incident = anIncident(host, { opened, causes: [{ ...anIncident(host).causes[0]!, metric: host }] });
  return state({ host, group: "web", incident, pending, interval: 10_000, ...changes });
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
  const [incident] = move.incidents;
  return { affected: incident?.extent.affected ?? 0, attached: move.attached.size, incident };
}

test.each<[string, number, readonly number[], number]>([
  ["four hosts are none", 4, [0, 0, 0, 0], 0],
  ["five within a minute are one", 20, [0, 10, 20, 30, 60], 5],
  ["five within more than a minute are none", 20, [0, 10, 20, 30, 61], 0],
  ["five of 25 are a fifth", 25, [0, 0, 0, 0, 0], 5],
  ["five of 26 are less", 26, [0, 0, 0, 0, 0], 0],
  ["the minute may begin with any of them", 20, [0, 50, 60, 70, 80, 110], 5],
])("%s", (_, total, seconds, affected) => {
  expect(openedBy(spread(...seconds), total)).toMatchObject({ affected, attached: affected });
});

test("hosts that report every five minutes have five minutes to count together", () => {
  const slow = [0, 70, 140, 210, 300].map((second, i) => troubled(`web-${i}`, second, { interval: 300_000 }));
  expect(openedBy(slow, 20).affected).toBe(5);
  expect(openedBy([...slow.slice(0, 4), troubled("web-5", 301)], 20).affected).toBe(0);
});

test("hosts that were announced before count, if at least one was not", () => {
  const told = spread(0, 0, 0, 0, 0).map((one) => ({ ...one, pending: [] }));
  expect(openedBy(told, 20).affected).toBe(0);
  expect(openedBy([...told.slice(1), troubled("web-9", 5)], 20).affected).toBe(5);
});

test("hosts that are silenced or part of another incident do not count", () => {
  const five = spread(0, 0, 0, 0, 0);
  expect(openedBy(five, 20, ({ host }) => host === "web-0").affected).toBe(0);
  const [first, ...others] = five;
  const part = { ...first!, incident: { ...first!.incident!, fleet: "FFF222" } };
  expect(openedBy([part, ...others], 20).affected).toBe(0);
});

test("the incident begins with its first host, and shows and names its worst host first", () => {
  const [a, b, ...rest] = spread(20, 10, 20, 20, 20);
  const peak = judged(START + 15_000, 99);
  const worst = { ...a!, incident: anIncident("web-0", { opened: START + 20_000, peak, causes: [] }) };
  expect(openedBy([worst, b!, ...rest], 20).incident).toMatchObject({
    ...{ kind: "fleet", group: "web", revision: 1, opened: START + 10_000, grown: NOW },
    ...{ peak, causes: [], samples: 15, anomalies: 15 },
    extent: { affected: 5, total: 20, silent: 0, first: [{ host: "web-0" }, { host: "web-1" }, {}, {}, {}] },
  });
});

test("a group's second incident has an id of its own, though one of its hosts began before the last one ended", () => {
  const settings = DEFAULT_ALERT_SETTINGS;
  const move = (desk: Desk, now: number, troubled: readonly HostState[]) =>
    moveFleet(desk, { total: 20, troubled }, () => false, settings, now);
  const first = move(newDesk("web"), NOW, spread(0, 0, 0, 0, 0));
  const over = move(first.desk!, NOW + 600_000, []);
  const second = move(over.desk!, NOW + 700_000, spread(0, 30, 30, 30, 30));
  const ids = [first, over, second].map(({ incidents: [one] }) => one!);
  expect(ids.map(({ opened }) => opened - START)).toEqual([0, 0, 1]);
  expect(ids[2]!.id).not.toBe(ids[0]!.id);
});

test("the incident stays open for two minutes, and while half of the least number have had trouble lately", () => {
  const open = moveFleet(
    newDesk("web"),
    { total: 20, troubled: spread(0, 0, 0, 0, 0) },
    () => false,
    DEFAULT_ALERT_SETTINGS,
    NOW,
  );
  const left = (count: number, lastAnomaly: number) =>
    spread(0, 0, 0, 0, 0)
      .slice(0, count)
      .map((one) => ({
        ...one,
        pending: [],
        incident: anIncident(one.host, { fleet: open.incidents[0]!.id, lastAnomaly }),
      }));
  const at = (count: number, now: number, lastAnomaly = now) =>
    moveFleet(open.desk!, { total: 20, troubled: left(count, lastAnomaly) }, () => false, DEFAULT_ALERT_SETTINGS, now);
  const nothing = { incidents: [], attached: new Map() };
  expect(at(3, NOW + 600_000)).toEqual(nothing);
  expect(at(2, NOW + 119_999)).toEqual(nothing);
  expect(at(2, NOW + 600_000, NOW + 479_999)).toEqual(nothing);
  const { desk, incidents, attached } = at(2, NOW + 120_000);
  const extent = { affected: 5, total: 20, silent: 0, remaining: 2, first: [{ host: "web-0" }, { host: "web-1" }] };
  expect(incidents).toMatchObject([{ revision: 2, resolved: NOW + 120_000, extent }]);
  expect(openOf(desk!)).toEqual([]);
  expect(desk?.pending.map(({ kind, revision }) => [kind, revision])).toEqual([
    ["opened", 1],
    ["resolved", 2],
  ]);
  expect(attached.size).toBe(0);
});

describe("hosts that get the same trouble one after the other", () => {
  const HOUR = 3_600_000;
  const same = (host: string, minutes: number, changes: Partial<HostState> = {}) => {
    const opened = START + minutes * 60_000;
    const pending = [{ kind: "opened" as const, id: "ABC234", opened, revision: 1 }];
    return state({ host, group: "web", incident: anIncident(host, { opened }), pending, interval: 10_000, ...changes });
  };
  /** Each host's incident is seen by one sweep, two minutes after it opened, and is over before the next one. */
  const swept = (minutes: readonly number[], total = 30) =>
    minutes.reduce(
      ({ desk }, minute, i) => {
        const now = START + (minute + 2) * 60_000;
        const move = moveFleet(
          desk,
          { total, troubled: [same(`web-${i}`, minute)] },
          () => false,
          DEFAULT_ALERT_SETTINGS,
          now,
        );
        return { desk: move.desk ?? desk, incidents: move.incidents };
      },
      { desk: newDesk("web"), incidents: [] as readonly FleetIncident[] },
    );

  test("make one incident from the third within an hour, counting those that have recovered", () => {
    expect(swept([0, 20]).incidents).toEqual([]);
    expect(swept([0, 20, 57]).incidents).toMatchObject([
      { spread: true, patterns: ["high cpu"], extent: { affected: 3, total: 30, first: [{ host: "web-0" }, {}, {}] } },
    ]);
    expect(swept([0, 20, 61]).incidents).toEqual([]);
  });

  test("make one incident in a fleet of 1,000 from the tenth host", () => {
    const nine = [0, 1, 2, 3, 4, 5, 6, 7, 8];
    expect(swept(nine, 1_000).incidents).toEqual([]);
    expect(swept([...nine, 9], 1_000).incidents).toMatchObject([{ extent: { affected: 10 } }]);
  });

  test("bring a message when their number has doubled", () => {
    const { desk } = swept([0, 3, 6, 9, 12, 15, 18]);
    expect(desk.pending.map(({ kind, revision }) => [kind, revision])).toEqual([["opened", 1]]);
    const sent = { ...swept([0, 3, 6]).desk, pending: [] };
    const grow = (before: Desk, host: string, minute: number) =>
      moveFleet(
        before,
        { total: 30, troubled: [same(host, minute)] },
        () => false,
        DEFAULT_ALERT_SETTINGS,
        START + (minute + 2) * 60_000,
      ).desk!;
    const five = grow(grow(sent, "web-7", 9), "web-8", 12);
    expect(five.pending).toEqual([]);
    expect(grow(five, "web-9", 15).pending).toMatchObject([{ kind: "grown", revision: 2 }]);
  });

  test("bring a message when the host that joins makes a warning critical", () => {
    const weak = (host: string, minute: number) => {
      const one = same(host, minute);
      return { ...one, incident: { ...(one.incident as AnomalyIncident), peak: judged(START, 10, 9.25) } };
    };
    let desk = newDesk("web");
    const sweepAt = (minute: number, host: HostState) => {
      const now = START + (minute + 2) * 60_000;
      const move = moveFleet(desk, { total: 30, troubled: [host] }, () => false, DEFAULT_ALERT_SETTINGS, now);
      desk = { ...(move.desk ?? desk), pending: [] };
      return move.desk?.pending.map(({ kind }) => kind);
    };
    expect([0, 3, 6, 9].flatMap((minute) => sweepAt(minute, weak(`web-${minute}`, minute)))).toEqual(["opened"]);
    expect(sweepAt(12, same("web-12", 12))).toEqual(["grown"]);
  });

  test("exclude a host with other trouble, and one that comes an hour later", () => {
    const { desk } = swept([0, 3, 6]);
    const joins = (host: HostState, now: number) =>
      moveFleet(desk, { total: 30, troubled: [host] }, () => false, DEFAULT_ALERT_SETTINGS, now).attached.size;
    expect(joins(same("web-7", 10), START + 12 * 60_000)).toBe(1);
    expect(joins(troubled("web-7", 600), START + 12 * 60_000)).toBe(0);
    const { incident, ...rest } = same("web-7", 10);
    const rules = [{ rule: "disk > 95", severity: "critical" as const, since: START, values: [] }];
    expect(joins({ ...rest, incident: { ...(incident as AnomalyIncident), rules } }, START + 12 * 60_000)).toBe(0);
    expect(joins(same("web-7", 70), START + 8 * 60_000 + HOUR)).toBe(0);
  });

  test("are as critical as the worst of them", () => {
    const [incident] = swept([0, 20, 57]).incidents;
    const weak = { ...incident!, peak: judged(START, 10, 9.25) };
    expect([severityOf(incident!), severityOf(weak)]).toEqual(["critical", "warning"]);
  });
});

describe("a fleet incident of silent hosts", () => {
  const silent = (i: number, minute = 0) => {
    const incident = aSilentIncident(`web-${i}`, { opened: START + minute * 60_000 });
    const { id, opened } = incident;
    const pending = [{ kind: "opened" as const, id, opened, revision: 1 }];
    return state({ host: `web-${i}`, group: "web", incident, pending });
  };
  const at = (desk: Desk, hosts: readonly HostState[], hours: number) =>
    moveFleet(desk, { total: 16, troubled: hosts }, () => false, DEFAULT_ALERT_SETTINGS, START + hours * 3_600_000);
  const five = [0, 1, 2, 3, 4].map((i) => silent(i));
  const open = at(newDesk("web"), five, 0.1);
  const dead = five.map((one) => ({
    ...one,
    pending: [],
    incident: { ...one.incident!, fleet: open.incidents[0]!.id },
  }));

  test("resolves after six hours, though they do not come back", () => {
    expect(at(open.desk!, dead, 5.9).incidents).toEqual([]);
    expect(at(open.desk!, dead, 6.1).incidents).toMatchObject([{ extent: { remaining: 5 } }]);
  });

  test("counts a host that comes back for a moment once, and sends no message about its next silence", () => {
    const { incidents } = at({ ...open.desk!, pending: [] }, [...dead.slice(1), silent(0, 30)], 0.6);
    expect(incidents).toMatchObject([{ revision: 1, extent: { affected: 5, silent: 5 } }]);
    const more = at({ ...open.desk!, pending: [] }, [...dead, silent(5, 30)], 0.6);
    expect(more.incidents).toMatchObject([{ revision: 2, extent: { affected: 6, silent: 6 } }]);
  });
});

test("a host that had the same trouble by itself before, and joins, is counted", () => {
  const same = (host: string, minute: number) =>
    troubled(host, minute * 60, { incident: anIncident(host, { opened: START + minute * 60_000 }) });
  const sweepAt = (desk: Desk, hosts: readonly HostState[], minute: number) =>
    moveFleet(desk, { total: 20, troubled: hosts }, () => false, DEFAULT_ALERT_SETTINGS, START + minute * 60_000);
  const alone = sweepAt(newDesk("web"), [same("web-0", 0)], 1).desk!;
  const open = sweepAt(
    alone,
    [1, 2, 3, 4, 5].map((i) => same(`web-${i}`, 40)),
    41,
  );
  expect(open.incidents).toMatchObject([{ extent: { affected: 5 } }]);
  expect(sweepAt(open.desk!, [same("web-0", 42)], 43).incidents).toMatchObject([{ extent: { affected: 6 } }]);
});

test("the desk of a group with the longest names fits into one item during a storm", () => {
  // Three bytes a character, the most of those that count as one.
  const name = (i: number) => `${i}`.padEnd(NAME_LENGTH_MAX, "\u20ac");
  const states = Array.from({ length: 1_000 }, (_, i) => {
    const incident = anIncident(name(i), {
      opened: START,
      causes: [{ ...anIncident("").causes[0]!, metric: name(i) }],
    });
    const pending = [{ kind: "opened" as const, id: incident.id, opened: START, revision: 1 }];
    return state({ host: name(i), group: "web", incident, pending });
  });
  let desk = newDesk("web");
  for (let minute = 0; minute < 4; minute++) {
    const troubled = states.slice(250 * minute, 250 * (minute + 1));
    const now = NOW + minute * 60_000;
    desk = moveFleet(desk, { total: 1_000, troubled }, () => false, DEFAULT_ALERT_SETTINGS, now).desk ?? desk;
  }
  expect(desk.incidents).toHaveLength(4);
  expect(itemSize(itemOfDesk(desk))).toBeLessThan(400 * 1024);
});
