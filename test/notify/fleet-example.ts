import type { FleetIncident } from "../../lib/incident/incident.ts";
import type { Notice } from "../../lib/incident/notice.ts";
import { at, judged, opened } from "./example.ts";

/** Most of a group at once; the worst of them is web-07. */
export function fleet(changes: Partial<FleetIncident> = {}): Notice {
  const { group, revision, opened: begun, lastAnomaly: grown, peak, causes } = opened().incident;
  return {
    kind: "opened",
    incident: {
      kind: "fleet",
      id: "F3XAKD",
      ...{ group, revision, opened: begun, grown, peak, causes },
      samples: 180,
      anomalies: 132,
      extent: {
        affected: 41,
        total: 60,
        silent: 0,
        first: ["web-03", "web-07", "web-11", "web-02", "web-19"].map((host, i) => ({ host, id: `A2B3C${i + 4}` })),
      },
      ...changes,
    },
  };
}

/** Over at 14:52; three are not normal yet. */
export function fleetOver(changes: Partial<FleetIncident> = {}): Notice {
  const first = ["web-11", "web-02", "web-40"].map((host, i) => ({ host, id: `D2E3F${i + 4}` }));
  const extent = { affected: 41, total: 60, silent: 0, remaining: 3, first };
  return { ...fleet({ revision: 2, resolved: at(14, 52), extent, ...changes }), kind: "resolved" };
}

/** All of a group, or of the fleet, has stopped sending. */
export function allSilent(group: string, affected: number, changes: Partial<FleetIncident> = {}): Notice {
  return fleet({
    group,
    opened: at(14, 3, 20) + 1,
    grown: at(14, 7, 40),
    samples: 0,
    anomalies: 0,
    peak: judged(at(14, 3, 20), 4.12),
    causes: [],
    extent: {
      affected,
      total: 60,
      silent: affected,
      first: ["web-03", "web-07", "web-11"].map((host, i) => ({ host, id: `A2B3C${i + 4}` })),
    },
    ...changes,
  });
}
