import { Attempts } from "../../lib/alert/attempts.ts";
import { type DispatchMemory, dispatch, newDispatchMemory } from "../../lib/alert/dispatch.ts";
import { type Sweeping, sweep } from "../../lib/alert/sweep.ts";
import { type BatchPorts, processBatch } from "../../lib/local/batch.ts";
import type { MappingSettings } from "../../lib/local/mapping.ts";
import { FUNCTIONS, MAPPING, SCHEDULES } from "../../lib/resources.ts";
import { type BaselineCache, cacheBaselines } from "../../lib/store/baseline-cache.ts";
import type { BaselineStore } from "../../lib/watch/ports.ts";
import { newScoreMemory, type ScoreMemory } from "../../lib/watch/schema-names.ts";
import { type ScorePorts, scoreBatch, scoreWaiting } from "../../lib/watch/score.ts";
import { happened } from "./faults.ts";
import type { Run } from "./ledger.ts";
import type { Ports } from "./mutation.ts";
import { portsOf, type Stores, type Surroundings } from "./process.ts";
import { between, pick } from "./random.ts";
import { hashOf, type Put, type Shard } from "./stream.ts";
import type { VirtualTime } from "./virtual-time.ts";

export interface Consumption {
  readonly settings: MappingSettings & { readonly batchSize: number };
  /** Batches of one shard at once; the records of one partition key stay in order. */
  readonly parallelization: number;
  /** Runs that the mapping gave up and that work on. */
  readonly leftBehind: Promise<unknown>[];
  /** Invocations of `score`, and how many of them began after the last fault. */
  invocations: number;
  calmInvocations: number;
}

const TIMEOUT_MS = FUNCTIONS.score.timeoutSeconds * 1_000;
/** The time that lib/handlers keeps in reserve. */
const RESERVE_MS = 5_000;
/** A run that the mapping gave up may be slow: it then works on an old batch while others score newer ones. */
const LAGS_MS = [0, 1_000, 5_000, 10_000];

/** Reads a shard from its beginning to its end, its parents' records first, through the event source mapping. */
export async function consume(
  { id, parents: _, puts }: Shard,
  parents: Promise<unknown>,
  stores: Stores,
  surroundings: Surroundings,
  consumption: Consumption,
): Promise<void> {
  const { tally, mutation } = surroundings;
  const count = consumption.parallelization;
  const laneOf = ({ partitionKey }: Put, i: number) => (mutation.ignoresKeys ? i : hashOf(partitionKey)) % count;
  if (count > 1) happened(tally, "parallel batches");
  const lanes = Array.from({ length: count }, (_, i) => ({
    id: count > 1 ? `${id}/${i}` : id,
    puts: puts.filter((put, position) => laneOf(put, position) === i),
  }));
  if (!mutation.ignoresParents) await parents;
  await Promise.all(lanes.map((lane) => consumeLane(lane, stores, surroundings, consumption)));
}

async function consumeLane(
  shard: Pick<Shard, "id" | "puts">,
  stores: Stores,
  surroundings: Surroundings,
  consumption: Consumption,
): Promise<void> {
  const { time, random, weather, tally, ledger, trace, mutation } = surroundings;
  const { settings } = consumption;
  const invoke = invoker(stores, surroundings, consumption);
  const restarts = () => {
    if (!weather.strikes("poller restart", time.now)) return false;
    happened(tally, "poller restart");
    trace(`${shard.id}: poller restarts`);
    return true;
  };
  let position = 0;
  const sound: BatchPorts<Put> = {
    invoke,
    clock: () => time.now,
    async discard(discard) {
      if (restarts()) throw new Error("restarted before the discard was kept");
      happened(tally, discard.condition === "RecordAgeExceeded" ? "age exceeded" : "attempts exhausted");
      trace(`${shard.id}: ${discard.records.length} records given up: ${discard.condition}`);
      ledger.gaveUp(discard);
    },
    async checkpoint(last) {
      position = shard.puts.indexOf(last) + 1;
    },
    async pause(failures) {
      await time.sleep(Math.min(1_000 * 2 ** failures, 120_000) * (0.5 + random() / 2));
      return !restarts();
    },
  };
  const ports = mutation.poller?.(sound) ?? sound;
  for (let next = shard.puts[0]; next; next = shard.puts[position]) {
    await time.sleepUntil(next.arrival);
    await time.sleep(between(random, 200, MAPPING.windowSeconds * 1_000));
    const arrived = shard.puts.slice(position, position + settings.batchSize);
    const batch = arrived.filter(({ arrival }) => arrival <= time.now);
    // After a failed write the poller reads again from its checkpoint.
    await processBatch(batch, settings, ports).catch(() => {});
  }
}

