// A warm scorer: it keeps the states that it wrote, and others write in between.
import { createMemoryStores } from "../../lib/store/memory.ts";
import { DAY_MS, MINUTE_MS } from "../../lib/time.ts";
import { retireHost } from "../../lib/watch/retire.ts";
import { newScoreMemory } from "../../lib/watch/schema-names.ts";
import { type ScorePorts, scoreBatch } from "../../lib/watch/score.ts";
import { newHost } from "../../lib/watch/state.ts";
import { baseline, START, sample } from "../factories.ts";

const HOST = "web-07";
/** A day of samples ten seconds apart: of its calm blocks of ten minutes the history keeps one in four. */
const GROWN = { seen: 8_640, since: START - DAY_MS, newest: START - 10_000, interval: MINUTE_MS };

/** A deployment with one grown host; each process has its own memory, and `reads` are the hosts that were read. */
async function deployment(changes: Partial<typeof GROWN> = {}) {
  const stores = createMemoryStores(() => START);
  await stores.hosts.save({ ...newHost(HOST, "default"), ...GROWN, ...changes });
  const reads: string[] = [];
  const hosts = {
    ...stores.hosts,
    load(names: readonly string[]) {
      reads.push(...names);
      return stores.hosts.load(names);
    },
  };
  const baselines = { active: async () => new Map([[`host#${HOST}`, baseline()]]) };
  const ports: ScorePorts = {
    ...stores,
    hosts,
    schemas: stores.baselines,
    baselines,
    announce: async (state) => state,
  };
  return {
    stores,
    ports,
    takeReads: () => reads.splice(0),
    state: async () => (await stores.hosts.load([HOST])).get(HOST)!,
    chunks: async () => {
      const times: number[][] = [];
      for await (const chunk of stores.history.read(HOST, 0, Number.MAX_SAFE_INTEGER)) times.push([...chunk.times]);
      return times;
    },
  };
}

function newProcess({ ports }: { readonly ports: ScorePorts }) {
  const memory = newScoreMemory();
  return (minute: number, cpu = 0) => {
    const time = START + minute * MINUTE_MS;
    const data = Buffer.from(JSON.stringify(sample({ time, metrics: { cpu } }))).toString("base64");
    const record = { sequenceNumber: `${minute}`, partitionKey: HOST, arrival: time + 1_000, data };
    return scoreBatch(ports, memory, [record], { clock: () => time + 2_000, deadline: Number.POSITIVE_INFINITY });
  };
}

/** A minute of a block that the history keeps, and the first minute of eight that it drops, from `START` on. */
async function blocks() {
  const world = await deployment();
  const score = newProcess(world);
  for (let minute = 0; minute < 200; minute++) await score(minute);
  const kept = new Set((await world.chunks()).flat().map((time) => (time - START) / MINUTE_MS));
  const isDropped = (minute: number) => !kept.has(minute);
  const dropped = Array.from({ length: 190 }, (_, minute) => minute).find((minute) =>
    Array.from({ length: 8 }, (_, i) => minute + i).every(isDropped),
  );
  return { kept: Math.min(...kept), dropped: dropped! };
}

const found = blocks();

test("reads a calm host once, and then only before a record that the history keeps", async () => {
  const world = await deployment();
  const score = newProcess(world);
  const read: number[] = [];
  for (let minute = 0; minute < 200; minute++) {
    await score(minute);
    if (world.takeReads().length > 0) read.push(minute);
  }
  const kept = (await world.chunks()).flat().map((time) => (time - START) / MINUTE_MS);
  expect(read.filter((minute) => minute !== 0)).toEqual(kept.filter((minute) => minute !== 0));
  expect(kept.length).toBeGreaterThan(20);
  expect(kept.length).toBeLessThan(100);
  expect(await world.state()).toMatchObject({ seen: 8_640 + 200, revision: 201 });
});

test("leaves the same states and history as a process that always reads", async () => {
  const [warm, cold] = await Promise.all([deployment(), deployment()]);
  const scoreWarm = newProcess(warm);
  for (let minute = 0; minute < 100; minute++) {
    const cpu = minute % 17 === 0 ? 5 : Math.sin(minute);
    await scoreWarm(minute, cpu);
    await newProcess(cold)(minute, cpu);
  }
  expect(await warm.state()).toEqual(await cold.state());
  expect(await warm.chunks()).toEqual(await cold.chunks());
});

