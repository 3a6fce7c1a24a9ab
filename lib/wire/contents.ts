import { isUtf8 } from "node:buffer";
import { isObject } from "../json.ts";
import { inflatedRaw } from "./containers/compressed.ts";
import { unsnapped } from "./containers/snappy.ts";
import { documentsIn, type JsonDocument, type LeftOut, type LineReader, type Work } from "./json-documents.ts";
import { CONTAINERS_MAX } from "./limits.ts";
import { CHOOSERS } from "./presets/choosers.ts";
import { LOG_LINE, type Message, messagesIn } from "./senders/envelopes.ts";
import { type Origin, sourceOf } from "./senders/gather.ts";
import { isOtlp, lengthPrefixed, readOtlp } from "./senders/otlp-protobuf.ts";
import type { Findings } from "./senders/point.ts";
import { refusedBytes } from "./senders/refused-bytes.ts";
import { isWriteRequest, readWriteRequest } from "./senders/remote-write.ts";
import { foundInText } from "./senders/text-shapes.ts";

/** The content of a record: JSON documents, or points that a reader finds in other content. */
export type Content =
  | {
      readonly value: unknown;
      readonly origin?: Origin;
      /** Whether it is alone in its bytes. */
      readonly isAlone?: true;
    }
  | { readonly findings: Findings; readonly origin: Origin }
  | { readonly problem: string }
  | LeftOut;

const BYTE_ORDER_MARK = "\ufeff";

/** A line that was read without being parsed. */
type ReadLine = { readonly findings: Findings };

/** The contents of bytes out of their containers. Without an origin, they are read as JSON only. */
export function contentsOf(
  bytes: Buffer,
  work: Work,
  origin?: Origin,
  readLine?: LineReader<ReadLine>,
): readonly Content[] {
  const findings = origin && foundInProtobuf(bytes);
  if (findings) return [{ findings, origin }];
  const text = bytes.toString();
  const json = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  if (!/^[ \t\r\n]*[{[]/.test(json))
    return (origin && foreignContents(bytes, json, work, origin)) ?? [unknownStart(bytes)];
  if (!origin) return documentsIn(json, work);
  const contents: Content[] = [];
  for (const document of documentsIn(json, work, readLine)) open(document, origin, work, contents, CONTAINERS_MAX);
  return contents;
}

function foundInProtobuf(bytes: Buffer): Findings | undefined {
  if (isWriteRequest(bytes)) return { found: readWriteRequest(bytes), choose: CHOOSERS.prometheus };
  return isOtlp(bytes) ? otlpIn(bytes) : undefined;
}

function unknownStart(bytes: Buffer): Content {
  return { problem: `starts with bytes ${bytes.subarray(0, 4).toString("hex")}: send JSON ({ or [) or gzipped JSON` };
}

function foreignContents(bytes: Buffer, text: string, work: Work, origin: Origin): readonly Content[] | undefined {
  const requests = lengthPrefixed(bytes, work.documents);
  if (requests) return requests.map((request) => ({ findings: otlpIn(request), origin }));
  if (isUtf8(bytes)) return textContents(text, work, origin);
  const inner = work.unannounced-- > 0 ? (known(inflatedRaw(bytes)) ?? known(unsnapped(bytes))) : undefined;
  if (inner) {
    work.bytes += inner.length;
    return contentsOf(inner, work, origin);
  }
  const refused = refusedBytes(bytes);
  return refused && [{ findings: { found: [refused] }, origin }];
}

function otlpIn(bytes: Buffer): Findings {
  return { found: readOtlp(bytes), choose: CHOOSERS.otlp };
}

/** Bytes out of a compression that nothing announces, if they begin like a known content. */
function known(inner: Buffer | undefined): Buffer | undefined {
  return inner && (foundInProtobuf(inner) || /^[{[]/.test(inner.toString("latin1", 0, 1))) ? inner : undefined;
}

function textContents(text: string, work: Work, origin: Origin): readonly Content[] | undefined {
  const found = foundInText(text, sourceOf(origin), work.documents);
  if (found === undefined) return undefined;
  return [{ findings: "problem" in found ? { found: [found] } : found, origin }];
}

/** Adds the elements of lists, and the texts that documents carry, each with the facts of its envelope. */
function open(document: JsonDocument<ReadLine>, origin: Origin, work: Work, contents: Content[], depth: number): void {
  if (!("value" in document)) {
    contents.push("findings" in document ? { findings: document.findings, origin } : document);
    return;
  }
  const { value } = document;
  if (depth === 0) contents.push(TOO_NESTED);
  else if (Array.isArray(value)) for (const one of value) open({ value: one }, origin, work, contents, depth - 1);
  else {
    const messages = isObject(value) ? messagesIn(value) : undefined;
    if (!messages) contents.push({ value, origin });
    else for (const message of messages) openMessage(message, origin, work, contents, depth - 1);
  }
}

const TOO_NESTED = { problem: `more than ${CONTAINERS_MAX} lists and messages within one another: nest fewer` };

function openMessage(message: Message, outer: Origin, work: Work, contents: Content[], depth: number): void {
  const { text, host = outer.host, time = outer.time } = message;
  const origin = { ...outer, host, time };
  if (text.startsWith("{")) for (const one of documentsIn(text, work)) open(one, origin, work, contents, depth);
  else contents.push(...(textContents(text, work, origin) ?? [{ findings: { found: [LOG_LINE] }, origin }]));
}
