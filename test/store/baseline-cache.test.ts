import { diagonalGaussian } from "../../lib/model/gaussian.ts";
import { cacheBaselines } from "../../lib/store/baseline-cache.ts";
import { MINUTE_MS } from "../../lib/time.ts";
import type { Baseline } from "../../lib/watch/baseline.ts";
import { aBaseline, NOON } from "../contract/examples.ts";

const PACKED_BYTES = 1_000;

/** A cache over a store with these baselines, which records each question and each unpacking. */
function caching(known: Record<string, Baseline>, room = { packed: 1e6, unpacked: 1e6 }) {
  const asked: string[][] = [];
  const unpacked: string[] = [];
  let now = NOON;
  const packedOf = ({ owner, version, epsilon, samples }: Baseline, baseline: Baseline) => {
    const unpack = () => {
      unpacked.push(owner);
      return baseline;
    };
    return { owner, version, epsilon, samples, bytes: PACKED_BYTES, unpack };
  };
  const store = {
    async packed(owners: readonly string[], before: ReadonlyMap<string, ReturnType<typeof packedOf>> = new Map()) {
      asked.push([...owners]);
      return new Map(
        owners.flatMap((owner) => {
          const one = known[owner];
          const same = before.get(owner);
          return one ? [[owner, same?.version === one.version ? same : packedOf(one, one)] as const] : [];
        }),
      );
    },
  };
  const cache = cacheBaselines(store, () => now, room);
  const get = async (owner: string) => (await cache.active([owner])).get(owner);
  return { cache, asked, unpacked, get, wait: (ms: number) => (now += ms) };
}

const web = aBaseline("host#web", 1);

test("asks the store once a minute, for owners with and without a baseline", async () => {
  const { cache, asked, wait } = caching({ "host#web": web });
  const owners = ["host#web", "host#new"];
  for (let i = 0; i < 3; i++) {
    const active = await cache.active(owners);
    expect(owners.map((owner) => active.get(owner))).toEqual([web, undefined]);
  }
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
  const { cache, asked, get } = caching(known);
  await cache.active(["host#web", "host#db"]);
  known["host#web"] = aBaseline("host#web", 2);
  expect((await get("host#web"))?.version).toBe(1);
  cache.forget("host#web");
  expect((await get("host#web"))?.version).toBe(2);
  expect(asked).toEqual([["host#web", "host#db"], ["host#web"]]);
});

test("a pending answer survives the removal of its owner meanwhile", async () => {
  const { cache } = caching({ "host#web": web });
  await cache.active(["host#web"]);
  const both = cache.active(["host#web", "host#new"]);
  cache.forget("host#web");
  expect((await both).get("host#web")).toEqual(web);
});

test("keeps packed baselines in so many bytes, drops the least recently used first, and owners without one count", async () => {
  const known = Object.fromEntries(["a", "b", "c"].map((owner) => [owner, aBaseline(owner, 1)]));
  const { cache, asked, wait } = caching(known, { packed: 2 * PACKED_BYTES + 1_600, unpacked: 0 });
  for (const owner of ["a", "b", "a", "b", "none", "a"]) await cache.active([owner]);
  wait(MINUTE_MS);
  await cache.active(["a", "b", "none"]);
  asked.length = 0;
  await cache.active(["a", "b", "none"]);
  expect(asked).toEqual([]);
  await cache.active(["c"]);
  await cache.active(["b", "none", "a"]);
  expect(asked).toEqual([["c"], ["a"]]);
});

test("unpacks a model at its first use, and again once those used later have filled the room", async () => {
  // Two of 96 kB fit into 250 kB; a diagonal Gaussian is its mean, sd and precision.
  const features = 4_000;
  const model = diagonalGaussian(new Float64Array(features), new Float64Array(features).fill(1));
  const known = Object.fromEntries(["a", "b", "c"].map((owner) => [owner, aBaseline(owner, 1, { model })]));
  const { cache, get, unpacked } = caching(known, { packed: 1e6, unpacked: 250_000 });
  expect((await cache.active(["a", "b"])).head("a")).toMatchObject({ owner: "a", version: 1 });
  expect(unpacked).toEqual([]);
  for (const owner of ["a", "b", "a", "b"]) await get(owner);
  expect(unpacked).toEqual(["a", "b"]);
  for (const owner of ["c", "b", "a"]) await get(owner);
  expect(unpacked).toEqual(["a", "b", "c", "a"]);
});

test("does not unpack a model again for an answer that changes nothing, but for a new version", async () => {
  const known = { "host#web": web };
  const { get, unpacked, wait } = caching(known);
  await get("host#web");
  wait(MINUTE_MS);
  await get("host#web");
  expect(unpacked).toEqual(["host#web"]);
  known["host#web"] = aBaseline("host#web", 2);
  wait(MINUTE_MS);
  expect((await get("host#web"))?.version).toBe(2);
  expect(unpacked).toEqual(["host#web", "host#web"]);
});

test("does not remember a failed read as a missing baseline", async () => {
  let fails = true;
  const packed = { owner: "host#web", version: 1, epsilon: 8, samples: 100, bytes: 1, unpack: () => web };
  const store = {
    async packed() {
      if (fails) throw new Error("throttled");
      return new Map([["host#web", packed]]);
    },
  };
  const cache = cacheBaselines(store, () => NOON);
  await expect(cache.active(["host#web"])).rejects.toThrow("throttled");
  fails = false;
  expect((await cache.active(["host#web"])).get("host#web")).toBe(web);
});
