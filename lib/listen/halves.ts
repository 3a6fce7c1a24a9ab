import { isUtf8 } from "node:buffer";
import { isObject, parseJson } from "../json.ts";
import { BYTES, fieldOf, visitFields } from "../wire/protobuf.ts";
import { isOtlp } from "../wire/senders/otlp-protobuf.ts";
import { isWriteRequest } from "../wire/senders/remote-write.ts";

type Halves<T> = readonly [T, T];

/** The path of nested lists: numbers of fields or keys, the outermost first. */
type Path<Key> = readonly (readonly Key[])[];

/** Series, their samples. */
const WRITE_LISTS: Path<number> = [[1], [2]];
/** Resources, scopes, metrics, the data of a metric, its points. */
const OTLP_LISTS: Path<number> = [[1], [2], [2], [5, 7, 9, 10, 11], [1]];
const OTLP_DATA = ["gauge", "sum", "histogram", "exponentialHistogram", "summary"];
const JSON_LISTS: readonly Path<string>[] = [
  [["resourceMetrics"], ["scopeMetrics"], ["metrics"], OTLP_DATA, ["dataPoints"]],
  [["timeseries"], ["samples"]],
  [["metrics"]],
  [["series"], ["points"]],
];

/**
 * The two halves of a stream record's content, each whole by itself: resources, series or samples, elements of a list,
 * lines. Undefined for a content without such parts.
 */
export function halvesOf(bytes: Buffer): Halves<Buffer> | undefined {
  if (isWriteRequest(bytes)) return halvesOfMessage(bytes, WRITE_LISTS);
  if (isOtlp(bytes)) return halvesOfMessage(bytes, OTLP_LISTS);
  // The lines of one document are no parts of it.
  const document = documentIn(bytes);
  return document === undefined ? halvesOfLines(bytes) : halvesOfJson(document);
}

/** A message twice, each with half of its outermost list that has more than one element. */
function halvesOfMessage(message: Buffer, [numbers, ...inner]: Path<number>): Halves<Buffer> | undefined {
  if (!numbers) return undefined;
  const fields: { readonly number: number; readonly start: number; readonly element?: Buffer }[] = [];
  visitFields(message, (number, type, _, content, start) => {
    fields.push(type === BYTES && numbers.includes(number) ? { number, start, element: content } : { number, start });
  });
  const whole = fields.map(({ start }, i) => message.subarray(start, fields[i + 1]?.start));
  const list = [...fields.keys()].filter((i) => fields[i]?.element);
  const [only = 0] = list;
  if (list.length > 1) {
    const middle = list[list.length >> 1] ?? 0;
    const half = (isIn: (i: number) => boolean) =>
      Buffer.concat(whole.filter((_, i) => !fields[i]?.element || isIn(i)));
    return [half((i) => i < middle), half((i) => i >= middle)];
  }
  const { number = 0, element } = fields[only] ?? {};
  const halves = element && halvesOfMessage(element, inner);
  return halves && both(halves, (half) => Buffer.concat(whole.with(only, fieldOf(number, half))));
}

/** The one list or object that the bytes are in JSON; undefined for others. */
function documentIn(bytes: Buffer): unknown {
  const text = bytes.toString();
  return /^\s*[{[]/.test(text) ? parseJson(text) : undefined;
}

function halvesOfJson(value: unknown): Halves<Buffer> | undefined {
  try {
    const halves = Array.isArray(value) ? halvesOfList(value) : isObject(value) ? halvesOfObject(value) : undefined;
    return halves && both<unknown, Buffer>(halves, (half) => Buffer.from(JSON.stringify(half)));
  } catch {
    return undefined; // Lists within lists by the thousand, which no reader takes either.
  }
}

function halvesOfList<T>(list: readonly T[]): Halves<readonly T[]> | undefined {
  const middle = list.length >> 1;
  return middle > 0 ? [list.slice(0, middle), list.slice(middle)] : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function halvesOfObject(value: Fields): Halves<Fields> | undefined {
  const path = JSON_LISTS.find(([keys = []]) => keys.some((key) => Array.isArray(value[key])));
  return path && halvesAlong(value, path);
}

function halvesAlong(value: Fields, [keys = [], ...inner]: Path<string>): Halves<Fields> | undefined {
  const key = keys.find((name) => typeof value[name] === "object");
  if (key === undefined) return undefined;
  const { [key]: list } = value;
  const halves = Array.isArray(list) ? halvesOfList(list) : undefined;
  if (halves) return both(halves, (half) => ({ ...value, [key]: half }));
  const only: unknown = Array.isArray(list) ? list[0] : list;
  const inside = isObject(only) ? halvesAlong(only, inner) : undefined;
  return inside && both(inside, (half) => ({ ...value, [key]: Array.isArray(list) ? [half] : half }));
}

const LINE_FEED = 0x0a;

/** Cut behind the first line that ends after the middle, else behind the last before it. Other bytes have no lines. */
function halvesOfLines(bytes: Buffer): Halves<Buffer> | undefined {
  if (!isUtf8(bytes)) return undefined;
  const middle = bytes.length >> 1;
  const after = bytes.indexOf(LINE_FEED, middle) + 1;
  const cut = after > 0 && after < bytes.length ? after : bytes.lastIndexOf(LINE_FEED, middle) + 1;
  return cut > 0 && cut < bytes.length ? [bytes.subarray(0, cut), bytes.subarray(cut)] : undefined;
}

function both<A, B>([one, other]: Halves<A>, make: (half: A) => B): Halves<B> {
  return [make(one), make(other)];
}
