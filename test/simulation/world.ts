import { inspect } from "node:util";
import type { AlertSettings } from "../../lib/alert/settings.ts";
import { DEFAULT_ALERT_SETTINGS } from "../../lib/alert/settings.ts";
import type { Silence } from "../../lib/alert/silence.ts";
import { MAPPING } from "../../lib/resources.ts";
import type { MemoryStores } from "../../lib/store/memory.ts";
import { type HostPolicy, NO_POLICY } from "../../lib/watch/policy.ts";
import { parseRule } from "../../lib/watch/rule-text.ts";
import { newScoreMemory } from "../../lib/watch/schema-names.ts";
import { type ScorePorts, scoreBatch, scoreWaiting } from "../../lib/watch/score.ts";
import { START } from "../factories.ts";
import { type Consumption, consume, newSweepMemory, sweepForEver, sweepOnce } from "./consumer.ts";
import { withFeatures } from "./derived.ts";
import { drawFaults, drawWeather, type Fault, happened, type Tally } from "./faults.ts";
import { type Fleet, makeFleet } from "./fleet.ts";
import { violationsOf } from "./invariants.ts";
import { createLedger } from "./ledger.ts";
import type { Mutation } from "./mutation.ts";
import type { Surroundings } from "./process.ts";
import { between, chance, pick, type Random, seededRandom } from "./random.ts";
import { leaveOldItems, portsIn, standBy, storesWith } from "./storage.ts";
import { makeStream, type Shard, type Stream } from "./stream.ts";
import { VirtualTime } from "./virtual-time.ts";

export interface WorldReport {
  readonly seed: number;
  readonly faults: ReadonlySet<Fault>;
  readonly tally: Tally;
  readonly records: number;
  readonly invocations: number;
  /** Violations of the invariants; empty for a good world. */
  readonly violations: readonly string[];
}

/** Runs the world of this seed, once with its faults and once without, and compares. */
export async function liveThrough(
  seed: number,
  mutation: Mutation = {},
  print?: (line: string) => void,
): Promise<WorldReport> {
  const random = seededRandom(seed);
  const tally: Tally = new Map();
  const faults = drawFaults(random);
  const fleet = makeFleet(random, {
    late: faults.has("late samples"),
    partlyBroken: faults.has("poison"),
    large: faults.has("large items"),
  });
  const stream = makeStream(random, fleet, faults, tally);
  const end = stream.puts.at(-1)!.arrival;
  const names = fleet.hosts.map(({ name }) => name);
  const time = new VirtualTime(START);
  const weather = drawWeather(random, faults, names, START, end);
  const silences = drawSilences(random, fleet, weather.end);
  const [settings, others] = [drawAlertSettings(random), drawAlertSettings(random)];
  const ledger = createLedger(silences, tally);
  const trace = print ? (line: string) => print(`${new Date(time.now).toISOString().slice(11, 23)} ${line}`) : () => {};
  const truth = await storesWith(fleet, () => time.now);
  const [policies, otherPolicies] = [withFeatures(fleet, NO_POLICY), withFeatures(fleet, NO_EFFECT)];
  const settingsNow = () => {
    if (!weather.strikes("configurations", time.now)) return { alerts: settings, policyOf: policies };
    happened(tally, "configurations");
    return { alerts: others, policyOf: otherPolicies };
  };
  const surroundings = { silences, settingsNow, time, weather, random, tally, ledger, trace, mutation, truth };
  const { retryAttempts } = mutation;
  if (faults.has("expiry")) await leaveOldItems(truth, fleet, random);
  const consumption: Consumption = {
    settings: { ...drawSettings(random, faults), ...(retryAttempts === undefined ? {} : { retryAttempts }) },
    parallelization: faults.has("parallel batches") ? between(random, 2, 10) : 1,
    leftBehind: [],
    invocations: 0,
    calmInvocations: 0,
  };
  const troubles: string[] = [];
  const life = live(stream.shards, fleet, surroundings, consumption);
  await time.run(life).catch((error: unknown) => troubles.push(`did not end well: ${inspect(error)}`));
  const clean = await cleanRun(fleet, stream);
  const limits = faults.has("configurations") ? widest(settings, others) : settings;
  const aftermath = { fleet, stream, settings: limits, tally, ledger, consumption, lived: truth, clean };
  const found = await violationsOf(aftermath).catch((error: unknown) => [`the stores cannot be read: ${error}`]);
  return {
    seed,
    faults,
    tally,
    records: stream.puts.length,
    invocations: consumption.invocations,
    violations: [...troubles, ...found],
  };
}

