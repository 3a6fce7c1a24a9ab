/**
 * Lambda's event source mapping as a pure state machine over works; `processBatch` runs it. In every step the records
 * of done, discarded and next, in this order, are the records of the work. So the order stays, no record is lost, and
 * the checkpoint may move to the last done or discarded record. Every step finishes records, cuts a work in two, or
 * uses up an attempt, so a limit on attempts ends the loop.
 *
 * Semantics: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html and
 * https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
import { isObject } from "../json.ts";

export interface MappingSettings {
  readonly bisectOnError: boolean;
  readonly reportBatchItemFailures: boolean;
  /** Attempts after the first one; -1 means no limit. */
  readonly retryAttempts: number;
  /** Since arrival on the stream; -1 means no limit. */
  readonly maxRecordAgeSeconds: number;
}

export interface MappedRecord {
  /** Opaque; unique within its shard. */
  readonly sequenceNumber: string;
  /** Arrival on the stream, milliseconds since the epoch. */
  readonly arrival: number;
}

/** Neighbouring records of one shard, for one invocation. */
export interface Work<R extends MappedRecord> {
  readonly records: readonly R[];
  /** Invocations that failed as a whole and were not split. */
  readonly failures: number;
}

export type Outcome = { readonly kind: "returned"; readonly response: unknown } | { readonly kind: "threw" };

export interface Discard<R extends MappedRecord> {
  /** As the on-failure destination names it. */
  readonly condition: "RetryAttemptsExhausted" | "RecordAgeExceeded";
  readonly records: readonly R[];
  /** Invocations of exactly these records. */
  readonly invocations: number;
}

export interface Step<R extends MappedRecord> {
  readonly done: readonly R[];
  readonly discarded?: Discard<R>;
  readonly next: readonly Work<R>[];
}

/** A batch as read from its shard. */
export function begin<R extends MappedRecord>(records: readonly R[]): readonly Work<R>[] {
  return works([records, 0]);
}

/** Discards the records at the front that are too old, without an invocation; undefined when there are none. */
export function expire<R extends MappedRecord>(
  work: Work<R>,
  now: number,
  settings: MappingSettings,
): Step<R> | undefined {
  if (settings.maxRecordAgeSeconds < 0) return undefined;
  const oldest = now - settings.maxRecordAgeSeconds * 1_000;
  const firstYoung = work.records.findIndex((record) => record.arrival >= oldest);
  const count = firstYoung < 0 ? work.records.length : firstYoung;
  if (count === 0) return undefined;
  return {
    done: [],
    discarded: { condition: "RecordAgeExceeded", records: work.records.slice(0, count), invocations: work.failures },
    next: works([work.records.slice(count), work.failures]),
  };
}

/** The step after the invocation of a work. */
export function settle<R extends MappedRecord>(work: Work<R>, outcome: Outcome, settings: MappingSettings): Step<R> {
  const failed = firstFailed(work.records, outcome, settings);
  if (failed === undefined) return { done: work.records, next: [] };
  // Progress resets the count: the rest has another first record.
  if (failed > 0) return { done: work.records.slice(0, failed), next: works([work.records.slice(failed), 0]) };
  if (failed < 0 && settings.bisectOnError && work.records.length > 1) return bisect(work);
  return retry(work, settings);
}

/** The invocation failed as a whole: nothing is known about its records. */
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

/** The itemIdentifiers of a response, of any type; undefined when the response is not valid. */
function failedIdentifiers(response: unknown): readonly unknown[] | undefined {
  if (response === undefined || response === null) return [];
  if (typeof response !== "object") return undefined;
  const failures = "batchItemFailures" in response ? response.batchItemFailures : undefined;
  if (failures === undefined || failures === null) return [];
  if (!Array.isArray(failures)) return undefined;
  return failures.map((item: unknown) => (isObject(item) ? item.itemIdentifier : undefined));
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