function invoker(stores: Stores, surroundings: Surroundings, consumption: Consumption) {
  const { time, random, weather, tally, trace } = surroundings;
  const { leftBehind } = consumption;
  let memory = newMemory(time);
  let asleep = newMemory(time);
  const attempt = async (records: readonly Put[], own: Memory, lag: number): Promise<unknown> => {
    const run = startRun("score", own, surroundings, lag);
    try {
      return await score(run, records, own, stores, surroundings);
    } finally {
      // A crash loses the memory; after an error the process lives on.
      if (run.crashed && own === memory) memory = newMemory(time);
    }
  };
  return async (records: readonly Put[]): Promise<unknown> => {
    consumption.invocations++;
    if (time.now > weather.end) consumption.calmInvocations++;
    const swaps = (["thawed", "sandboxes in turns"] as const).filter((fault) => weather.strikes(fault, time.now));
    for (const fault of swaps) happened(tally, fault);
    if (swaps.length > 0) [memory, asleep] = [asleep, memory];
    const isLeft = weather.strikes("left behind", time.now);
    const response = attempt(records, memory, isLeft ? pick(random, LAGS_MS) : 0);
    response.catch(() => {
      if (records.length > 1) happened(tally, "bisect");
    });
    if (weather.strikes("overlap", time.now)) {
      happened(tally, "overlap");
      leftBehind.push(attempt(records, newMemory(time), pick(random, LAGS_MS)).catch(() => {}));
    }
    if (!isLeft) return response;
    happened(tally, "left behind");
    trace("a run is left behind");
    memory = newMemory(time);
    leftBehind.push(response.catch(() => {}));
    await time.sleep(between(random, 1, 500));
    throw new Error("no answer");
  };
}

interface Memory extends ScoreMemory {
  readonly dispatch: DispatchMemory;
  /** Remembers what it reads from the store of its latest run. */
  readonly baselines: BaselineCache;
  readonly latest: { store?: BaselineStore };
}

function newMemory(time: VirtualTime): Memory {
  const latest: Memory["latest"] = {};
  const packed: BaselineStore["packed"] = async (...of) => latest.store?.packed(...of) ?? new Map();
  const baselines = cacheBaselines({ packed }, () => time.now);
  return { ...newScoreMemory(), dispatch: newDispatchMemory(), baselines, latest };
}

async function score(run: Run, records: readonly Put[], memory: Memory, stores: Stores, surroundings: Surroundings) {
  const { time, tally, ledger, trace, mutation } = surroundings;
  trace(`${run.name}: ${records.length} records from ${Number(records[0]?.sequenceNumber.slice(-9))}`);
  ledger.began(records, run);
  try {
    const ports = portsOf(run, stores, surroundings);
    const given = mutation.records?.(records) ?? records;
    memory.latest.store = ports.baselines;
    const scoring = { ...scoringPorts(run, ports, memory.dispatch, surroundings), baselines: memory.baselines };
    const sound = await scoreBatch(scoring, memory, given, {
      clock: () => time.now,
      deadline: run.killedAt - RESERVE_MS,
    });
    const outcome = mutation.outcome?.(sound, records) ?? sound;
    if (run.crashed) throw new Error("crashed");
    ledger.finished(records, outcome, time.now);
    for (const { error } of outcome.failures) if (String(error).includes("out of time")) happened(tally, "out of time");
    if (outcome.retryFrom === undefined) return { batchItemFailures: [] };
    happened(tally, "partial failure");
    return { batchItemFailures: [{ itemIdentifier: records[outcome.retryFrom]!.sequenceNumber }] };
  } finally {
    run.endedAt = time.now;
    trace(`${run.name}: ended`);
  }
}

