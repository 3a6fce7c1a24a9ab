import { isUtf8 } from "node:buffer";
import { isObject } from "../json.ts";
import { inflatedRaw } from "./containers/compressed.ts";
import { unsnapped } from "./containers/snappy.ts";
import { documentsIn, type Work } from "./json-documents.ts";
import { CONTAINERS_MAX } from "./limits.ts";
import { CHOOSERS } from "./presets/choosers.ts";
import { LOG_LINE, messagesIn } from "./senders/envelopes.ts";
import { type Origin, sourceOf } from "./senders/gather.ts";
import { isOtlp, lengthPrefixed, readOtlp } from "./senders/otlp-protobuf.ts";
import type { Findings } from "./senders/point.ts";
import { refusedBytes } from "./senders/refused-bytes.ts";
import { isWriteRequest, readWriteRequest } from "./senders/remote-write.ts";
import { foundInText } from "./senders/text-shapes.ts";

/** What a record holds: JSON values, what a reader finds in other content, or why there is neither. */
export type Content =
  | {
      readonly value: unknown;
      readonly origin?: Origin | undefined;
      /** Whether it is alone in its bytes. */
      readonly isAlone?: boolean;
    }
  | { readonly findings: Findings; readonly origin: Origin }
  | { readonly problem: string };

const BYTE_ORDER_MARK = "\ufeff";

/** The contents of bytes out of their containers. Without an origin, they are read as JSON only. */
export function contentsOf(bytes: Buffer, work: Work, origin?: Origin): readonly Content[] {
  const findings = origin && foundInProtobuf(bytes);
  if (findings) return [{ findings, origin }];
  const text = bytes.toString();
  const json = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  if (!/^[ \t\r\n]*[{[]/.test(json))
    return (origin && foreignContents(bytes, json, work, origin)) ?? [unknownStart(bytes)];
  const documents = documentsIn(json, work, bytes);
  return origin ? documents.flatMap((document) => opened({ ...document, origin }, work, CONTAINERS_MAX)) : documents;
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

/** Bytes out of a compression that nothing announces, if they begin like something that is read. */
function known(inner: Buffer | undefined): Buffer | undefined {
  return inner && (foundInProtobuf(inner) || /^[{[]/.test(inner.toString("latin1", 0, 1))) ? inner : undefined;
}

function textContents(text: string, work: Work, origin: Origin): readonly Content[] | undefined {
  const found = foundInText(text, sourceOf(origin), work.documents);
  if (found === undefined) return undefined;
  return [{ findings: "problem" in found ? { found: [found] } : found, origin }];
}

/** The elements of lists, and what documents carry as text, each with what its envelope says of it. */
function opened(content: Content, work: Work, depth: number): readonly Content[] {
  if (!("value" in content) || !content.origin) return [content];
  const { value, origin } = content;
  if (depth === 0)
    return [{ problem: `more than ${CONTAINERS_MAX} lists and messages within one another: nest fewer` }];
  if (Array.isArray(value)) return value.flatMap((element) => opened({ value: element, origin }, work, depth - 1));
  const messages = isObject(value) ? messagesIn(value) : undefined;
  if (!messages) return [content];
  return messages.flatMap(({ text, host = origin.host, time = origin.time }) => {
    const inner = { ...origin, host, time };
    if (!text.startsWith("{")) return textContents(text, work, inner) ?? [{ findings: { found: [LOG_LINE] }, origin }];
    return documentsIn(text, work).flatMap((document) => opened({ ...document, origin: inner }, work, depth - 1));
  });
}
