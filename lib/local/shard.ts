import type { _Record, KinesisClient } from "@aws-sdk/client-kinesis";
import { backoffMs, type Sleep } from "../backoff.ts";
import { messageOf } from "../errors.ts";
import type { StreamEvent } from "../handlers/contract.ts";
import type { Clock } from "../time.ts";
import { processBatch } from "./batch.ts";
import { createBatchBuffer } from "./batch-buffer.ts";
import type { Checkpoints } from "./checkpoints.ts";
import type { Discard, MappingSettings } from "./mapping.ts";
import { ACCOUNT, functionName, REGION, STREAM_ARN } from "./names.ts";
import { type EventRecord, failureObject } from "./on-failure.ts";
import { createShardReader, type Read } from "./shard-source.ts";

/** Everything that following a shard depends on. */
export interface ShardOptions {
  readonly client: KinesisClient;
  readonly settings: MappingSettings & { readonly batchSize: number; readonly windowSeconds: number };
  readonly checkpoints: Checkpoints;
  invoke(event: StreamEvent): Promise<unknown>;
  /** Why nothing can be stored now; undefined when all is well. */
  trouble(): Promise<string | undefined>;
  /** Stores an object in the failures bucket. */
  keep(key: string, body: string): Promise<void>;
  readonly clock: Clock;
  /** Milliseconds from an arbitrary start; never goes back. A replay has a virtual clock but waits in real time. */
  readonly now: () => number;
  readonly sleep: Sleep;
  readonly random: () => number;
  /** Replaces the stream's time of arrival, in milliseconds since the epoch. */
  readonly arrivalOf?: (sequenceNumber: string) => number | undefined;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
  /** Called before each read. */
  reading(): Reading;
}

export interface Reading {
  /** Called when the read found nothing and no work is left. */
  nothingLeft(): void;
  /** Aborted once records may have come since the read began. */
  readonly woken: AbortSignal;
}

/** As often as Lambda polls (https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html). */
const POLL_MS = 1_000;
/**
 * A shard without work is woken by each new record. This read is for records of a client that left before its answer,
 * and for a shard that somebody split.
 */
const UNASKED_POLL_MS = 10_000;
/** AWS does not document its waits. These are short because nobody shares this machine. */
const RETRY = { baseMs: 100, capMs: 5_000 };
/** Wait after a failed read or write, before a restart from the checkpoint. */
const RECOVERY = { baseMs: 1_000, capMs: 1_000 };

/** Processes a shard until it is closed and drained (true), or until the signal aborts (false). */
export async function followShard(shardId: string, options: ShardOptions): Promise<boolean> {
  const { signal, sleep, random, log } = options;
  while (!signal.aborted) {
    try {
      return await follow(shardId, options);
    } catch (error) {
      log(`Shard ${shardId}: ${messageOf(error)}; starting again from the last checkpoint`);
      await sleep(backoffMs(1, random, RECOVERY), signal);
    }
  }
  return false;
}

async function follow(shardId: string, options: ShardOptions): Promise<boolean> {
  const { signal, now, sleep, settings } = options;
  const read = createShardReader(options.client, shardId, options.checkpoints.after(shardId), options.log);
  const buffer = createBatchBuffer(settings.batchSize);
  const windowMs = settings.windowSeconds * 1_000;
  let ended = false;
  /** The last read, if it found all there was: the next one waits until it is woken. */
  let last: Reading | undefined;
  while (!signal.aborted) {
    if (last?.woken.aborted) last = undefined;
    const reading = last ?? options.reading();
    const reads = !(ended || last || buffer.isFull());
    const found: Read = reads ? await read() : { records: [], isLast: false, ended };
    if (found.isLast) last = reading;
    ended = found.ended;
    const records = found.records.map((record) => eventRecord(shardId, record, options));
    buffer.add(records, now());
    const since = buffer.since();
    const windowLeft = since === undefined ? undefined : since + windowMs - now();
    if (windowLeft !== undefined && (buffer.isFull() || ended || windowLeft <= 0)) {
      if (!(await processBatch(buffer.take(now()), settings, batchPorts(shardId, options)))) return false;
    } else if (ended) {
      await options.checkpoints.save(shardId, { drained: true });
      return true;
    } else if (records.length === 0) {
      if (windowLeft === undefined) {
        reading.nothingLeft();
        await sleep(UNASKED_POLL_MS, reading.woken);
        last = undefined;
      } else await sleep(Math.min(POLL_MS, windowLeft), signal);
    }
  }
  return false;
}

function batchPorts(shardId: string, options: ShardOptions) {
  const { signal, sleep, random, clock, checkpoints, log } = options;
  return {
    clock,
    /** Waits while nothing can be stored: the records would use up their attempts and be given up. */
    async invoke(records: readonly EventRecord[]) {
      while (!signal.aborted && (await options.trouble())) await sleep(POLL_MS, signal);
      return options.invoke({ Records: records.map(({ event }) => event) });
    },
    async discard(discard: Discard<EventRecord>) {
      const { key, body } = failureObject(shardId, discard, clock());
      await options.keep(key, body);
      log(`${discard.records.length} records given up (${discard.condition}), kept as ${key}`);
    },
    async checkpoint(last: EventRecord) {
      await checkpoints.save(shardId, { after: last.sequenceNumber });
    },
    async pause(failures: number) {
      await sleep(backoffMs(failures, random, RETRY), signal);
      return !signal.aborted;
    },
  };
}

/** The record as Lambda delivers it (https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html). */
function eventRecord(shardId: string, record: _Record, { arrivalOf, clock }: ShardOptions): EventRecord {
  const { SequenceNumber: sequenceNumber, PartitionKey: partitionKey, Data: data } = record;
  if (sequenceNumber === undefined || partitionKey === undefined || data === undefined) {
    throw new Error(`Shard ${shardId} gave a record without sequence number, partition key or data`);
  }
  const arrival = arrivalOf?.(sequenceNumber) ?? record.ApproximateArrivalTimestamp?.getTime() ?? clock();
  const event = {
    kinesis: {
      kinesisSchemaVersion: "1.0",
      partitionKey,
      sequenceNumber,
      data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64"),
      approximateArrivalTimestamp: arrival / 1_000,
    },
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: `${shardId}:${sequenceNumber}`,
    eventName: "aws:kinesis:record",
    invokeIdentityArn: `arn:aws:iam::${ACCOUNT}:role/${functionName("score")}`,
    awsRegion: REGION,
    eventSourceARN: STREAM_ARN,
  };
  return { sequenceNumber, arrival, event };
}
