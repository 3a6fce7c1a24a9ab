import type { EventEmitter } from "node:events";
import http, { type IncomingHttpHeaders } from "node:http";
import http2 from "node:http2";
import net, { type Socket } from "node:net";
import { messageOf } from "../errors.ts";
import {
  addressOf,
  HOST,
  isFromElsewhere,
  isLoopback,
  jsonReply,
  listen,
  type Outgoing,
  type Patience,
  type Reply,
  type Request,
  readBody,
  send,
  timeoutsOf,
} from "../http.ts";
import { FEEDBACK_PATH } from "../resources.ts";
import { jsonError } from "./aws-replies.ts";
import { type Emulators, forward } from "./embedded.ts";
import type { Meter } from "./meter.ts";

type Service = (request: Request) => Promise<Reply>;

/** The links in alerts open `feedback`; Prometheus scrapes `metrics`. */
type Services = Emulators &
  Record<"sns" | "s3" | "lambda" | "secrets" | "feedback", Service> & {
    readonly metrics?: () => Promise<Exposition>;
    /** Counts what AWS would bill, and knows when the twin started. */
    readonly meter?: Pick<Meter, "emulated" | "read">;
    /** Why the databases may not be written now; undefined when they may. */
    readonly trouble: () => Promise<string | undefined>;
  };

/** The answer to a scrape. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** The path that Prometheus reads by default. */
const METRICS_PATH = "/metrics";
/** The path that `fleetwarden cost` and `fleetwarden status` read. */
export const METER_PATH = "/meter";
/**
 * DynamoDB's largest request is 16 MiB
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html).
 */
const BODY_BYTES_MAX = 16 * 1024 * 1024;
/** The limit of the Kinesis emulator; AWS accepts 10 MiB. */
const KINESIS_BODY_BYTES_MAX = 7 * 1024 * 1024;

/** Longer than a client keeps an idle connection, so that none closes during a request. */
const PATIENCE: Patience = { headers: 15_000, request: 60_000, idle: 120_000 };
/** Each of the twin's ten clients has at most 50 (the SDK's maxSockets); an agent has one. */
const CONNECTIONS_MAX = 1_000;

/** A page in a browser cannot embed a reply, or misread its type. */
const HEADERS = { "cross-origin-resource-policy": "same-origin", "x-content-type-options": "nosniff" };

