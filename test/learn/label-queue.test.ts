import type { AnomalyIncident } from "../../lib/incident/incident.ts";
import { labelQueue } from "../../lib/learn/label-queue.ts";
import { aFleetIncident, anIncident, aSilentIncident, judged, NOON } from "../contract/examples.ts";

/** An incident with a peak of this many times epsilon, and with this metric as its first cause, high or low. */
function asked(id: string, host: string, ratio: number, metric: string, now = 90): AnomalyIncident {
  const cause = { metric, now, expected: 10, low: 5, high: 15, contribution: 9, share: 1 };
  return { ...anIncident(host), id, peak: judged(NOON, 8 * ratio, 8), causes: [cause] };
}

test("the queue asks once about similar incidents, and first where the peak lies nearest to epsilon", () => {
  const label = { verdict: "false" as const, at: NOON, by: "jo" };
  const { judgement: _, ...byRule } = asked("RULE22", "web-07", 1, "cpu").peak;
  const queue = labelQueue([
    asked("FAR222", "web-07", 9, "cpu"),
    // 1.5 lies farther from 1 than 0.8 does: ln 1.5 = .41, ln .8 = −.22.
    asked("MIDDLE", "web-07", 1.5, "load"),
    asked("NEAR22", "web-08", 0.8, "cpu"),
    asked("CLOSER", "web-07", 3, "cpu"),
    asked("LOW222", "web-07", 4, "cpu", 1),
    { ...asked("SAID22", "web-07", 1.01, "disk"), label },
    { ...asked("RULE22", "web-07", 1, "cpu"), peak: byRule },
    aSilentIncident("web-09"),
  ]);
  expect(queue.map(({ incident, alike }) => [incident.id, alike])).toEqual([
    ["NEAR22", 1],
    ["MIDDLE", 1],
    ["CLOSER", 2],
    ["LOW222", 1],
  ]);
});

test("the queue lists a group's incident first, in place of its hosts' incidents", () => {
  const part = (id: string, fleet: string) => ({ ...asked(id, `db-${id}`, 1.01, "cpu"), fleet });
  const label = { verdict: "fault" as const, at: NOON, by: "jo" };
  const extent = { affected: 5, total: 9, silent: 0, first: [] };
  const queue = labelQueue([
    asked("NEAR22", "web-08", 1.005, "cpu"),
    part("PARTA2", "SMALL2"),
    aFleetIncident("db", { id: "SMALL2", extent }),
    aFleetIncident("web", { id: "LARGE2", extent: { ...extent, affected: 50 } }),
    part("PARTB2", "SAID22"),
    aFleetIncident("app", { id: "SAID22", label }),
    part("ALONE2", "OLDER2"),
  ]);
  expect(queue.map(({ incident, alike }) => [incident.id, alike])).toEqual([
    ["LARGE2", 50],
    ["SMALL2", 5],
    ["NEAR22", 1],
    ["ALONE2", 1],
  ]);
});
