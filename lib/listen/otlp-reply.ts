import type { Reply } from "../http.ts";
import { fieldOf, varintOf } from "../wire/protobuf.ts";

// https://opentelemetry.io/docs/specs/otlp/#otlphttp-response

export const PROTOBUF = "application/x-protobuf";
const JSON_TYPE = "application/json";

/** The answer to an export in the encoding of its request; `rejected` points may never be sent again. */
export function otlpSuccess(isJson: boolean, rejected: number, message: string): Reply {
  if (isJson) {
    const partialSuccess = { rejectedDataPoints: String(rejected), errorMessage: message };
    return replyOf(200, JSON.stringify(rejected > 0 ? { partialSuccess } : {}));
  }
  const [count, text] = [Buffer.concat([Buffer.of(0x08), varintOf(rejected)]), fieldOf(2, Buffer.from(message))];
  return replyOf(200, rejected > 0 ? fieldOf(1, Buffer.concat([count, text])) : Buffer.alloc(0));
}

/** A google.rpc.Status: its code by the status of HTTP. */
export function otlpError(isJson: boolean, status: number, message: string): Reply {
  const code = CODES.get(status) ?? INTERNAL;
  if (isJson) return replyOf(status, JSON.stringify({ code, message }));
  return replyOf(status, Buffer.concat([Buffer.of(0x08, code), fieldOf(2, Buffer.from(message))]));
}

/** https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto */
const CODES = new Map([
  [400, 3],
  [401, 16],
  [404, 12],
  [405, 12],
  [413, 8],
  [415, 3],
  [503, 14],
]);
const INTERNAL = 13;

function replyOf(status: number, body: string | Buffer): Reply {
  return { status, headers: { "content-type": typeof body === "string" ? JSON_TYPE : PROTOBUF }, body };
}
