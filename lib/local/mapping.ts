/**
 * What Lambda's event source mapping does with a batch, as a pure state machine over works:
 *
 *     queue = begin(records)
 *     while the queue is not empty:
 *       take its first work
 *       step = expire(work, now, settings)          too old to be tried (again)?
 *       if nothing expired: step = settle(work, outcome of the invocation, settings)
 *       store what was discarded, move the checkpoint, put step.next back in front
 *
 * In every step done, discarded and the records of next, one after the other, are the records of the work: order is
 * kept, no record is lost, and everything up to the last done or discarded record may be checkpointed.
 * Every step either finishes records, cuts a work in two, or uses up an attempt, so a finite number of attempts ends.
 *
 * Semantics: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html and
 * https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */

export interface MappingSettings {
  readonly bisectOnError: boolean;
  readonly reportBatchItemFailures: boolean;
  /** Attempts after the first one; -1 is without end. */
  readonly retryAttempts: number;
  /** Since arrival on the stream; -1 is without end. */
  readonly maxRecordAgeSeconds: number;
}

export interface MappedRecord {
  /** Opaque; unique within its shard. */
  readonly sequenceNumber: string;
  /** Arrival on the stream, milliseconds since the epoch. */
  readonly arrival: number;
}

/** Neighbouring records of one shard to be handed over in one invocation. */
export interface Work<R extends MappedRecord> {
  readonly records: readonly R[];
  /** Invocations that failed as a whole and could not be cut. */
  readonly failures: number;
}

export type Outcome = { readonly kind: "returned"; readonly response: unknown } | { readonly kind: "threw" };

/** As the on-failure destination names it. */
type Condition = "RetryAttemptsExhausted" | "RecordAgeExceeded";

export interface Discard<R extends MappedRecord> {
  readonly condition: Condition;
  readonly records: readonly R[];
  /** Invocations of exactly these records. */
  readonly invocations: number;
}

export interface Step<R extends MappedRecord> {
  readonly done: readonly R[];
  readonly discarded?: Discard<R>;
  readonly next: readonly Work<R>[];
}

/** A batch as it was read from its shard. */
export function begin<R extends MappedRecord>(records: readonly R[]): readonly Work<R>[] {
  return works([records, 0]);
}

/** Discards the records at the front that are too old, before any invocation; undefined when there are none. */
export function expire<R extends MappedRecord>(
  work: Work<R>,
  now: number,
  settings: MappingSettings,
): Step<R> | undefined {
  const { maxRecordAgeSeconds } = settings;
  if (maxRecordAgeSeconds < 0) return undefined;
  const oldest = now - maxRecordAgeSeconds * 1_000;
  const firstYoung = work.records.findIndex((record) => record.arrival >= oldest);
  const count = firstYoung < 0 ? work.records.length : firstYoung;
  if (count === 0) return undefined;
  return {
    done: [],
    discarded: {
      condition: "RecordAgeExceeded",
      records: work.records.slice(0, count),
      invocations: work.failures,
    },
    next: works([work.records.slice(count), work.failures]),
  };
}

/** What becomes of a work after its invocation. */
export function settle<R extends MappedRecord>(work: Work<R>, outcome: Outcome, settings: MappingSettings): Step<R> {
  const failed = firstFailed(work.records, outcome, settings);
  if (failed === undefined) return { done: work.records, next: [] };
  // Progress starts the count anew: what remains has another first record.
  if (failed > 0) return { done: work.records.slice(0, failed), next: works([work.records.slice(failed), 0]) };
  if (failed < 0 && settings.bisectOnError && work.records.length > 1) return bisect(work);
  return retry(work, settings);
}

/** A whole failure: nothing is known about any of the records. */
const WHOLE = -1;

/** Position of the lowest record reported as failed, `WHOLE`, or undefined for success. */
function firstFailed(
  records: readonly MappedRecord[],
  outcome: Outcome,
  settings: MappingSettings,
): number | undefined {
  if (outcome.kind === "threw") return WHOLE;
  if (!settings.reportBatchItemFailures) return undefined;
  const identifiers = failedIdentifiers(outcome.response);
  if (identifiers === undefined) return WHOLE;
  const positions = new Map(records.map((record, position) => [record.sequenceNumber, position]));
  let lowest: number | undefined;
  for (const identifier of identifiers) {
    const position = typeof identifier === "string" ? positions.get(identifier) : undefined;
    if (position === undefined) return WHOLE;
    lowest = Math.min(lowest ?? position, position);
  }
  return lowest;
}

/** The itemIdentifiers of a response, whatever they are; undefined when it is no valid response. */
function failedIdentifiers(response: unknown): readonly unknown[] | undefined {
  if (response === undefined || response === null) return [];
  if (typeof response !== "object") return undefined;
  const failures = "batchItemFailures" in response ? response.batchItemFailures : undefined;
  if (failures === undefined || failures === null) return [];
  if (!Array.isArray(failures)) return undefined;
  return failures.map((item: unknown) =>
    typeof item === "object" && item !== null && "itemIdentifier" in item ? item.itemIdentifier : undefined,
  );
}

/** Splitting does not use up an attempt. */
function bisect<R extends MappedRecord>({ records, failures }: Work<R>): Step<R> {
  const middle = Math.ceil(records.length / 2);
  return { done: [], next: works([records.slice(0, middle), failures], [records.slice(middle), failures]) };
}

function retry<R extends MappedRecord>(work: Work<R>, settings: MappingSettings): Step<R> {
  const failures = work.failures + 1;
  const exhausted = settings.retryAttempts >= 0 && failures > settings.retryAttempts;
  if (!exhausted) return { done: [], next: works([work.records, failures]) };
  return {
    done: [],
    discarded: { condition: "RetryAttemptsExhausted", records: work.records, invocations: failures },
    next: [],
  };
}

function works<R extends MappedRecord>(...parts: (readonly [readonly R[], number])[]): readonly Work<R>[] {
  return parts.filter(([records]) => records.length > 0).map(([records, failures]) => ({ records, failures }));
}
