// A day brings a limited number of new hosts and lists of metric names: made-up names must not fill the tables.
import { createMemoryStores } from "../../lib/store/memory.ts";
import { NEW_HOSTS_MAX } from "../../lib/watch/newcomers.ts";
import { newScoreMemory } from "../../lib/watch/schema-names.ts";
import { scoreBatch } from "../../lib/watch/score.ts";
import { START } from "../factories.ts";

const DAY = 86_400_000;

function world() {
  let now = START;
  const stores = createMemoryStores(() => now);
  const ports = { ...stores, schemas: stores.baselines, announce: async <T>(state: T) => state };
  const score = async (memory: ReturnType<typeof newScoreMemory>, samples: readonly object[]) => {
    const records = samples.map((sample, i) => ({
      sequenceNumber: `${now}-${i}`,
      partitionKey: "any",
      arrival: now,
      data: Buffer.from(JSON.stringify({ time: now, ...sample })).toString("base64"),
    }));
    const { rejections, failures } = await scoreBatch(ports, memory, records, {
      clock: () => now,
      deadline: Number.POSITIVE_INFINITY,
    });
    expect(failures).toEqual([]);
    return rejections.map(({ problems }) => [problems[0]!.host, problems[0]!.reason]);
  };
  return {
    stores,
    score,
    sleep: (ms: number) => {
      now += ms;
    },
  };
}

const TOO_MANY =
  "too many new lists of metric names today: send the same metrics each time, and put what changes into values";
const listed = (host: string, i: number) => ({ host, metrics: { [`request_${i}`]: 1 } });
const lists = (host: string, count: number) => Array.from({ length: count }, (_, i) => listed(host, i));

test("the scorer takes the first 200 new lists of metric names of a host in a day; it rejects the rest", async () => {
  const { score, sleep } = world();
  const memory = newScoreMemory();
  expect(await score(memory, lists("web-1", 200))).toEqual([]);
  expect(await score(memory, [listed("web-1", 1_000), listed("web-1", 5)])).toEqual([["web-1", TOO_MANY]]);
  expect(await score(memory, [listed("web-2", 2_000)])).toEqual([]);
  sleep(DAY);
  expect(await score(memory, [listed("web-1", 1_000)])).toEqual([]);
});

test("lists in the store do not count as new: a process that begins anew takes all of them", async () => {
  const { score } = world();
  await score(newScoreMemory(), lists("web-1", 200));
  const memory = newScoreMemory();
  await score(memory, lists("web-1", 200));
  expect(memory.newcomers.lists.total).toBe(0);
  memory.newcomers.lists.total = Number.MAX_SAFE_INTEGER;
  memory.schemas.forget(memory.schemas.ofMetrics({ request_3: 1 }) as { id: string; names: string[] });
  expect(await score(memory, [listed("web-1", 3), listed("web-1", 3_000)])).toEqual([["web-1", TOO_MANY]]);
});

test("the scorer rejects hosts beyond a day's number of new ones, and still takes known ones", async () => {
  const { stores, score, sleep } = world();
  const memory = newScoreMemory();
  await score(memory, [listed("web-1", 1)]);
  memory.newcomers.hosts.total = NEW_HOSTS_MAX;
  sleep(1_000);
  const reason = "20000 new hosts today already: check who makes up names, or wait until tomorrow (UTC)";
  expect(await score(memory, [listed("web-2", 1), listed("web-1", 1)])).toEqual([["web-2", reason]]);
  const states = await stores.hosts.load(["web-1", "web-2"]);
  expect([...states.values()].map(({ host, seen }) => [host, seen])).toEqual([["web-1", 2]]);
});