test("after a lost race it reads and folds again, and what the other wrote stays", async () => {
  const { dropped } = await found;
  const world = await deployment();
  const score = newProcess(world);
  await score(dropped);
  await world.stores.hosts.save({ ...(await world.state()), flagged: 7 });
  world.takeReads();
  const outcome = await score(dropped + 1);
  expect(world.takeReads()).toEqual([HOST]);
  expect(outcome).toMatchObject({ failures: [], counts: { samples: 1, duplicates: 0 } });
  expect(outcome.retryFrom).toBeUndefined();
  expect(await world.state()).toMatchObject({ seen: 8_642, flagged: 7, revision: 4 });
  await score(dropped + 2);
  expect(world.takeReads()).toEqual([]);
});

test("two processes in turns apply each sample once, and a host that was retired meanwhile is back", async () => {
  const { dropped } = await found;
  const world = await deployment();
  const [one, other] = [newProcess(world), newProcess(world)];
  for (let i = 0; i < 8; i++) await (i % 2 === 0 ? one : other)(dropped + i);
  expect(await world.state()).toMatchObject({ seen: 8_648, revision: 9, ingest: { duplicates: 0, late: 0 } });
  await retireHost(world.stores, HOST, START);
  expect(await world.state()).toMatchObject({ retired: true });
  await other(dropped + 8);
  expect(await world.state()).toMatchObject({ retired: false, seen: 8_649 });
});

test("takes no copy for a record that is not the next one, since another process scored that", async () => {
  const { dropped } = await found;
  const world = await deployment();
  const score = newProcess(world);
  await score(dropped);
  world.takeReads();
  await score(dropped + 1);
  expect(world.takeReads()).toEqual([]);
  await score(dropped + 3);
  expect(world.takeReads()).toEqual([HOST]);
});

test("judges an anomaly by the stored state, before anything of it is written", async () => {
  const { dropped } = await found;
  const world = await deployment();
  const score = newProcess(world);
  for (const [i, cpu] of [0, 0, 9, 9].entries()) await score(dropped + i, cpu);
  expect(await world.chunks()).toEqual([]);
  world.takeReads();
  // Three strange samples of five open an incident.
  await score(dropped + 4, 9);
  expect(world.takeReads()).toEqual([HOST]);
  expect(await world.chunks()).toEqual([[START + (dropped + 4) * MINUTE_MS]]);
  expect((await world.state()).incident).toBeDefined();
});

test("a host that was removed begins anew", async () => {
  const { dropped } = await found;
  const world = await deployment();
  const score = newProcess(world);
  await score(dropped);
  await world.stores.hosts.remove(await world.state());
  await score(dropped + 1);
  expect(await world.state()).toMatchObject({ seen: 1, revision: 1 });
});

test("reads again after a write that failed, whether it was stored or not", async () => {
  const { dropped } = await found;
  const world = await deployment();
  let fails = false;
  const hosts: ScorePorts["hosts"] = {
    ...world.ports.hosts,
    async save(state) {
      const saved = await world.ports.hosts.save(state);
      if (fails) throw new Error("the answer was lost");
      return saved;
    },
  };
  const score = newProcess({ ports: { ...world.ports, hosts } });
  await score(dropped);
  world.takeReads();
  fails = true;
  expect((await score(dropped + 1)).retryFrom).toBe(0);
  fails = false;
  expect((await score(dropped + 1)).counts).toMatchObject({ samples: 0, duplicates: 1 });
  expect(world.takeReads()).toEqual([HOST]);
});

test("keeps no copy of a host with trouble, a young one, or one whose history is kept whole", async () => {
  const { dropped } = await found;
  for (const changes of [{ seen: 100, since: START - 1_000_000 }, { since: START - 8_640 * MINUTE_MS }]) {
    const world = await deployment(changes);
    const score = newProcess(world);
    for (let i = 0; i < 3; i++) await score(dropped + i);
    expect(world.takeReads()).toHaveLength(3);
  }
  const world = await deployment();
  const score = newProcess(world);
  for (let i = 0; i < 5; i++) await score(dropped + i, 9);
  expect((await world.state()).incident).toBeDefined();
  world.takeReads();
  await score(dropped + 5);
  expect(world.takeReads()).toEqual([HOST]);
});
