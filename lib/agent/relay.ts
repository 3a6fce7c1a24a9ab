import { isDeepStrictEqual } from "node:util";
import { backoffMs, type Random, type Sleep, sleep as sleepReally } from "../backoff.ts";
import type { Environment } from "../clients.ts";
import { amountOf } from "../listed.ts";
import type { Clock } from "../time.ts";
import { encodeRecord, type OutgoingRecord } from "../wire/encode.ts";
import { SAMPLES_PER_RECORD_MAX } from "./run.ts";
import { type KeyedRecord, Stream } from "./stream.ts";
import { RETRY } from "./timing.ts";

/** Facts that a record may give beside its samples. */
type Extras = Pick<OutgoingRecord, "attributes" | "units" | "bye">;

/** One sample of one of many hosts. */
export interface HostSample extends Extras {
  readonly host: string;
  readonly group: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly names: readonly string[];
  readonly row: readonly (number | null)[];
}

export interface SendOptions {
  readonly stream: string;
  readonly env: Environment;
  readonly clock: Clock;
  readonly random: Random;
  readonly sleep?: Sleep;
}

/** The records and samples that the stream took. */
export interface Sent {
  readonly records: number;
  readonly samples: number;
}

/**
 * Sends samples of any hosts, in order for each host. Throws when it cannot write to the stream, at once or after a few
 * minutes of attempts; the message says how much was sent.
 */
export async function sendSamples(
  options: SendOptions,
  samples: AsyncIterable<HostSample> | Iterable<HostSample>,
): Promise<Sent> {
  const stream = new Stream(options.stream, options.env);
  try {
    const relay = createRelay(stream, options);
    for await (const sample of samples) await relay.add(sample);
    return await relay.finish();
  } finally {
    stream.close();
  }
}

/**
 * Kinesis bills puts in payload units of 25 KB (https://aws.amazon.com/kinesis/data-streams/pricing/); gzip leaves
 * room.
 */
const RECORD_JSON_BYTES_MAX = 25 * 1024;
/**
 * Limits of PutRecords: AWS now accepts 10 MiB, emulators 5
 * (https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html).
 */
const PUT_RECORDS_MAX = 500;
const PUT_BYTES_MAX = 5 * 1024 * 1024;
/** Hosts with samples in memory, at most 25 KB each. */
const DRAFTS_MAX = 1_000;
/** Attempts in a row in which the stream takes no record: about two minutes with full jitter up to 30 s. */
const ATTEMPTS_MAX = 16;

/** The samples of one host's next record. */
interface Draft extends Extras {
  readonly host: string;
  readonly group: string;
  readonly names: readonly string[];
  readonly times: number[];
  readonly rows: (readonly (number | null)[])[];
  jsonBytes: number;
}

interface RelayRecord extends KeyedRecord {
  readonly samples: number;
}

function createRelay(stream: Stream, { clock, random, sleep = sleepReally }: SendOptions) {
  const boot = Math.floor(clock() / 1000);
  const drafts = new Map<string, Draft>();
  /** Samples numbered so far, by host. */
  const numbered = new Map<string, number>();
  /** At most one record per host: PutRecords keeps no order, so a call must not hold two records of a host. */
  const waiting = new Map<string, RelayRecord>();
  let waitingBytes = 0;
  const sent = { records: 0, samples: 0 };

  async function finishDraft({ jsonBytes: _, ...draft }: Draft): Promise<void> {
    const { host, rows } = draft;
    drafts.delete(host);
    const seq = numbered.get(host) ?? 0;
    numbered.set(host, seq + rows.length);
    const data = encodeRecord({ ...draft, boot, seq, withNames: true });
    const bytes = data.length + Buffer.byteLength(host);
    const full = waiting.size >= PUT_RECORDS_MAX || waitingBytes + bytes > PUT_BYTES_MAX;
    if (full || waiting.has(host)) await sendWaiting();
    waiting.set(host, { host, data, samples: rows.length });
    waitingBytes += bytes;
  }

  /** Puts the waiting records until the stream takes all of them. No later record of a host overtakes them. */
  async function sendWaiting(): Promise<void> {
    for (let attempt = 0; waiting.size > 0; attempt++) {
      const records = [...waiting.values()];
      const { refused, trouble } = await stream.putAll(records);
      const left = new Set(refused);
      for (const { host, samples } of records.filter((one) => !left.has(one))) {
        waiting.delete(host);
        sent.records += 1;
        sent.samples += samples;
      }
      if (!trouble) break;
      if (refused.length < records.length) attempt = 0;
      if (trouble.hopeless || attempt + 1 >= ATTEMPTS_MAX) {
        const before = `sent before: ${amountOf(sent.records, "record")} (${amountOf(sent.samples, "sample")})`;
        throw new Error(`${trouble.words}; ${before}`, { cause: trouble.error });
      }
      await sleep(backoffMs(attempt + 1, random, RETRY));
    }
    waitingBytes = 0;
  }

  return {
    async add({ time, row, ...more }: HostSample): Promise<void> {
      const jsonBytes = JSON.stringify(row).length + String(time).length + 2;
      const open = drafts.get(more.host);
      const fits =
        open &&
        open.rows.length < SAMPLES_PER_RECORD_MAX &&
        open.jsonBytes + jsonBytes <= RECORD_JSON_BYTES_MAX &&
        isAlike(open, more);
      if (open && !fits) await finishDraft(open);
      const draft = fits ? open : { ...more, times: [], rows: [], jsonBytes: JSON.stringify(more).length };
      draft.times.push(time);
      draft.rows.push(row);
      draft.jsonBytes += jsonBytes;
      if (more.bye) await finishDraft({ ...draft, bye: true });
      else drafts.set(more.host, draft);
      const [oldest] = drafts.values();
      if (oldest && drafts.size > DRAFTS_MAX) await finishDraft(oldest);
    },
    async finish(): Promise<Sent> {
      for (const draft of drafts.values()) await finishDraft(draft);
      await sendWaiting();
      return sent;
    },
  };
}

/** Whether one record can hold both. A sample without attributes leaves the host's as they were. */
function isAlike(draft: Draft, { group, names, units, attributes }: Omit<HostSample, "time" | "row">): boolean {
  return (
    draft.group === group &&
    sameNames(draft.names, names) &&
    isDeepStrictEqual(draft.units, units) &&
    (attributes === undefined || isDeepStrictEqual(draft.attributes, attributes))
  );
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((name, index) => name === b[index]));
}
