import type { EventRecord } from "./on-failure.ts";

/**
 * The largest event that Lambda delivers, in bytes (https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html).
 */
const EVENT_BYTES_MAX = 6 * 1024 * 1024;
/** Bytes that an event adds to a record's data and key: names, ARNs, sequence numbers. Measured: 550. */
const ENVELOPE_BYTES = 600;

/** The records of the next batch: read, but not yet delivered. */
export class BatchBuffer {
  readonly #batchSize: number;
  #records: EventRecord[] = [];
  #bytes = 0;
  #since: number | undefined;

  constructor(batchSize: number) {
    this.#batchSize = batchSize;
  }

  /** When the oldest record was added; undefined when empty. */
  get since(): number | undefined {
    return this.#since;
  }

  get isFull(): boolean {
    return this.#records.length >= this.#batchSize || this.#bytes >= EVENT_BYTES_MAX;
  }

  add(records: readonly EventRecord[], now: number): void {
    for (const record of records) {
      this.#records.push(record);
      this.#bytes += eventBytes(record);
    }
    if (this.#records.length > 0) this.#since ??= now;
  }

  /** The next batch: at least one record, and no more than fit in an event. */
  take(now: number): readonly EventRecord[] {
    let bytes = 0;
    const tooMany = this.#records.findIndex((record, position) => {
      bytes += eventBytes(record);
      return position === this.#batchSize || (position > 0 && bytes > EVENT_BYTES_MAX);
    });
    const batch = this.#records.splice(0, tooMany < 0 ? this.#records.length : tooMany);
    for (const record of batch) this.#bytes -= eventBytes(record);
    this.#since = this.#records.length > 0 ? now : undefined;
    return batch;
  }
}

function eventBytes({ event }: EventRecord): number {
  return event.kinesis.data.length + event.kinesis.partitionKey.length + ENVELOPE_BYTES;
}
