import { labelIncident } from "../../lib/alert/label.ts";
import { type Incident, subjectOf } from "../../lib/incident/incident.ts";
import type { Label } from "../../lib/incident/label.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { aFleetIncident, anIncident, aSilentIncident, NOON } from "../contract/examples.ts";

const MINUTE = 60_000;
const LABEL: Label = { verdict: "false", at: NOON + 30 * MINUTE, by: "ada" };
const FLEET = aFleetIncident("web");

async function stored(...all: readonly Incident[]) {
  const stores = createMemoryStores(() => NOON);
  const { incidents } = stores;
  for (const one of all) await incidents.save(one);
  const labelled = async () => {
    const found = await incidents.feed(NOON - 24 * 60 * MINUTE, NOON + 24 * 60 * MINUTE, 1_000);
    return found
      .filter(({ label }) => label)
      .map(subjectOf)
      .sort();
  };
  return { stores, incidents, labelled };
}

test("a label on a host's incident changes no other incident", async () => {
  const { stores, labelled } = await stored(anIncident("web-1", { fleet: "FLEET2" }), anIncident("web-2"), FLEET);
  expect(await labelIncident(stores, anIncident("web-1", { fleet: "FLEET2" }), LABEL)).toBe(1);
  expect(await labelled()).toEqual(["web-1"]);
});

test("a label on a fleet incident labels the incidents of its hosts, and no other", async () => {
  const { stores, incidents, labelled } = await stored(
    FLEET,
    anIncident("web-1", { fleet: "FLEET2", opened: NOON - 50_000 }),
    aSilentIncident("web-2", { fleet: "FLEET2", opened: NOON - 59 * MINUTE }),
    anIncident("web-3", { fleet: "FLEET2", opened: NOON + 29 * MINUTE }),
    anIncident("web-4", { fleet: "THER22" }),
    anIncident("web-5"),
    anIncident("db-1", { fleet: "FLEET2", group: "db" }),
  );
  expect(await labelIncident(stores, FLEET, LABEL)).toBe(4);
  expect(await labelled()).toEqual(["group#web", "web-1", "web-2", "web-3"]);
  expect((await incidents.get("web-1", NOON - 50_000))?.label).toEqual(LABEL);
});

test("labelling a fleet incident reads the past of three hosts only", async () => {
  const members = Array.from({ length: 60 }, (_, i) => anIncident(`web-${i}`, { fleet: "FLEET2" }));
  const { stores, incidents } = await stored(FLEET, ...members);
  const asked: string[] = [];
  const counting: typeof incidents = {
    ...incidents,
    ofHost: (host, ...span) => {
      asked.push(host);
      return incidents.ofHost(host, ...span);
    },
  };
  await labelIncident({ ...stores, incidents: counting }, FLEET, LABEL);
  expect(asked).toHaveLength(3);
  const quiets = await stores.alerting.quiets();
  expect(quiets.filter(({ host }) => host === undefined)).toMatchObject([
    { group: "web", main: { pattern: "high cpu" } },
  ]);
});

test("hosts are labelled before their fleet, so that a repeated answer completes one that failed", async () => {
  const members = Array.from({ length: 60 }, (_, i) => anIncident(`web-${i}`, { fleet: "FLEET2" }));
  const { stores, incidents, labelled } = await stored(FLEET, ...members);
  let left = 30;
  const failing: typeof incidents = {
    ...incidents,
    label: async (...label) => (left-- > 0 ? incidents.label(...label) : Promise.reject(new Error("throttled"))),
  };
  await expect(labelIncident({ ...stores, incidents: failing }, FLEET, LABEL)).rejects.toThrow("throttled");
  expect(await labelled()).not.toContain("group#web");
  expect(await labelIncident(stores, FLEET, { ...LABEL, at: LABEL.at + MINUTE })).toBe(61);
  expect(await labelled()).toHaveLength(61);
});
