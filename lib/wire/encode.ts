import { gzipSync } from "node:zlib";
import type { HostAttributes } from "./samples.ts";
import { schemaId } from "./schemas.ts";
import type { Units } from "./unit-text.ts";

/** Samples of one host on their way to the stream. */
export interface OutgoingRecord {
  readonly host: string;
  readonly group: string;
  /** Start of the sender, in seconds since the epoch. */
  readonly boot: number;
  /** Counter of the first sample since the start: (boot, seq) tells gaps from restarts. */
  readonly seq: number;
  readonly names: readonly string[];
  /** Whether to spell the names out, or send the schema's id alone. */
  readonly withNames: boolean;
  /** Milliseconds since the epoch. */
  readonly times: readonly number[];
  /** One value per name; null = missing. */
  readonly rows: readonly (readonly (number | null)[])[];
  /** Whether the host says goodbye with these: people need no message about its silence then. */
  readonly bye?: boolean;
  /** The machine's attributes; the scorer keeps them until others come. */
  readonly attributes?: HostAttributes | undefined;
  readonly units?: Units | undefined;
}

/** Doubles carry 15 decimal digits for certain; the 17 that print them exactly cost 1.8 times the decoding. */
const SIGNIFICANT_DIGITS = 15;

/** Record v1, gzipped (docs/wire-format.md). */
export function encodeRecord(record: OutgoingRecord): Buffer {
  return gzipSync(encodeJson(record));
}

/** Record v1 as JSON text. */
export function encodeJson({
  names,
  withNames,
  times,
  rows,
  bye,
  host,
  group,
  boot,
  seq,
  attributes,
  units,
}: OutgoingRecord): string {
  const schema = idOf(names);
  const rounded = rows.map((row) => row.map(roundValue));
  return JSON.stringify({
    v: 1,
    host,
    group,
    boot,
    seq,
    ...(withNames ? { names } : {}),
    schema,
    t: times,
    rows: rounded,
    ...(bye ? { bye } : {}),
    ...(attributes ? { attributes } : {}),
    ...(units ? { units } : {}),
  });
}

/** A sender has the same list of names for all its records. */
const ids = new WeakMap<readonly string[], string>();

function idOf(names: readonly string[]): string {
  const id = ids.get(names) ?? schemaId(names);
  ids.set(names, id);
  return id;
}

function roundValue(value: number | null): number | null {
  if (value === null || !Number.isFinite(value)) return null;
  return Number.isSafeInteger(value) ? value : Number(value.toPrecision(SIGNIFICANT_DIGITS));
}
