import { GIVEN_UP_EVERY_MS } from "../alert/given-up.ts";
import { MODEL_DAYS } from "../learn/report.ts";
import { MAPPING, SCHEDULES } from "../resources.ts";
import { BASELINE_TTL_MS, modelRoomOf } from "../store/baseline-cache.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../time.ts";
import { COPIES_BYTES_MAX } from "../watch/copies.ts";
import { thinningOf, YOUNG_BELOW } from "../watch/history.ts";
import { HISTORY_DAYS, MOVED_DAYS } from "../watch/ports.ts";
import { MONTH_HOURS } from "./prices.ts";
import { PAYLOAD_UNIT_BYTES, type Quantity, READ_UNIT_BYTES, type Usage, unitsOf, WRITE_UNIT_BYTES } from "./usage.ts";

/** A fleet of grown hosts with calendar bands and 38 metrics each. */
export interface Fleet {
  readonly hosts: number;
  readonly shards: number;
  /** Between two samples of a host, and between two of its records. */
  readonly intervalMs: number;
  readonly flushMs: number;
  /** Between two scheduled refits; a day unless given. */
  readonly refitEveryMs?: number;
}

type Pace = Pick<Fleet, "intervalMs" | "flushMs">;

/** The agent's defaults. */
export const AGENT_PACE: Pace = { intervalMs: 10 * SECOND_MS, flushMs: MINUTE_MS };

export const MONTH_MS = MONTH_HOURS * HOUR_MS;

/** The bytes and units of a host with 38 metrics of six decimals; `npm run bench:cost` prints these figures. */
export const MEASURED = {
  stateBytes: 895,
  /** A copy of a state in the scorer's memory. */
  copyBytes: 9_100,
  /** Bytes of a sample in the history, and of a sample in a record before gzip. */
  sampleBytes: 126,
  payloadBytes: 330,
  /** A model of 30 days in the scorer's memory, unpacked and packed. The table holds the packed form. */
  modelBytes: 222_000,
  packedBytes: 44_700,
  /** Units of a host's refit beside its history: the new version, its copy, the expiry of the old one, progress. */
  refitWrites: 90,
  refitReads: 12,
  /** CPU of a whole vCPU: of a record, of unpacking a model, a sweep, a host in a sweep, and a sample in a refit. */
  recordSeconds: 0.0015,
  unpackSeconds: 0.0013,
  sweepSeconds: 0.01,
  sweptSeconds: 0.00006,
  refittedSeconds: 0.00004,
  /** The three lines of Lambda, and with them the line of counts of `score`. */
  runLogBytes: 368,
  scoreLogBytes: 545,
  /** A sweep reads silences, quiets, desks and refusals. */
  sweepReads: 2,
} as const;

/** DynamoDB keeps this much more for each item ("DynamoDB item sizes and formats"). */
const ITEM_EXTRA_BYTES = 100;
/** Bytes of a version without its model; the names of the agent's metrics take half of them. */
const VERSION_BYTES = 1_400;
/** Versions and incidents stay for ever: we count those of a year. */
const KEPT_MS = 365 * DAY_MS;

/** Trouble that we assume: incidents per host and month, and how long each is open. */
const TROUBLE = { incidents: 2, openMs: 30 * MINUTE_MS } as const;
/** The item, and a copy in each of two indexes, of at most 1 KB each. */
const INCIDENT_COPIES = 3;
const INCIDENT_BYTES = 1_024;
/** The scorer keeps no copy of a host's state until its incident is forgotten. */
const FORGOTTEN_AFTER_MS = HOUR_MS;
/** Opened and resolved; each is marked as pending, put onto the index, claimed from the allowance, and removed. */
const NOTICES = 2;
const NOTICE_WRITES = 4;

/** The computed usage of a month of the fleet; `calm`: without trouble, refits and what they keep. */
export function expectedUsage(fleet: Fleet, calm?: "calm"): Usage {
  const always = { ...streamUsage(fleet), ...runUsage(fleet) };
  return calm ? always : [troubleUsage, refitUsage, storedUsage].reduce((all, of) => sum(all, of(fleet)), always);
}

