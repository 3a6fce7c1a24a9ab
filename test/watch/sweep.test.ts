import { createMemoryStores } from "../../lib/store/memory.ts";
import type { Incident, Notice } from "../../lib/watch/incident.ts";
import { newHost, owed } from "../../lib/watch/state.ts";
import { sweep } from "../../lib/watch/sweep.ts";
import { START, timeOf } from "../factories.ts";

const NOW = START + 600_000;

function incidentOf(host: string): Incident {
  const judged = {
    peak: { time: timeOf(0), score: 50 },
    epsilon: 8,
    baseline: { owner: `host#${host}`, version: 1 },
    causes: [],
  };
  return {
    id: "ABC234",
    host,
    group: "web",
    revision: 1,
    opened: timeOf(0),
    lastAnomaly: timeOf(2),
    samples: 3,
    anomalies: 3,
    ...judged,
  };
}

/** Stores with hosts that owe their opening notice. */
async function owing(...hosts: readonly string[]) {
  const stores = createMemoryStores(() => NOW);
  for (const host of hosts) {
    const incident = incidentOf(host);
    await stores.incidents.save(incident);
    await stores.hosts.save({
      ...newHost(host, "web"),
      arrived: START,
      unsent: [{ kind: "opened", id: incident.id, opened: incident.opened }],
    });
  }
  return stores;
}

test("publishes what is owed, once", async () => {
  const stores = await owing("web-07");
  const published: Notice[] = [];
  const publisher = { publish: async (notice: Notice) => void published.push(notice) };
  expect(await sweep({ ...stores, publisher }, NOW)).toMatchObject({ published: 1 });
  expect(published).toEqual([{ kind: "opened", incident: incidentOf("web-07") }]);
  expect(await sweep({ ...stores, publisher }, NOW)).toMatchObject({ published: 0 });
});

test("tells what it was told before under the same revision, though the incident has gone on", async () => {
  const stores = await owing("web-07");
  const opened = incidentOf("web-07");
  const owner = (await stores.hosts.load(["web-07"])).get("web-07")!;
  const worse = { ...opened, revision: 2, samples: 9 };
  await stores.incidents.save(worse);
  await stores.hosts.save({ ...owner, unsent: [owed("opened", opened), owed("worsened", worse)] });
  const published: Notice[] = [];
  const publisher = { publish: async (notice: Notice) => void published.push(notice) };
  await sweep({ ...stores, publisher }, NOW);
  expect(published).toEqual([
    { kind: "opened", incident: { ...worse, revision: 1 } },
    { kind: "worsened", incident: worse },
  ]);
});

test("leaves to the scorer what it decided within the last minute", async () => {
  const stores = await owing("web-07");
  const publisher = { publish: () => Promise.reject(new Error("not yet")) };
  expect(await sweep({ ...stores, publisher }, START + 59_000)).toMatchObject({ published: 0 });
});

test("one host's failure does not keep the others waiting, and is thrown at the end", async () => {
  const stores = await owing("web-06", "web-07", "web-08");
  const published: string[] = [];
  const publisher = {
    async publish({ incident }: Notice) {
      if (incident.host === "web-06") throw new Error("throttled");
      published.push(incident.host);
    },
  };
  await expect(sweep({ ...stores, publisher }, NOW)).rejects.toThrow("notices of 1 hosts could not be sent");
  expect(published.sort()).toEqual(["web-07", "web-08"]);
  expect(await stores.hosts.unsent()).toEqual(["web-06"]);
});
