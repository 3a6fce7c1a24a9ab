import type { IncomingMessage, ServerResponse } from "node:http";
import { messageOf } from "../errors.ts";
import { type Reply, readBody, remoteAddressOf, send } from "../http.ts";
import { createFirsts, overHttp } from "../wire/reasons.ts";
import { keyOfHost } from "../wire/senders/identity.ts";
import { isAuthorized } from "./credentials.ts";
import { ENCODINGS, inflatedBody } from "./encodings.ts";
import type { Endpoint, Refusal } from "./endpoints.ts";
import { createIntake, type IntakeOptions } from "./intake.ts";
import type { RefusedBodies } from "./refused-bodies.ts";
import { createTurns } from "./turns.ts";

export interface ReceptionOptions extends IntakeOptions {
  /** Every sender has it. */
  readonly token: string;
  /** Gets a line for the first rejection of each kind, and for each failure. */
  readonly log: (line: string) => void;
  readonly refused: Pick<RefusedBodies, "note" | "accept">;
}

/** The OpenTelemetry Collector sends batches of some hundred KB, Telegraf 1,000 metrics, Prometheus 2,000 samples. */
const BODY_BYTES_MAX = 4 * 1024 * 1024;
/** Bodies that are in memory at once, before they are inflated. */
const BYTES_IN_HAND_MAX = 64 * 1024 * 1024;
/** Bodies that are inflated and read at once. */
const TURNS = 2;
/** Senders that know the header come back after this time. */
const RETRY_AFTER_SECONDS = 5;

/**
 * Answers the posts of senders. It checks the token, then the headers, and reads the body only then. A sender gets a
 * success once the stream has all readable parts. A status from 400 to 499 says that the same body can never be taken.
 */
export function createReception(options: ReceptionOptions) {
  const { token, log, refused } = options;
  const takeIn = createIntake(options);
  const inTurn = createTurns(TURNS);
  const isFirst = createFirsts();
  let bytesInHand = 0;

  async function answer(request: IncomingMessage, response: ServerResponse, endpoint: Endpoint, url: URL) {
    const { headers } = request;
    const refuse = (refusal: Refusal) => {
      if (refusal.status !== 401) report(request, url, refusal.message);
      // A sender of a body that cannot be taken now comes again.
      if (refusal.status < 500)
        refused.note(remoteAddressOf(request), overHttp(refusal.status, refusal.message), refusal === NO_TOKEN);
      send(response, withHints(endpoint.error(headers, refusal), refusal.status));
    };
    if (!isAuthorized(headers.authorization, token))
      return refuse(headers.authorization === undefined ? NO_TOKEN : WRONG_TOKEN);
    refused.accept(remoteAddressOf(request));
    const refusal = refusalOf(request, endpoint, url);
    if (refusal) return refuse(refusal);
    const bytes = Number(headers["content-length"] ?? BODY_BYTES_MAX);
    if (bytes > BODY_BYTES_MAX) return refuse(TOO_LARGE);
    if (bytesInHand + bytes > BYTES_IN_HAND_MAX) return refuse(NO_ROOM);
    bytesInHand += bytes;
    try {
      const body = await readBody(request, BODY_BYTES_MAX);
      if (!body) return refuse(TOO_LARGE);
      const reply = await inTurn(() => take(request, endpoint, url, body));
      if ("message" in reply) refuse(reply);
      else send(response, reply);
    } finally {
      bytesInHand -= bytes;
    }
  }

  async function take(request: IncomingMessage, endpoint: Endpoint, url: URL, body: Buffer): Promise<Reply | Refusal> {
    const { headers } = request;
    const inflated = await inflatedBody(body, encodingOf(request));
    if ("problem" in inflated) return { status: inflated.status, message: inflated.problem };
    const { bytes } = inflated;
    const expected = endpoint.expected?.(bytes, headers);
    if (expected !== undefined) return { status: 400, message: `the body is ${expected}` };
    // In protobuf, a request without anything is empty.
    if (bytes.length === 0 && endpoint.expected) return endpoint.success(headers, 0);
    const host = url.searchParams.get("host");
    const key = host === null ? undefined : keyOfHost(host);
    const taken = await takeIn(bytes, key ?? `HTTP ${remoteAddressOf(request)}`);
    if ("excess" in taken) return { status: 413, message: taken.excess };
    if ("trouble" in taken) return { status: 503, message: taken.trouble };
    const { records, rejected, replaced, reasons } = taken;
    const lost = rejected + (endpoint.partly ? replaced : 0);
    if (lost === 0) return endpoint.success(headers, records);
    const why = [...reasons, ...(replaced > 0 ? [`${replaced} values are no finite numbers`] : [])].join("; ");
    if (records === 0) return { status: 400, message: why };
    const message = `${lost} rejected, the rest is taken: ${why}`;
    // The scorer rejects the same, counts it and reports it.
    return endpoint.partly?.(headers, lost, message) ?? endpoint.error(headers, { status: 400, message });
  }

  /** One line for a sender that goes on for days, not one for each of its bodies. */
  function report(request: IncomingMessage, { pathname }: URL, message: string): void {
    if (isFirst(`${pathname} ${message}`))
      log(`${remoteAddressOf(request)} posts to ${pathname} what is not taken: ${message}`);
  }

  return (request: IncomingMessage, response: ServerResponse, endpoint: Endpoint, url: URL): Promise<void> =>
    answer(request, response, endpoint, url).catch((error: unknown) => {
      // A client that left half-way was promised nothing and cannot be answered.
      if (request.destroyed && !request.complete) return;
      log(`${request.method} ${url.pathname}: ${messageOf(error)}`);
      if (!response.headersSent)
        send(response, endpoint.error(request.headers, { status: 500, message: messageOf(error) }));
    });
}