function scoringPorts(run: Run, ports: Ports, memory: DispatchMemory, surroundings: Surroundings): ScorePorts {
  const { time, mutation } = surroundings;
  const { alerts: settings, policyOf } = surroundings.settingsNow();
  const announce: ScorePorts["announce"] = (state, fresh, opening) =>
    dispatch(ports, { memory, settings, clock: () => time.now, opening }, state, fresh);
  return { ...ports, announce, policyOf: mutation.policyOf?.(policyOf, run) ?? policyOf };
}

/** The memory of the sweep's process from run to run. */
export interface SweepMemory extends ScoreMemory {
  readonly sweeping: Sweeping["memory"];
  readonly dispatch: DispatchMemory;
}

export function newSweepMemory(): SweepMemory {
  return { ...newScoreMemory(), sweeping: {}, dispatch: newDispatchMemory() };
}

/** The schedule: one run a minute, even if the last one failed. */
export async function sweepForEver(stores: Stores, surroundings: Surroundings, memory: SweepMemory): Promise<never> {
  const { time, random, weather, tally } = surroundings;
  for (;;) {
    await time.sleep(SCHEDULES.sweep * 1_000);
    const one = (own: SweepMemory) => sweepOnce(stores, surroundings, own).catch(() => {});
    const sweeps = [one(memory)];
    if (weather.strikes("two sweeps at once", time.now)) {
      happened(tally, "two sweeps at once");
      await time.sleep(between(random, 0, 500));
      sweeps.push(one(newSweepMemory()));
    }
    await Promise.all(sweeps);
  }
}

/** As lib/handlers does it: alerts first, then the samples that wait. */
export async function sweepOnce(stores: Stores, surroundings: Surroundings, memory: SweepMemory): Promise<void> {
  const { time, tally, ledger, mutation } = surroundings;
  if (mutation.ignoresSchedule) return;
  const run = startRun("sweep", memory, surroundings, 0);
  try {
    const settings = surroundings.settingsNow().alerts;
    const ports = portsOf(run, stores, surroundings);
    const clock = () => time.now;
    const attempts = new Attempts();
    const { waiting = [] } = await sweep(ports, { memory: memory.sweeping, settings, clock, attempts });
    if (mutation.ignoresWaiting) return attempts.end();
    const scoring = scoringPorts(run, ports, memory.dispatch, surroundings);
    const { folded, failures } = await scoreWaiting(scoring, memory, waiting, {
      clock,
      deadline: run.killedAt - RESERVE_MS,
    });
    for (const { what, error } of failures) ledger.threw(what, error);
    for (const { parts } of folded) if (parts.length > 0) happened(tally, "sample judged by sweep");
    attempts.end();
  } catch (error) {
    ledger.threw("sweep", error);
    throw error;
  } finally {
    run.endedAt = time.now;
    for (const _ of run.published) happened(tally, "notice sent by sweep");
  }
}

function startRun(kind: Run["kind"], memory: object, { time, ledger }: Surroundings, lag: number): Run {
  const run: Run = {
    kind,
    memory,
    name: `${kind} ${ledger.runs.length}`,
    startedAt: time.now,
    killedAt: time.now + TIMEOUT_MS,
    endedAt: Number.POSITIVE_INFINITY,
    lag,
    crashed: false,
    hindered: false,
    published: new Set(),
    marked: new Set(),
    counted: 0,
    digested: 0,
    messages: 0,
    texts: 0,
    places: new Map(),
  };
  ledger.runs.push(run);
  return run;
}
