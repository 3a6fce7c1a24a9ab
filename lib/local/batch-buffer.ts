import type { EventRecord } from "./on-failure.ts";

/**
 * The largest event that Lambda delivers, in bytes (https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html).
 */
const EVENT_BYTES_MAX = 6 * 1024 * 1024;
/** Bytes that an event adds to a record's data and key: names, ARNs, sequence numbers. Measured: 550. */
const ENVELOPE_BYTES = 600;

/** The records of the next batch: read, but not yet delivered. */
export function createBatchBuffer(batchSize: number) {
  const records: EventRecord[] = [];
  let since: number | undefined;
  return {
    /** When the oldest record was added; undefined when empty. */
    since: () => since,
    isFull: () => records.length >= batchSize || fitting(records) < records.length,
    add(more: readonly EventRecord[], now: number): void {
      records.push(...more);
      if (records.length > 0) since ??= now;
    },
    /** The next batch: at least one record, and no more than fit in an event. */
    take(now: number): readonly EventRecord[] {
      const batch = records.splice(0, Math.min(batchSize, Math.max(fitting(records), 1)));
      since = records.length > 0 ? now : undefined;
      return batch;
    },
  };
}

/** How many of the records at the front fit in one event. */
function fitting(records: readonly EventRecord[]): number {
  let bytes = 0;
  const tooMany = records.findIndex(({ event: { kinesis } }) => {
    bytes += kinesis.data.length + kinesis.partitionKey.length + ENVELOPE_BYTES;
    return bytes > EVENT_BYTES_MAX;
  });
  return tooMany < 0 ? records.length : tooMany;
}
