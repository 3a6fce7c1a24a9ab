import { refitHost } from "../../lib/learn/group-refit.ts";
import { youngRefits } from "../../lib/learn/young.ts";
import { cacheBaselines } from "../../lib/store/baseline-cache.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { newHost } from "../../lib/watch/state.ts";
import { baseline as aBaseline } from "../factories.ts";
import { DAY } from "./recording.ts";
import { GAUSSIAN, hostIn, NOW, openIncident, settings } from "./stored-host.ts";

const inTime = { now: NOW, outOfTime: () => false };

test.each([
  ["without a baseline below 60", 59, undefined, false],
  ["without a baseline from 60", 60, undefined, true],
  ["beside its group's baseline below 1,000", 999, { owner: "group#web", samples: 5_000 }, false],
  ["beside its group's baseline from 1,000", 1_000, { owner: "group#web", samples: 5_000 }, true],
  ["before its history has doubled", 119, { owner: "host#web-07", samples: 60 }, false],
  ["when its history has doubled", 120, { owner: "host#web-07", samples: 60 }, true],
  ["up to a day of samples", 8_639, { owner: "host#web-07", samples: 4_000 }, true],
  ["from a day of samples on, however few its window holds", 8_640, { owner: "host#web-07", samples: 4_000 }, false],
  ["while its window holds its whole life", 2_016, { owner: "host#web-07", samples: 1_008 }, true, 30 * DAY - 1],
  ["once its window is shorter than its life", 2_016, { owner: "host#web-07", samples: 1_008 }, false, 30 * DAY],
])("whether a host is due for a young refit: %s", async (_, seen, baseline, due, lived = 0) => {
  const stores = createMemoryStores(() => NOW);
  await hostIn(stores, "web-07", 20);
  const known = new Map(baseline ? [[baseline.owner, { ...aBaseline(), ...baseline }]] : []);
  const get = (owner: string) => known.get(owner);
  const fitYoung = youngRefits({ ...stores, cached: { active: async () => ({ get, head: get }), forget: () => {} } });
  const state = { ...newHost("web-07", "web"), seen, since: NOW - lived, newest: NOW };
  const reports = await fitYoung([state], settings, inTime, jest.fn());
  expect(reports).toHaveLength(due ? 1 : 0);
});

test.each([
  ["from 60 samples on", 60, 1],
  ["not before", 59, 0],
])("a host that its group's baseline cannot judge gets its own, %s", async (_, seen, fits) => {
  const stores = createMemoryStores(() => NOW);
  await hostIn(stores, "web-07", 20);
  const ofGroup = { ...aBaseline(), owner: "group#web", samples: 5_000 };
  const get = (owner: string) => (owner === "group#web" ? ofGroup : undefined);
  const fitYoung = youngRefits({ ...stores, cached: { active: async () => ({ get, head: get }), forget: () => {} } });
  const state = { ...newHost("web-07", "web"), seen, unjudged: {} };
  expect(await fitYoung([state], settings, inTime, jest.fn())).toHaveLength(fits);
});

test("a young host is fitted once it is due, its cached baseline dropped, and a refusal not repeated", async () => {
  const stores = createMemoryStores(() => NOW);
  const cached = cacheBaselines(stores.baselines, () => NOW);
  const fitYoung = youngRefits({ ...stores, cached });
  const fail = (what: string) => {
    throw new Error(what);
  };
  await hostIn(stores, "web-07", 20);
  const due = { ...newHost("web-07", "web"), seen: 100 };
  expect((await cached.active(["host#web-07"])).get("host#web-07")).toBeUndefined();
  expect(await fitYoung([due], settings, inTime, fail)).toHaveLength(1);
  expect((await cached.active(["host#web-07"])).get("host#web-07")?.version).toBe(1);

  await hostIn(stores, "web-08", 20, undefined, 30);
  const refused = { ...newHost("web-08", "web"), seen: 60 };
  expect(await fitYoung([refused], settings, inTime, fail)).toMatchObject([
    { refused: "too few samples: 30 of the 60 needed" },
  ]);
  expect(await fitYoung([{ ...refused, seen: 74 }], settings, inTime, fail)).toEqual([]);
  expect(await fitYoung([{ ...refused, seen: 75 }], settings, inTime, fail)).toHaveLength(1);
});

test.each([
  ["is not fitted again, so that the approach of a fault does not become normal", 100, 0],
  ["is fitted again once the incident has more samples than the baseline was fitted to", 101, 1],
])("a young host in an incident %s", async (_, samples, fits) => {
  const stores = createMemoryStores(() => NOW);
  const fitYoung = youngRefits({ ...stores, cached: cacheBaselines(stores.baselines, () => NOW) });
  await hostIn(stores, "web-09", 20);
  await refitHost(stores, "web-09", "web", GAUSSIAN, NOW);
  const inTrouble = { ...newHost("web-09", "web"), seen: 300, incident: { ...openIncident("web-09"), samples } };
  expect(await fitYoung([inTrouble], settings, inTime, jest.fn())).toHaveLength(fits);
});

test("a young refit that fails is reported and does not affect the others", async () => {
  const stores = createMemoryStores(() => NOW);
  await hostIn(stores, "web-07", 20);
  const history = {
    ...stores.history,
    read: (host: string, from: number, to: number) => {
      if (host === "web-06") throw new Error("throttled");
      return stores.history.read(host, from, to);
    },
  };
  const fitYoung = youngRefits({ ...stores, history, cached: cacheBaselines(stores.baselines, () => NOW) });
  const log = jest.fn();
  const states = ["web-06", "web-07"].map((host) => ({ ...newHost(host, "web"), seen: 100 }));
  expect(await fitYoung(states, settings, inTime, log)).toMatchObject([{ owner: "host#web-07" }]);
  expect(log).toHaveBeenCalledWith(
    "first baseline of web-06, due again later",
    expect.objectContaining({ message: "throttled" }),
  );
});

test("young refits stop between two hosts when time is up, and go on after the next batch", async () => {
  const stores = createMemoryStores(() => NOW);
  const hosts = ["web-06", "web-07", "web-08"];
  for (const host of hosts) await hostIn(stores, host, 20);
  const fitYoung = youngRefits({ ...stores, cached: cacheBaselines(stores.baselines, () => NOW) });
  const states = hosts.map((host) => ({ ...newHost(host, "web"), seen: 100 }));
  let fits = 0;
  const ownersIn = async (room: number) => {
    fits = 0;
    const reports = await fitYoung(states, settings, { now: NOW, outOfTime: () => fits++ >= room }, jest.fn());
    return reports.map(({ owner }) => owner);
  };
  expect(await ownersIn(2)).toEqual(["host#web-06", "host#web-07"]);
  expect(await ownersIn(2)).toEqual(["host#web-08"]);
});

test("a store that cannot say which hosts are due is reported, and the scored batch does not come again", async () => {
  const stores = createMemoryStores(() => NOW);
  const active = async () => {
    throw new Error("throttled");
  };
  const fitYoung = youngRefits({ ...stores, cached: { active, forget: () => {} } });
  const log = jest.fn();
  expect(await fitYoung([{ ...newHost("web-07", "web"), seen: 100 }], settings, inTime, log)).toEqual([]);
  expect(log).toHaveBeenCalledWith(
    "first baselines, due again later",
    expect.objectContaining({ message: "throttled" }),
  );
});
