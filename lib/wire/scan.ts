import { BACKSLASH, CLOSING_BRACKET, COMMA, OPENING_BRACKET, QUOTE } from "./ascii.ts";
import { NAME_LENGTH_MAX, SAMPLES_MAX } from "./limits.ts";
import { readNumber } from "./number.ts";
import { spareRow, takeRow } from "./room.ts";
import { DEFAULT_GROUP, type HostSamples, inTimeOrder, type Schema } from "./samples.ts";
import { Slot, type Template } from "./template.ts";
import { isTime, parseTime } from "./time.ts";

const NULL = [0x6e, 0x75, 0x6c, 0x6c] as const;

/** For numbers that are no measurements. */
const number = new Float64Array(1);

/**
 * The samples of a record that is the template but for its values, straight from the bytes: neither texts nor objects are
 * made of them. Undefined when it is not, or holds anything that is better left to JSON.parse: an escape, letters beyond
 * ASCII, more digits than a double has, a value that is no number, a name or a time that is to be refused.
 */
export function scan(template: Template, bytes: Buffer, arrival: number): HostSamples | undefined {
  const { schema, literals, ends, slots, tail } = template;
  const { numbers, offset } = spareRow();
  const draft: Draft = { schema, host: 0, hostEnd: 0, group: 0, groupEnd: 0, times: NONE, values: undefined };
  let at = 0;
  let i = 0;
  for (let k = 0; k < slots.length; k++) {
    const end = ends[k] ?? 0;
    for (; i < end; i++, at++) if (bytes[at] !== literals[i]) return undefined;
    const slot = slots[k] ?? 0;
    at = slot >= 0 ? readValue(bytes, at, numbers, offset + slot) : readField(slot, bytes, at, draft);
    if (at < 0) return undefined;
  }
  if (!endsWith(bytes, at, tail)) return undefined;
  const { times, values } = draft;
  const host = inQuotes(bytes, draft.host, draft.hostEnd);
  const group = draft.groupEnd > 0 ? inQuotes(bytes, draft.group, draft.groupEnd) : DEFAULT_GROUP;
  if (values) return inTimeOrder({ host, group, schema, times, values });
  return { host, group, schema, times: times === NONE ? [arrival] : times, values: takeRow(schema.names.length) };
}

function endsWith(bytes: Uint8Array, at: number, tail: Uint8Array): boolean {
  for (let i = 0; i < tail.length; i++) if (bytes[at + i] !== tail[i]) return false;
  return bytes.length === at + tail.length;
}

const NONE: readonly number[] = [];

/** The samples as far as they are read. Texts stay in the bytes until all fits: made earlier, each template tried in vain would make them. */
interface Draft {
  readonly schema: Schema;
  host: number;
  hostEnd: number;
  group: number;
  groupEnd: number;
  times: readonly number[];
  values: Float64Array | undefined;
}

/** Reads what is no metric into the draft; where it ends, or −1. */
function readField(slot: number, bytes: Buffer, start: number, draft: Draft): number {
  if (slot === Slot.times) return readTimes(bytes, start, draft);
  if (slot === Slot.rows) return readRows(bytes, start, draft);
  const isName = bytes[start] === QUOTE;
  const end = isName ? endOfName(bytes, start) : readNumber(bytes, start, number, 0);
  if (end < 0 || slot === Slot.ignored) return end;
  if (slot === Slot.time) {
    const time = parseTime(isName ? inQuotes(bytes, start, end) : number[0]);
    draft.times = [time];
    return Number.isNaN(time) ? -1 : end;
  }
  if (!isName) return -1;
  if (slot === Slot.host) {
    draft.host = start;
    draft.hostEnd = end;
  } else {
    draft.group = start;
    draft.groupEnd = end;
  }
  return end;
}

function inQuotes(bytes: Buffer, start: number, end: number): string {
  return bytes.toString("latin1", start + 1, end - 1);
}

/** Of a text in quotes that is a name for certain: short, and of printable ASCII. */
function endOfName(bytes: Uint8Array, start: number): number {
  let end = start + 1;
  for (let byte = bytes[end] ?? 0; byte !== QUOTE; byte = bytes[++end] ?? 0) {
    if (byte < 0x20 || byte > 0x7e || byte === BACKSLASH) return -1;
  }
  const length = end - start - 1;
  return length > 0 && length <= NAME_LENGTH_MAX ? end + 1 : -1;
}

/** A number or null. */
function readValue(bytes: Buffer, at: number, out: Float64Array, o: number): number {
  if (bytes[at] !== NULL[0]) return readNumber(bytes, at, out, o);
  if (bytes[at + 1] !== NULL[1] || bytes[at + 2] !== NULL[2] || bytes[at + 3] !== NULL[3]) return -1;
  out[o] = Number.NaN;
  return at + 4;
}

function readTimes(bytes: Buffer, start: number, draft: Draft): number {
  if (bytes[start] !== OPENING_BRACKET) return -1;
  const times: number[] = [];
  let at = start;
  do {
    at = readNumber(bytes, at + 1, number, 0);
    const [time = Number.NaN] = number;
    if (at < 0 || !isTime(time) || times.length === SAMPLES_MAX) return -1;
    times.push(Math.round(time));
  } while (bytes[at] === COMMA);
  draft.times = times;
  return bytes[at] === CLOSING_BRACKET ? at + 1 : -1;
}

/** A row for each time. */
function readRows(bytes: Buffer, start: number, draft: Draft): number {
  if (bytes[start] !== OPENING_BRACKET) return -1;
  const width = draft.schema.names.length;
  const values = new Float64Array(draft.times.length * width);
  let at = start;
  for (let o = 0; o < values.length; ) {
    if (bytes[++at] !== OPENING_BRACKET) return -1;
    for (const end = o + width; o < end; o++) {
      at = readValue(bytes, at + 1, values, o);
      if (at < 0 || bytes[at] !== (o + 1 < end ? COMMA : CLOSING_BRACKET)) return -1;
    }
    if (bytes[++at] !== (o < values.length ? COMMA : CLOSING_BRACKET)) return -1;
  }
  draft.values = values;
  return at + 1;
}
