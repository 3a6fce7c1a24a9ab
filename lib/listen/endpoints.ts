import type { IncomingHttpHeaders } from "node:http";
import { jsonReply, type Reply } from "../http.ts";
import { shown } from "../wire/name.ts";
import { isInfluxLine } from "../wire/senders/influx-line.ts";
import { isOtlp } from "../wire/senders/otlp-protobuf.ts";
import { isWriteRequest } from "../wire/senders/remote-write.ts";
import { otlpError, otlpSuccess, PROTOBUF } from "./otlp-reply.ts";

/** A sender's mistake, or its reason to wait. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** A path for senders' posts, with its protocol's answers for success and failure. */
export interface Endpoint {
  /** Why a request cannot be read, by its headers and parameters alone. */
  readonly refusal: (headers: IncomingHttpHeaders, parameters: URLSearchParams) => Refusal | undefined;
  /** The required form of a body that does not have it; absent: all that the stream takes. */
  readonly expected?: (body: Buffer, headers: IncomingHttpHeaders) => string | undefined;
  readonly success: (headers: IncomingHttpHeaders, records: number) => Reply;
  /**
   * The answer to a body with a rejected part; absent: an error of status 400, after which no sender sends it again.
   */
  readonly partly?: (headers: IncomingHttpHeaders, rejected: number, message: string) => Reply;
  readonly error: (headers: IncomingHttpHeaders, refusal: Refusal) => Reply;
}

const isJson = (headers: IncomingHttpHeaders) => /^application\/json\b/i.test(headers["content-type"] ?? "");
const isProtobuf = (headers: IncomingHttpHeaders) => /^application\/x-protobuf\b/i.test(headers["content-type"] ?? "");

const otlp: Endpoint = {
  refusal: (headers) =>
    isJson(headers) || isProtobuf(headers)
      ? undefined
      : { status: 415, message: `send OTLP as Content-Type ${PROTOBUF} or application/json` },
  expected: (body, headers) => {
    if (isJson(headers)) return body.length === 0 ? "empty, and no JSON" : undefined;
    return body.length === 0 || isOtlp(body) ? undefined : "no ExportMetricsServiceRequest of OTLP";
  },
  success: (headers) => otlpSuccess(isJson(headers), 0, ""),
  partly: (headers, rejected, message) => otlpSuccess(isJson(headers), rejected, message),
  error: (headers, { status, message }) => otlpError(isJson(headers), status, message),
};

/** Logs and traces: a sender that exports all three gets the answer in its own protocol. */
const otherSignal: Endpoint = {
  ...otlp,
  refusal: () => ({
    status: 404,
    message: "only metrics are taken here: export them to /v1/metrics, and nothing else",
  }),
};

/** https://prometheus.io/docs/specs/prw/remote_write_spec/ */
const remoteWrite: Endpoint = {
  refusal: (headers) => {
    const type = headers["content-type"] ?? "";
    if (!isProtobuf(headers) || /proto=io\.prometheus\.write\.v2/i.test(type))
      return { status: 415, message: `send remote write 1.0, as Content-Type ${PROTOBUF}` };
    return headers["content-encoding"] === undefined
      ? { status: 415, message: "send Content-Encoding: snappy" }
      : undefined;
  },
  expected: (body) => (body.length === 0 || isWriteRequest(body) ? undefined : "no WriteRequest of Prometheus"),
  success: () => ({ status: 204 }),
  error: (_, { status, message }) => textReply(status, message),
};

const PRECISIONS = ["ns", "us", "ms", "s", "n", "u", "µ"];

/**
 * Both versions of InfluxDB. The readers recognise the unit of a time by its size; minutes and hours, which only
 * version 1 has, cannot be recognised.
 */
const influx: Endpoint = {
  refusal: (_, parameters) => {
    const precision = parameters.get("precision") || "ns";
    if (PRECISIONS.includes(precision)) return undefined;
    return { status: 400, message: `precision ${precision.slice(0, 20)}: use ns, us, ms or s` };
  },
  expected: (body) => {
    const first = firstLine(body);
    return isInfluxLine(first) ? undefined : `no line protocol of InfluxDB: it begins with ${shown(first)}`;
  },
  success: () => ({ status: 204 }),
  error: (_, { status, message }) =>
    jsonReply(status, { code: INFLUX_CODES.get(status) ?? "invalid", message, error: message }),
};

/** The first line with content, or the beginning of a longer one; empty without any. */
function firstLine(body: Buffer): string {
  const lines = body.toString("utf8", 0, FIRST_LINE_BYTES_MAX).split("\n");
  return lines.find((line) => line.trim() !== "" && !line.startsWith("#")) ?? "";
}

const FIRST_LINE_BYTES_MAX = 64 * 1024;

/** https://docs.influxdata.com/influxdb/v2/api/ */
const INFLUX_CODES = new Map([
  [401, "unauthorized"],
  [404, "not found"],
  [405, "method not allowed"],
  [413, "request too large"],
  [500, "internal error"],
  [503, "unavailable"],
]);

const records: Endpoint = {
  refusal: () => undefined,
  success: (_, taken) => jsonReply(200, { records: taken }),
  error: (_, { status, message }) => jsonReply(status, { error: message }),
};

export const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map([
  ["/v1/metrics", otlp],
  ["/v1/traces", otherSignal],
  ["/v1/logs", otherSignal],
  ["/api/v1/write", remoteWrite],
  ["/api/v2/write", influx],
  ["/write", influx],
  ["/v1/records", records],
]);

/** For messages. */
export const PATHS =
  "/v1/metrics (OTLP), /api/v1/write (Prometheus), /api/v2/write and /write (InfluxDB), /v1/records (JSON and all else)";

export function textReply(status: number, message: string): Reply {
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body: `${message}\n` };
}