/** The part that the requests of HTTP/1 and HTTP/2 share. */
interface Incoming extends AsyncIterable<Buffer> {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/**
 * One port of this machine that answers like the services of AWS. It speaks HTTP/1 and HTTP/2 without TLS: the Kinesis
 * client uses HTTP/2 by default.
 */
export async function openEndpoint(port: number, log: (line: string) => void, patience = PATIENCE) {
  const inHand = new Set<Promise<void>>();
  const sockets = new Set<Socket>();
  let services: Services | undefined;
  const answer = (incoming: Incoming, outgoing: Answer) => {
    for (const [name, value] of Object.entries(HEADERS)) outgoing.setHeader(name, value);
    const answered = new Promise<void>((resolve) => outgoing.on("close", resolve));
    inHand.add(answered);
    void answered.then(() => inHand.delete(answered));
    handle(incoming, outgoing, services).catch((error: unknown) => {
      log(`${incoming.method} ${incoming.url}: ${messageOf(error)}`);
      if (!outgoing.headersSent) send(outgoing, jsonError(500, "InternalFailure", messageOf(error)));
    });
  };
  const server = multiplexer(http1Server(patience, answer), http2Server(patience, answer), patience.headers);
  server.maxConnections = CONNECTIONS_MAX;
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  return {
    url: await listen(server, port, "choose another with --port"),
    /** Answers with these services from now on. Requests before that get a 503. */
    serve(ready: Services): void {
      services = ready;
    },
    /** Ends the connections once the current requests are answered. */
    async close(): Promise<void> {
      const closed = new Promise((resolve) => server.close(resolve));
      await Promise.all(inHand);
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

type OnRequest = (incoming: Incoming, outgoing: Answer) => void;

function http1Server(patience: Patience, answer: OnRequest): net.Server {
  const server = http.createServer(timeoutsOf(patience), answer);
  // Node begins to look for late requests when a server listens; this one gets its connections from another.
  server.emit("listening");
  return server;
}

/** Ends idle connections; Kinesis, which alone uses HTTP/2, answers at once. */
function http2Server({ idle }: Patience, answer: OnRequest): net.Server {
  const server = http2.createServer(answer);
  server.setTimeout(idle);
  return server;
}

/** Reads the first bytes of a connection: HTTP/2 begins with `PRI` (RFC 9113, 3.4). */
function multiplexer(http1: net.Server, http2: net.Server, patienceMs: number): net.Server {
  return net.createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.setTimeout(patienceMs, () => socket.destroy());
    socket.once("data", (bytes) => {
      socket.setTimeout(0).removeAllListeners("timeout");
      socket.pause();
      socket.unshift(bytes);
      const server = bytes.subarray(0, 3).toString("latin1") === "PRI" ? http2 : http1;
      server.emit("connection", socket);
      process.nextTick(() => socket.resume());
    });
  });
}

async function handle(incoming: Incoming, outgoing: Answer, services: Services | undefined): Promise<void> {
  const { headers, method = "" } = incoming;
  const refusal = refuse(incoming);
  if (refusal) return send(outgoing, refusal);
  if (!services) return send(outgoing, jsonError(503, "ServiceUnavailable", "Still starting; try again"));
  const url = addressOf(incoming.url ?? "");
  if (!url) return send(outgoing, jsonError(400, "InvalidRequest", `${incoming.url} is no valid path`));
  const target = headerOf(headers, "x-amz-target");
  const limit = target.startsWith("Kinesis_") ? KINESIS_BODY_BYTES_MAX : BODY_BYTES_MAX;
  let body: Buffer | undefined;
  try {
    body = await readBody(incoming, limit);
  } catch {
    return; // The client left half-way: it was promised nothing and cannot be answered.
  }
  if (!body)
    return send(outgoing, jsonError(413, "RequestEntityTooLarge", `The request is larger than ${limit} bytes`));
  await route({ method, url, headers, body }, target, outgoing, services);
}

type Answer = Outgoing & EventEmitter;

/** The calls of DynamoDB and Kinesis that only read. */
const READS = /\.(BatchGet|Describe|Get|List|Query|Scan)/;

async function route(request: Request, target: string, outgoing: Answer, services: Services): Promise<void> {
  const { method, url, headers } = request;
  const emulator = emulatorOf(target, services);
  if (emulator) {
    const trouble = READS.test(target) ? undefined : await services.trouble();
    if (trouble) return send(outgoing, jsonError(503, "ServiceUnavailable", trouble));
    return forward(emulator, services.meter?.emulated(target, request, outgoing) ?? request, outgoing);
  }
  if (target.startsWith("secretsmanager.")) return send(outgoing, await services.secrets(request));
  const service = serviceOf(request, services);
  if (service && target === "") return send(outgoing, await service(request));
  const what = target || `${method} ${url.pathname} (${headers["content-type"] ?? "no content type"})`;
  const message = `${what} is not supported here: this machine has DynamoDB, Kinesis, SNS Publish, S3 objects, Lambda Invoke and GetSecretValue`;
  send(outgoing, jsonError(501, "NotImplemented", message));
}

function emulatorOf(target: string, { dynamodb, kinesis }: Services): http.Server | undefined {
  if (target.startsWith("DynamoDB_20120810.")) return dynamodb;
  return target.startsWith("Kinesis_20131202.") ? kinesis : undefined;
}

function serviceOf({ method, url, headers }: Request, services: Services): Service | undefined {
  if (url.pathname.startsWith("/2015-03-31/functions/")) return services.lambda;
  if (url.pathname.startsWith(FEEDBACK_PATH)) return services.feedback;
  if (url.pathname === METRICS_PATH) return services.metrics && scraped(services.metrics);
  if (url.pathname === METER_PATH) return services.meter && metered(services.meter);
  if (url.pathname !== "/") return services.s3;
  const isForm = headerOf(headers, "content-type").startsWith("application/x-www-form-urlencoded");
  return method === "POST" && isForm ? services.sns : undefined;
}

function metered({ read }: Pick<Meter, "read">): Service {
  return async () => jsonReply(200, read());
}

/** Answers scrapes, by GET and HEAD only. */
function scraped(read: () => Promise<Exposition>): Service {
  return async ({ method }) => {
    if (method !== "GET" && method !== "HEAD")
      return { status: 405, headers: { allow: "GET, HEAD", "content-type": "text/plain" }, body: "Use GET.\n" };
    const { contentType, text } = await read();
    return { status: 200, headers: { "content-type": contentType }, body: text };
  };
}

/**
 * A page in a browser could reach this port across origins, or by a name that points here (DNS rebinding). Only the
 * feedback page is made for browsers: its form names an origin too, and only someone with the link can send it.
 */
function refuse({ method, url: path = "", headers }: Incoming): Reply | undefined {
  const host = headerOf(headers, "host") || headerOf(headers, ":authority");
  if (!isLoopback(host)) {
    return jsonError(403, "AccessDeniedException", `The host ${host} is not this machine; use ${HOST}`);
  }
  const isPage = path.startsWith(FEEDBACK_PATH);
  if (isFromElsewhere({ method, headers }, isPage) || (headers.origin !== undefined && !isPage)) {
    const page = headers.origin ?? "another site";
    return jsonError(403, "AccessDeniedException", `Pages of browsers (here ${page}) may not call this endpoint`);
  }
  return undefined;
}

function headerOf(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return typeof value === "string" ? value : "";
}
