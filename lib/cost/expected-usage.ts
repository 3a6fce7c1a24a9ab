import { MAPPING, SCHEDULES } from "../resources.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../time.ts";
import { MODEL_BYTES_MAX } from "../store/baseline-cache.ts";
import { thinningOf, YOUNG_BELOW } from "../watch/history.ts";
import { HISTORY_DAYS } from "../watch/ports.ts";
import { MONTH_HOURS } from "./prices.ts";
import { PAYLOAD_UNIT_BYTES, READ_UNIT_BYTES, type Usage, unitsOf, WRITE_UNIT_BYTES } from "./usage.ts";

/** A fleet of grown hosts with calendar bands and 38 metrics each. */
export interface Fleet {
  readonly hosts: number;
  readonly shards: number;
  /** Between two samples of a host, and between two of its records. */
  readonly intervalMs: number;
  readonly flushMs: number;
}

export const MONTH_MS = MONTH_HOURS * HOUR_MS;
const MONTH_DAYS = MONTH_MS / DAY_MS;

/** What a host with 38 metrics of six decimals takes; `npm run bench:cost` prints these figures. */
const MEASURED = {
  stateBytes: 895,
  /** Of a sample in the history, and of a sample in a record before gzip. */
  sampleBytes: 307,
  payloadBytes: 330,
  /** A model as the scorer keeps it, and as the table does. */
  modelBytes: 297_000,
  partsBytes: 18_100,
  /** Units of a host's refit beside its history: the new version and its copy, and what they replace. */
  refitWrites: 25,
  refitReads: 5,
  /** CPU of a whole vCPU: of a record, a sweep, a host in a sweep, and a sample in a refit. */
  recordSeconds: 0.0012,
  sweepSeconds: 0.01,
  sweptSeconds: 0.00006,
  refittedSeconds: 0.00007,
  /** A metric line and the three lines of Lambda. */
  runLogBytes: 800,
  /** A sweep reads silences, quiets, desks and refusals. */
  sweepReads: 2,
} as const;

/** DynamoDB keeps this much more for each item ("DynamoDB item sizes and formats"). */
const ITEM_EXTRA_BYTES = 100;

/** Trouble that we assume: incidents per host and month, and how long each is open. */
export const TROUBLE = { incidents: 2, openMs: 30 * MINUTE_MS } as const;
/** The item, and a copy in each of two indexes, of at most 1 KB each. */
const INCIDENT_WRITES = 3;
/** Opened and resolved; each is marked as pending, put onto the index, claimed from the allowance, and removed. */
const NOTICES = 2;
const NOTICE_WRITES = 4;

/** A month of the fleet, computed. */
export function expectedUsage({ hosts, shards, intervalMs, flushMs }: Fleet): Usage {
  const records = (hosts * MONTH_MS) / flushMs;
  const samples = Math.max(1, flushMs / intervalMs);
  const batches = shards * batchesOf(records / shards);
  const sweeps = MONTH_MS / (SCHEDULES.sweep * SECOND_MS);
  const refits = MONTH_MS / (SCHEDULES.refit * SECOND_MS);
  const share = shareKept(intervalMs);
  const kept = Math.min(samples, DAY_MS / intervalMs) * share * (DAY_MS / flushMs) * HISTORY_DAYS;
  const chunkBytes = samples * MEASURED.sampleBytes;
  const chunks = kept / samples;
  const troubled = (hosts * TROUBLE.incidents * TROUBLE.openMs) / flushMs;
  const notices = hosts * TROUBLE.incidents * NOTICES;
  const scan = unitsOf(hosts * MEASURED.stateBytes, READ_UNIT_BYTES) / 2;
  return {
    records,
    payloadUnits: records * unitsOf(samples * MEASURED.payloadBytes, PAYLOAD_UNIT_BYTES),
    "read.hosts": records * unitsOf(MEASURED.stateBytes, READ_UNIT_BYTES) + (sweeps + MONTH_DAYS) * scan,
    "write.hosts": records * unitsOf(MEASURED.stateBytes, WRITE_UNIT_BYTES) + troubled + notices * NOTICE_WRITES,
    "read.baselines":
      activeReads(hosts, records, batches) +
      (hosts / shards > MODELS_KEPT ? records * unitsOf(MEASURED.partsBytes, READ_UNIT_BYTES) : 0) +
      hosts * MONTH_DAYS * MEASURED.refitReads,
    "write.baselines": hosts * MONTH_DAYS * MEASURED.refitWrites,
    "read.history": (hosts * MONTH_DAYS * chunks * chunkBytes) / READ_UNIT_BYTES / 2,
    "write.history": (records * share + troubled * (1 - share)) * unitsOf(chunkBytes, WRITE_UNIT_BYTES),
    "write.incidents": troubled * INCIDENT_WRITES,
    "read.alerting": sweeps * MEASURED.sweepReads,
    "write.alerting": notices,
    "runs.score": batches,
    "cpu.score": records * MEASURED.recordSeconds,
    "runs.sweep": sweeps,
    "cpu.sweep": sweeps * (MEASURED.sweepSeconds + hosts * MEASURED.sweptSeconds),
    "runs.refit": refits,
    "cpu.refit": hosts * MONTH_DAYS * kept * MEASURED.refittedSeconds,
    publishes: notices,
    logBytes: (batches + sweeps + refits) * MEASURED.runLogBytes,
    storedBytes: hosts * (chunks * (chunkBytes + ITEM_EXTRA_BYTES) + MEASURED.stateBytes + ITEM_EXTRA_BYTES),
  };
}

/** Models that the scorer of a shard keeps. With more hosts it reads each again before its next record. */
const MODELS_KEPT = Math.floor(MODEL_BYTES_MAX / MEASURED.modelBytes);

/** The active version of each host, and of its group, is asked for once a minute, where a record comes so often. */
function activeReads(hosts: number, records: number, batches: number): number {
  const minutes = MONTH_MS / MINUTE_MS;
  return (Math.min(records, hosts * minutes) + Math.min(batches, minutes)) / 2;
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
