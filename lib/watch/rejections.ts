import { MINUTE_MS } from "../time.ts";
import type { Problem } from "../wire/decode.ts";
import { kindOfReason } from "../wire/reasons.ts";
import { countOne, type DayCount, emptyDay, hasRoom } from "./day-count.ts";
import type { Run, StreamRecord } from "./delivery.ts";
import { inParallel } from "./parallel.ts";
import type { RejectedRecord, RejectedStore } from "./ports.ts";

/** A record that was rejected, whole or in part. */
export interface Rejection {
  readonly record: StreamRecord;
  readonly problems: readonly Problem[];
}

/** The examples that this process chose, by kind, and until when it leaves the bucket alone. */
export interface Examples {
  readonly chosen: DayCount;
  /** Milliseconds since the epoch. */
  awayUntil: number;
}

export function noExamples(): Examples {
  return { chosen: emptyDay(), awayUntil: 0 };
}

/** Examples of one reason and sender in a batch. A person needs few to see the mistake. */
const KIND_IN_BATCH_MAX = 3;
/**
 * Examples that a process keeps in a day, in all and of one reason and sender. Writing them costs half a cent, at $5
 * for a million objects (https://aws.amazon.com/s3/pricing/), however many senders are wrong.
 */
const IN_A_DAY = { total: 1_000, perKey: 20 };
/** Examples written at once: 1,000 take three seconds at 40 ms each. */
const WRITES_AT_ONCE = 16;
/** After a failed write the bucket is left alone this long: one that does not answer takes half a minute each time. */
const AWAY_MS = 10 * MINUTE_MS;

/**
 * Keeps a few examples of each reason and sender, each with the number of records that it stands for. The scorer does
 * not wait for the bucket: examples that it does not take in time are reported, and not delivered again.
 */
export async function keepExamples(
  store: Pick<RejectedStore, "keep">,
  examples: Examples,
  rejections: readonly Rejection[],
  { clock, deadline, failed }: Run,
): Promise<void> {
  await inParallel(WRITES_AT_ONCE, choose(examples, rejections, clock()), async (record) => {
    const missed = (error: unknown) => {
      const { sequenceNumber, partitionKey, problems, alike } = record;
      const why = `${problems[0]} (${alike} alike)`;
      const what = `rejected record ${sequenceNumber} of ${partitionKey}, not kept in the bucket: ${why}`;
      failed.push({ position: Number.POSITIVE_INFINITY, failure: { what, error } });
    };
    if (clock() > deadline) return missed(new Error("out of time"));
    if (clock() < examples.awayUntil) return missed(new Error("another write failed less than ten minutes ago"));
    try {
      await store.keep(record);
    } catch (error) {
      examples.awayUntil = clock() + AWAY_MS;
      missed(error);
    }
  });
}

/** The first examples of all kinds come before the second of any. */
function choose(examples: Examples, rejections: readonly Rejection[], now: number): readonly RejectedRecord[] {
  const kinds = new Map<string, Rejection[]>();
  for (const rejection of rejections) {
    const kind = kindOf(rejection);
    const alike = kinds.get(kind);
    if (alike) alike.push(rejection);
    else kinds.set(kind, [rejection]);
  }
  const chosen: RejectedRecord[] = [];
  for (let turn = 0; turn < KIND_IN_BATCH_MAX; turn++) {
    for (const [kind, alike] of kinds) {
      const rejection = alike[turn];
      if (!rejection || !hasRoom(examples.chosen, kind, now, IN_A_DAY)) continue;
      countOne(examples.chosen, kind);
      chosen.push(recordOf(rejection, alike.length));
    }
  }
  return chosen;
}

/** Sender and kind of reason. */
function kindOf({ record, problems: [first] }: Rejection): string {
  return JSON.stringify([first?.host ?? record.partitionKey, first && kindOfReason(first.reason)]);
}

function recordOf({ record, problems }: Rejection, alike: number): RejectedRecord {
  const { sequenceNumber, partitionKey, arrival, data } = record;
  const reasons = problems.map(({ reason }) => reason);
  return { sequenceNumber, partitionKey, arrival, problems: reasons, bytes: Buffer.from(data, "base64"), alike };
}
