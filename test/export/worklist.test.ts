// Which hosts need attention, in which order, and why.
import { type Work, worklist } from "../../lib/export/worklist.ts";
import type { AnomalyIncident, Incident, SilentIncident } from "../../lib/incident/incident.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { aFleetIncident, anIncident, aSilentIncident, aState, judged, NOON } from "../contract/examples.ts";

async function* some<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}

const list = (states: readonly HostState[], incidents: readonly Incident[] = []) =>
  worklist(some(states), some(incidents));
const hosts = (work: readonly Work[]) => work.map(({ host }) => host);
const baseline = { owner: "host#a", version: 1 };
const scored = (host: string, ratio: number) =>
  aState(host, { newest: NOON, verdict: { score: 10 * ratio, epsilon: 10, baseline } });
const open = (host: string, ratio: number, changes: Partial<AnomalyIncident> = {}) =>
  aState(host, { incident: anIncident(host, { id: `ID${host}`, peak: judged(NOON, 10 * ratio, 10), ...changes }) });
const silent = (host: string, changes: Partial<SilentIncident> = {}) =>
  aState(host, {
    incident: aSilentIncident(host, { id: `ID${host}`, lastSample: judged(NOON, 1, 10), ...changes }),
  });

test("open incidents come first: critical before others, then by how far they exceed epsilon", async () => {
  const past = (host: string, n: number) =>
    anIncident(host, { id: `${host}${n}`, opened: NOON - n * 60_000, resolved: NOON });
  const work = await list(
    [
      scored("calm", 0.5),
      scored("often", 0.2),
      scored("once", 0.9),
      scored("once-calmer", 0.3),
      scored("strange", 1.5),
      open("warning", 2.9),
      open("milder", 1.1),
      open("critical", 3.1),
      silent("silent"),
    ],
    [past("often", 2), past("often", 1), past("once", 1), past("once-calmer", 1)],
  );
  expect(hosts(work)).toEqual(["critical", "silent", "warning", "milder", "often", "once", "once-calmer", "strange"]);
});

test("each host has a reason, a start, a severity and an incident", async () => {
  const rules = [
    { rule: "disk > 90", severity: "warning", since: NOON, values: [{ metric: "disk", now: 95 }] },
  ] as const;
  const work = await list([
    open("a", 4),
    open("b", 1, { rules, causes: [] }),
    silent("c", { opened: NOON + 1, fleet: "FLEET2" }),
  ]);
  expect(work).toEqual([
    {
      ...{ host: "a", group: "web", why: "cpu 98.5, normal 2-22", since: NOON, severity: "critical", ratio: 4 },
      ...{ recent: 0, metrics: ["cpu"], incident: "IDa" },
    },
    {
      ...{ host: "c", group: "web", why: "silent, last seen 22 Nov 12:00 UTC (its group too: FLEET2)" },
      ...{ since: NOON + 1, severity: "critical", recent: 0, metrics: [], incident: "IDc" },
    },
    {
      ...{ host: "b", group: "web", why: "disk > 90", since: NOON, severity: "warning", ratio: 1 },
      ...{ recent: 0, metrics: ["disk"], incident: "IDb" },
    },
  ]);
});

test("one entry stands for the hosts of a group's open incident, before single hosts as bad", async () => {
  const fleet = aFleetIncident("web", { acknowledged: { at: NOON, by: "ann" } });
  const work = await list(
    [
      open("a", 9),
      open("b", 4, { fleet: "FLEET2" }),
      open("c", 7, { fleet: "FLEET2" }),
      open("d", 2, { fleet: "OVER22" }),
    ],
    [fleet, aFleetIncident("web", { id: "OVER22", resolved: NOON })],
  );
  expect(hosts(work)).toEqual(["group#web", "a", "d"]);
  expect(work[0]).toEqual({
    ...{ host: "group#web", group: "web", parts: ["c", "b"], why: "group web: 5 of 9 hosts: cpu 98.5, normal 2-22" },
    ...{ since: NOON, severity: "critical", ratio: 7, recent: 0, metrics: ["cpu"], incident: "FLEET2", by: "ann" },
  });
});

test("without an open incident, incidents of the last week count, except false alarms, planned work and fleet incidents", async () => {
  const past = (n: number, changes: Partial<AnomalyIncident>) =>
    anIncident("a", { id: `PAST0${n}`, opened: NOON - n * 60_000, resolved: NOON, ...changes });
  const said = (verdict: "false" | "new-normal" | "expected" | "fault") => ({ verdict, at: NOON, by: "jo" });
  const [cause] = anIncident("a").causes;
  const work = await list(
    [scored("a", 0.25)],
    [
      past(1, { label: said("false") }),
      past(2, { label: said("new-normal") }),
      past(3, { label: said("expected") }),
      past(4, { label: said("fault"), causes: [{ ...cause!, metric: "load" }] }),
      past(5, {}),
      past(6, {}),
      aFleetIncident("web", { opened: NOON - 7 * 60_000, resolved: NOON }),
    ],
  );
  expect(work).toEqual([
    {
      ...{ host: "a", group: "web", why: "3 incidents in 7 days, mostly cpu", since: NOON - 4 * 60_000, ratio: 0.25 },
      ...{ recent: 3, metrics: ["cpu", "load"], incident: "PAST04" },
    },
  ]);
});

test("an open incident names who acknowledged it; retired hosts are left out", async () => {
  const state = open("a", 2);
  const stored = { ...state.incident!, acknowledged: { at: NOON, by: "ann" } };
  expect(await list([state, { ...open("b", 2), retired: true }], [stored])).toMatchObject([{ host: "a", by: "ann" }]);
});

test("hosts that are learning or calm are left out", async () => {
  expect(await list([aState("a"), scored("b", 1), scored("c", Number.NaN)])).toEqual([]);
});
