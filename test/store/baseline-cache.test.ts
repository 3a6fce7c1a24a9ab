import { diagonalGaussian } from "../../lib/model/gaussian.ts";
import { cacheBaselines } from "../../lib/store/baseline-cache.ts";
import { MINUTE_MS } from "../../lib/time.ts";
import type { Baseline } from "../../lib/watch/baseline.ts";
import { aBaseline, NOON } from "../contract/examples.ts";

/** A cache over a store with these baselines, which records each question. */
function caching(known: Record<string, Baseline>, bytesMax?: number) {
  const asked: string[][] = [];
  let now = NOON;
  const store = {
    async active(owners: readonly string[]) {
      asked.push([...owners]);
      return new Map(owners.flatMap((owner) => (known[owner] ? [[owner, known[owner]] as const] : [])));
    },
  };
  const cache = cacheBaselines(store, () => now, bytesMax);
  return { cache, asked, wait: (ms: number) => (now += ms) };
}

const web = aBaseline("host#web", 1);

test("asks the store once a minute, for owners with and without a baseline", async () => {
  const { cache, asked, wait } = caching({ "host#web": web });
  const owners = ["host#web", "host#new"];
  for (let i = 0; i < 3; i++) expect(await cache.active(owners)).toEqual(new Map([["host#web", web]]));
  expect(asked).toEqual([owners]);
  wait(MINUTE_MS - 1);
  await cache.active(owners);
  expect(asked).toHaveLength(1);
  wait(1);
  await cache.active(owners);
  expect(asked).toEqual([owners, owners]);
});

test("asks the store only for unknown owners", async () => {
  const { cache, asked } = caching({ "host#web": web });
  await cache.active(["host#web"]);
  await cache.active(["host#new", "host#web"]);
  expect(asked).toEqual([["host#web"], ["host#new"]]);
});

test("returns a new version within a minute, and at once after forget", async () => {
  const known = { "host#web": web, "host#db": aBaseline("host#db", 1) };
  const { cache, asked } = caching(known);
  await cache.active(["host#web", "host#db"]);
  known["host#web"] = aBaseline("host#web", 2);
  expect((await cache.active(["host#web"])).get("host#web")?.version).toBe(1);
  cache.forget("host#web");
  expect((await cache.active(["host#web", "host#db"])).get("host#web")?.version).toBe(2);
  expect(asked).toEqual([["host#web", "host#db"], ["host#web"]]);
});

test("a pending answer survives the removal of its owner meanwhile", async () => {
  const { cache } = caching({ "host#web": web });
  await cache.active(["host#web"]);
  const both = cache.active(["host#web", "host#new"]);
  cache.forget("host#web");
  expect((await both).get("host#web")).toEqual(web);
});

test("holds 20,000 owners and drops the least recently used first", async () => {
  const { cache, asked } = caching({});
  const owners = Array.from({ length: 20_000 }, (_, i) => `host#${i}`);
  await cache.active(owners);
  await cache.active(["host#0"]);
  await cache.active(["host#one-more"]);
  asked.length = 0;
  await cache.active(["host#0", "host#2", "host#1"]);
  expect(asked).toEqual([["host#1"]]);
});

test("holds so many bytes of models, drops the least recently used first, and counts a new version once", async () => {
  // Three of 96 kB do not fit into 256 KiB; a diagonal Gaussian is its mean, sd and precision.
  const features = 4_000;
  const model = diagonalGaussian(new Float64Array(features), new Float64Array(features).fill(1));
  const known = Object.fromEntries(["a", "b", "c"].map((owner) => [owner, aBaseline(owner, 1, { model })]));
  const { cache, asked, wait } = caching(known, 256 * 1024);
  for (const owner of ["a", "b", "a", "b"]) await cache.active([owner]);
  cache.forget("a");
  await cache.active(["a"]);
  wait(MINUTE_MS);
  await cache.active(["a", "b"]);
  asked.length = 0;
  await cache.active(["a", "b"]);
  expect(asked).toEqual([]);
  await cache.active(["c"]);
  await cache.active(["b"]);
  expect(asked).toEqual([["c"]]);
  await cache.active(["a"]);
  expect(asked).toEqual([["c"], ["a"]]);
});

test("does not remember a failed read as a missing baseline", async () => {
  let fails = true;
  const store = {
    async active() {
      if (fails) throw new Error("throttled");
      return new Map([["host#web", web]]);
    },
  };
  const cache = cacheBaselines(store, () => NOON);
  await expect(cache.active(["host#web"])).rejects.toThrow("throttled");
  fails = false;
  expect((await cache.active(["host#web"])).size).toBe(1);
});
