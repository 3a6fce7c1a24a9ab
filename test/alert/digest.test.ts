import fc from "fast-check";
import { digestOf } from "../../lib/alert/digest.ts";
import type { AnomalyIncident } from "../../lib/incident/incident.ts";
import type { Notice } from "../../lib/incident/notice.ts";
import { render } from "../../lib/notify/render.ts";
import { anIncident, judged, NOON } from "../contract/examples.ts";

const [cause] = anIncident("web-1").causes;

function notice(kind: Notice["kind"], host: string, changes: Partial<AnomalyIncident> = {}): Notice {
  return { kind, incident: anIncident(host, { id: host.toUpperCase(), group: host.slice(0, -2), ...changes }) };
}

test("the digest counts the hosts that wait for open incidents, each incident once", () => {
  const dependents = (hosts: number) => ({ dependents: { hosts, told: hosts, groups: [{ group: "web", hosts }] } });
  const notices = [
    notice("opened", "db-1", dependents(12)),
    notice("grown", "db-1", dependents(12)),
    notice("grown", "db-2", dependents(3)),
    notice("resolved", "db-3", dependents(7)),
  ];
  const digest = digestOf(notices, NOON);
  expect(digest.dependents).toBe(15);
  expect(render(digest, { stack: "s", now: NOON }).email).toContain(
    "\n15 hosts of groups that depend on these have had trouble, too. Their messages wait.\n",
  );
  expect(digestOf([notice("opened", "db-1")], NOON)).not.toHaveProperty("dependents");
});

test("the digest counts its notices by kind and group, and names the first hosts and the causes", () => {
  const low = { ...cause!, now: 1 };
  const notices = [
    notice("opened", "web-1", { opened: NOON + 2 }),
    notice("resolved", "web-1", { opened: NOON + 2 }),
    notice("opened", "web-2", { opened: NOON + 1, peak: judged(NOON, 10), causes: [low] }),
    notice("worsened", "dba-1", { opened: NOON }),
    notice("reminder", "dba-2", { opened: NOON + 3, causes: [] }),
    notice("unstable", "web-3", { opened: NOON + 4 }),
  ];
  expect(digestOf(notices, NOON + 60_000)).toEqual({
    ...{
      kind: "digest",
      at: NOON + 60_000,
      opened: 2,
      resolved: 1,
      others: 3,
      critical: 4,
      warning: 1,
      groupsInAll: 2,
    },
    groups: [
      { group: "web", notices: 4 },
      { group: "dba", notices: 2 },
    ],
    ended: ["WEB-1"],
    first: ["dba-1", "web-2", "web-1", "dba-2", "web-3"].map((host) => ({ host, id: host.toUpperCase() })),
    causes: [
      { metric: "cpu", direction: "high", incidents: 3 },
      { metric: "cpu", direction: "low", incidents: 1 },
    ],
  });
});

test("the digest counts every notice, and names at most ten groups, ten hosts and five causes", () => {
  const kinds = ["opened", "also", "grown", "worsened", "unstable", "shifted", "reminder", "resolved"] as const;
  const notices = fc.array(
    fc
      .tuple(fc.constantFrom(...kinds), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 9 }))
      .map(([kind, n, m]) => notice(kind, `g${n}-${m}`, { causes: [{ ...cause!, metric: `m${n}` }] })),
  );
  fc.assert(
    fc.property(notices, (all) => {
      const digest = digestOf(all, NOON);
      expect(digest.opened + digest.resolved + digest.others).toBe(all.length);
      expect(digest.critical + digest.warning + digest.resolved).toBe(all.length);
      expect(digest.groupsInAll).toBe(new Set(all.map(({ incident }) => incident.group)).size);
      expect(digest.groups).toHaveLength(Math.min(digest.groupsInAll, 10));
      expect(digest.first.length).toBeLessThanOrEqual(10);
      expect(digest.causes.length).toBeLessThanOrEqual(5);
    }),
  );
});