/** The usage of records, their states and their history. */
function streamUsage({ hosts, shards, intervalMs, flushMs }: Fleet): Usage {
  const records = recordsOf({ hosts, flushMs });
  const samples = samplesOf({ intervalMs, flushMs });
  const chunks = records * shareKept(intervalMs);
  const reloads = hosts > MODELS_KEPT ? records : 0;
  const asked = activeReads(hosts, flushMs, shards * batchesOf(records / shards));
  return {
    records,
    payloadUnits: records * unitsOf(samples * MEASURED.payloadBytes, PAYLOAD_UNIT_BYTES),
    "read.hosts":
      records * shareRead({ hosts, shards, intervalMs }) * unitsOf(MEASURED.stateBytes, READ_UNIT_BYTES) +
      (hosts * shards * MONTH_MS) / ENVIRONMENT_MS +
      sweepsOf() * scanUnits(hosts),
    "write.hosts": records * unitsOf(MEASURED.stateBytes, WRITE_UNIT_BYTES),
    "read.baselines": asked + reloads * unitsOf(MEASURED.packedBytes, READ_UNIT_BYTES),
    "write.history": chunks * unitsOf(samples * MEASURED.sampleBytes, WRITE_UNIT_BYTES),
  };
}

/** The usage of the functions' runs, except refits. */
function runUsage({ hosts, shards, flushMs }: Fleet): Usage {
  const records = recordsOf({ hosts, flushMs });
  const batches = shards * batchesOf(records / shards);
  const sweeps = sweepsOf();
  return {
    "read.alerting": sweeps * MEASURED.sweepReads,
    "runs.score": batches,
    "cpu.score": records * recordSecondsOf(hosts),
    "runs.sweep": sweeps,
    bucketWrites: MONTH_MS / GIVEN_UP_EVERY_MS,
    "cpu.sweep": sweeps * (MEASURED.sweepSeconds + hosts * MEASURED.sweptSeconds),
    logBytes: batches * MEASURED.scoreLogBytes + sweeps * MEASURED.runLogBytes,
  };
}

/** The usage of incidents and their messages. While one is open, the state takes two units and all history is kept. */
function troubleUsage({ hosts, shards, intervalMs, flushMs }: Fleet): Usage {
  const troubled = (hosts * TROUBLE.incidents * TROUBLE.openMs) / flushMs;
  const notices = hosts * TROUBLE.incidents * NOTICES;
  const chunkBytes = samplesOf({ intervalMs, flushMs }) * MEASURED.sampleBytes;
  const reread = (hosts * TROUBLE.incidents * (TROUBLE.openMs + FORGOTTEN_AFTER_MS)) / flushMs;
  return {
    "read.hosts": reread * (1 - shareRead({ hosts, shards, intervalMs })),
    "write.hosts": troubled + notices * NOTICE_WRITES,
    "write.history": troubled * (1 - shareKept(intervalMs)) * unitsOf(chunkBytes, WRITE_UNIT_BYTES),
    "write.incidents": troubled * INCIDENT_COPIES,
    "write.alerting": notices,
    publishes: notices,
  };
}

/**
 * The usage of the scheduled refits, which read all history. Between them, each run reads the incidents of two weeks,
 * day by day, for hosts whose level has moved.
 */
function refitUsage({ hosts, intervalMs, flushMs, refitEveryMs = DAY_MS }: Fleet): Usage {
  const runs = MONTH_MS / (SCHEDULES.refit * SECOND_MS);
  const refits = MONTH_MS / refitEveryMs;
  const incidentBytes = (hosts * TROUBLE.incidents * INCIDENT_BYTES * DAY_MS) / MONTH_MS;
  const historyBytes = chunksKept({ intervalMs, flushMs }) * samplesOf({ intervalMs, flushMs }) * MEASURED.sampleBytes;
  return {
    "read.hosts": refits * scanUnits(hosts),
    "read.incidents": (runs * (MOVED_DAYS + 1) * unitsOf(incidentBytes, READ_UNIT_BYTES)) / 2,
    "read.history": (hosts * refits * historyBytes) / READ_UNIT_BYTES / 2,
    "read.baselines": hosts * refits * MEASURED.refitReads,
    "write.baselines": hosts * refits * MEASURED.refitWrites,
    "runs.refit": runs,
    "cpu.refit": hosts * refits * refitSeconds({ intervalMs, flushMs }),
    logBytes: runs * MEASURED.runLogBytes,
  };
}