function drawSettings(random: Random, faults: ReadonlySet<Fault>): Consumption["settings"] {
  return {
    ...MAPPING,
    batchSize: pick(random, [5, 20, 100, MAPPING.batchSize]),
    retryAttempts: pick(random, [2, 2, 10, 10, MAPPING.retryAttempts]),
    maxRecordAgeSeconds: faults.has("outage") && chance(random, 0.5) ? 120 : MAPPING.maxRecordAgeSeconds,
  };
}

/** Silences for some hosts or a group, which end before the world does. */
function drawSilences(random: Random, { hosts }: Fleet, end: number): Silence[] {
  return Array.from({ length: chance(random, 0.3) ? between(random, 1, 2) : 0 }, (_, i) => {
    const from = START + between(random, 0, 10) * 60_000;
    const until = Math.min(from + between(random, 2, 40) * 60_000, end);
    const { name, group } = pick(random, hosts);
    const matcher = chance(random, 0.5) ? { group } : { host: `${name.slice(0, -1)}*` };
    return { id: `SLNC2${i}`, matcher, reason: "simulated", by: "nobody", from, until, revision: 0 };
  });
}

function drawAlertSettings(random: Random): AlertSettings {
  return {
    ...DEFAULT_ALERT_SETTINGS,
    messagesPerMinute: pick(random, [1, 2, 5]),
    textsPerHour: pick(random, [1, 3, 10]),
    fleetHosts: pick(random, [3, 5]),
  };
}

/** The limit on messages, whichever setting holds at a time. */
function widest(one: AlertSettings, other: AlertSettings): AlertSettings {
  return {
    ...one,
    messagesPerMinute: Math.max(one.messagesPerMinute, other.messagesPerMinute),
    textsPerHour: Math.max(one.textsPerHour, other.textsPerHour),
  };
}

/** A policy that differs from none, and never changes a result. */
const NO_EFFECT: HostPolicy = { ...NO_POLICY, rules: [parseRule({ if: "cpu > 1000000" })] };

/** Runs until every record is read, every fault and run has ended, and the sweep finds no pending notice. */
async function live(
  shards: readonly Shard[],
  fleet: Fleet,
  surroundings: Surroundings,
  consumption: Consumption,
): Promise<void> {
  const { time, weather } = surroundings;
  const stores = standBy(fleet, surroundings);
  const memory = newSweepMemory();
  void sweepForEver(stores, surroundings, memory);
  const drained = new Map<Shard, Promise<void>>();
  for (const shard of shards) {
    const parents = Promise.all(shard.parents.map((parent) => drained.get(parent)));
    drained.set(shard, consume(shard, parents, stores, surroundings, consumption));
  }
  await Promise.all(drained.values());
  await Promise.all(consumption.leftBehind);
  await time.sleepUntil(weather.end);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    await time.sleep(60_001);
    await sweepOnce(stores, surroundings, memory);
    if (round > 0 && (await stores.hosts.withPending()).length === 0) return;
  }
}

/** One digest a minute takes all pending notices; notices decided in between may need another. */
const ROUNDS_MAX = 5;

/** Scores the same records in the same order, each once, in a world without faults. */
async function cleanRun(fleet: Fleet, { puts }: Stream): Promise<MemoryStores> {
  const stores = await storesWith(fleet, () => START);
  const policyOf = withFeatures(fleet, NO_POLICY);
  const ports: ScorePorts = { ...portsIn(stores), announce: async (state) => state, policyOf };
  const memory = newScoreMemory();
  const originals = puts.filter(({ sent, isCopy }) => sent && !isCopy);
  for (let i = 0; i < originals.length; i += 100) {
    await scoreBatch(ports, memory, originals.slice(i, i + 100), {
      clock: () => START,
      deadline: Number.POSITIVE_INFINITY,
    });
  }
  const states = [...(await stores.hosts.load(fleet.hosts.map(({ name }) => name))).values()];
  const inPieces = states.filter(({ assembly }) => assembly);
  await scoreWaiting(ports, memory, inPieces, {
    clock: () => Number.MAX_SAFE_INTEGER,
    deadline: Number.POSITIVE_INFINITY,
  });
  return stores;
}