/** Senders that use libcurl, such as collectd, give a password only after a request for it. */
const CHALLENGE = 'Basic realm="Fleetwarden", Bearer realm="Fleetwarden"';
const HOW = "send it as Authorization: Bearer TOKEN, as Token TOKEN, or as Basic password";
const NO_TOKEN = { status: 401, message: `the token is missing: ${HOW}` };
const WRONG_TOKEN = { status: 401, message: `the token is wrong: ${HOW}` };
const TOO_LARGE = { status: 413, message: `more than ${BODY_BYTES_MAX} bytes: send smaller batches` };
const NO_ROOM = { status: 503, message: "too many bodies at once: send it again" };

/** Why a request cannot be taken whatever its body is. */
function refusalOf(request: IncomingMessage, endpoint: Endpoint, { searchParams }: URL): Refusal | undefined {
  const { method, headers } = request;
  if (method !== "POST") return { status: 405, message: `${method} is not used here: use POST` };
  const encoding = encodingOf(request);
  if (!ENCODINGS.includes(encoding))
    return { status: 415, message: `Content-Encoding ${encoding.slice(0, 40)}: use one of ${ENCODINGS.join(", ")}` };
  const host = searchParams.get("host");
  if (host !== null && keyOfHost(host) === undefined)
    return { status: 400, message: "host names no host: a name has letters, digits and . _ : / -" };
  return endpoint.refusal(headers, searchParams);
}

function encodingOf({ headers }: IncomingMessage): string {
  return headers["content-encoding"]?.trim().toLowerCase() || "identity";
}

function withHints(reply: Reply, status: number): Reply {
  const hints = {
    ...(status === 401 ? { "www-authenticate": CHALLENGE } : {}),
    ...(status === 405 ? { allow: "POST" } : {}),
    ...(status === 503 ? { "retry-after": String(RETRY_AFTER_SECONDS) } : {}),
  };
  return { ...reply, headers: { ...reply.headers, ...hints } };
}