/** The bytes in the tables of a stack that has run for a year. No backup has the history or an index. */
function storedUsage({ hosts, intervalMs, flushMs, refitEveryMs = DAY_MS }: Fleet): Usage {
  const items = (count: number, bytes: number) => count * (bytes + ITEM_EXTRA_BYTES);
  const history = items(chunksKept({ intervalMs, flushMs }), samplesOf({ intervalMs, flushMs }) * MEASURED.sampleBytes);
  // The active version is there twice, and has a model besides those that will expire.
  const versions = items(KEPT_MS / refitEveryMs + 1, VERSION_BYTES);
  const models = items((MODEL_DAYS * DAY_MS) / refitEveryMs + 1, MEASURED.packedBytes);
  const incidents = items((TROUBLE.incidents * KEPT_MS) / MONTH_MS, INCIDENT_BYTES);
  const backedUp = items(1, MEASURED.stateBytes) + versions + models + incidents;
  return {
    storedBytes: hosts * (history + backedUp + (INCIDENT_COPIES - 1) * incidents),
    backedUpBytes: hosts * backedUp,
  };
}

/** Chunks of a host in the history. */
function chunksKept({ intervalMs, flushMs }: Pace): number {
  return (DAY_MS / flushMs) * HISTORY_DAYS * shareKept(intervalMs);
}

/** CPU of a host's refit on all that its history has. */
export function refitSeconds(pace: Pace): number {
  return chunksKept(pace) * samplesOf(pace) * MEASURED.refittedSeconds;
}

function sum(one: Usage, other: Usage): Usage {
  const quantities = Object.keys(other).filter((quantity): quantity is Quantity => quantity in other);
  const added = quantities.map((quantity) => [quantity, (one[quantity] ?? 0) + (other[quantity] ?? 0)]);
  return { ...one, ...Object.fromEntries(added) };
}

function recordsOf({ hosts, flushMs }: Pick<Fleet, "hosts" | "flushMs">): number {
  return (hosts * MONTH_MS) / flushMs;
}

/** In a record. */
function samplesOf({ intervalMs, flushMs }: Pace): number {
  return Math.max(1, flushMs / intervalMs);
}

function sweepsOf(): number {
  return MONTH_MS / (SCHEDULES.sweep * SECOND_MS);
}

/** Units of reading all states once, perhaps stale. */
function scanUnits(hosts: number): number {
  return unitsOf(hosts * MEASURED.stateBytes, READ_UNIT_BYTES) / 2;
}

/**
 * Models that a scorer keeps packed. With more hosts we count that it reads each again before its next record: AWS does
 * not say which environment gets the batches of which shard.
 */
export const MODELS_KEPT = Math.floor(modelRoomOf("score").packed / MEASURED.packedBytes);
/** Those that it also keeps unpacked; with more hosts, it unpacks one for each record. */
const UNPACKED_KEPT = Math.floor(modelRoomOf("score").unpacked / MEASURED.modelBytes);

/** CPU of a record in a stack with so many hosts. */
export function recordSecondsOf(hosts: number): number {
  return MEASURED.recordSeconds + (hosts > UNPACKED_KEPT ? MEASURED.unpackSeconds : 0);
}

/** Lambda ends an environment after some hours; its successor reads each host once. */
const ENVIRONMENT_MS = 2 * HOUR_MS;

/** Hosts whose states a scorer keeps. An environment sees those of as many as a shard has in turn. */
const COPIES_KEPT = Math.floor(COPIES_BYTES_MAX / MEASURED.copyBytes);

/**
 * The share of a calm host's records before which its state is read. These are records that the history keeps, and
 * records after one that another environment scored. AWS does not say which environment gets the batches of which
 * shard. With n shards, we count that it is any of n environments.
 */
function shareRead({ hosts, shards, intervalMs }: Pick<Fleet, "hosts" | "shards" | "intervalMs">): number {
  return hosts / shards > COPIES_KEPT ? 1 : 1 - (1 - shareKept(intervalMs)) / shards;
}

/**
 * The active version of each host, and of its group, half a unit each. The first record a minute after the last answer
 * asks for it.
 */
function activeReads(hosts: number, flushMs: number, batches: number): number {
  const apart = Math.max(flushMs, BASELINE_TTL_MS + flushMs / 2);
  return ((hosts * MONTH_MS) / apart + Math.min(batches, MONTH_MS / BASELINE_TTL_MS)) / 2;
}

/** A batch is open from its first record for the window, and is full with so many records. */
function batchesOf(records: number): number {
  const perSecond = (records / MONTH_MS) * SECOND_MS;
  const seconds = Math.min(MAPPING.windowSeconds + 1 / perSecond, MAPPING.batchSize / perSecond);
  return MONTH_MS / SECOND_MS / seconds;
}

/** The share of a grown host's calm samples that its history keeps. */
function shareKept(intervalMs: number): number {
  return 1 / (thinningOf({ seen: YOUNG_BELOW, since: 0, newest: YOUNG_BELOW * intervalMs })?.oneIn ?? 1);
}
