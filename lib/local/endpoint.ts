import http, { type IncomingHttpHeaders } from "node:http";
import http2 from "node:http2";
import net, { type Socket } from "node:net";
import { FEEDBACK_PATH } from "../resources.ts";
import { type Emulators, forward } from "./embedded.ts";
import { jsonError, type Reply, type Request } from "./http.ts";
import { METRICS_PATH } from "./metrics.ts";
import { messageOf } from "./timer.ts";

type Service = (request: Request) => Promise<Reply>;

interface Services extends Emulators {
  readonly sns: Service;
  readonly s3: Service;
  readonly lambda: Service;
  readonly secrets: Service;
  /** The page that links in alerts open. */
  readonly feedback: Service;
  /** What Prometheus reads. */
  readonly metrics?: Service;
}

export interface Endpoint {
  readonly url: string;
  /** Answers by these services from now on; requests before that are told to come again. */
  serve(services: Services): void;
  /** Ends the connections once the requests in hand are answered. */
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
/** DynamoDB's largest request is 16 MiB (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html). */
const BODY_BYTES_MAX = 16 * 1024 * 1024;
/** What the Kinesis emulator takes; AWS takes 10 MiB. */
const KINESIS_BODY_BYTES_MAX = 7 * 1024 * 1024;
/** Longer than a client keeps an idle connection, so that it is never closed under a request. */
const KEEP_ALIVE_MS = 120_000;

/** The parts of HTTP/1 and HTTP/2 that are alike. */
interface Incoming extends AsyncIterable<Buffer> {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}
interface Outgoing {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string | Buffer): unknown;
  on(event: "close", listener: () => void): unknown;
}

/**
 * One port of this machine that answers as AWS's services do. It speaks HTTP/1 and HTTP/2 without TLS: the Kinesis client
 * uses the latter unless told otherwise.
 */
export async function openEndpoint(port: number, log: (line: string) => void): Promise<Endpoint> {
  const inHand = new Set<Promise<void>>();
  const sockets = new Set<Socket>();
  let services: Services | undefined;
  const answer = (incoming: Incoming, outgoing: Outgoing) => {
    const answered = new Promise<void>((resolve) => outgoing.on("close", resolve));
    inHand.add(answered);
    void answered.then(() => inHand.delete(answered));
    handle(incoming, outgoing, services).catch((error: unknown) => {
      log(`${incoming.method} ${incoming.url}: ${messageOf(error)}`);
      send(outgoing, jsonError(500, "InternalFailure", messageOf(error)));
    });
  };
  const server = multiplexer(
    http.createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => answer(request, response)),
    http2.createServer((request, response) => answer(request, response)),
  );
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await listen(server, port);
  return {
    url: `http://${HOST}:${portOf(server)}`,
    serve(ready) {
      services = ready;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      await Promise.all(inHand);
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Looks at the first bytes of a connection: HTTP/2 begins with `PRI` (RFC 9113, 3.4). */
function multiplexer(http1Server: net.Server, http2Server: net.Server): net.Server {
  return net.createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", (bytes) => {
      socket.pause();
      socket.unshift(bytes);
      const server = bytes.subarray(0, 3).toString("latin1") === "PRI" ? http2Server : http1Server;
      server.emit("connection", socket);
      process.nextTick(() => socket.resume());
    });
  });
}

async function handle(incoming: Incoming, outgoing: Outgoing, services: Services | undefined): Promise<void> {
  const { headers, method = "" } = incoming;
  const refusal = refuse(headers, incoming.url ?? "");
  if (refusal) return send(outgoing, refusal);
  if (!services) return send(outgoing, jsonError(503, "ServiceUnavailable", "Still starting; try again"));
  const address = `http://${HOST}${incoming.url}`;
  if (!URL.canParse(address)) return send(outgoing, jsonError(400, "InvalidRequest", `${address} is no valid address`));
  const target = headerOf(headers, "x-amz-target");
  const limit = target.startsWith("Kinesis_") ? KINESIS_BODY_BYTES_MAX : BODY_BYTES_MAX;
  const body = await readBody(incoming, limit);
  if (body === "gone") return;
  if (body === "too large")
    return send(outgoing, jsonError(413, "RequestEntityTooLarge", `The request is larger than ${limit} bytes`));
  await route({ method, url: new URL(address), headers, body }, target, outgoing, services);
}

async function route(request: Request, target: string, outgoing: Outgoing, services: Services): Promise<void> {
  const { method, url, headers } = request;
  if (target.startsWith("DynamoDB_20120810.")) return forward(services.dynamodb, request, outgoing);
  if (target.startsWith("Kinesis_20131202.")) return forward(services.kinesis, request, outgoing);
  if (target.startsWith("secretsmanager.")) return send(outgoing, await services.secrets(request));
  const service = serviceOf(request, services);
  if (service && target === "") return send(outgoing, await service(request));
  const what = target || `${method} ${url.pathname} (${headers["content-type"] ?? "no content type"})`;
  const message = `${what} is not supported here: this machine has DynamoDB, Kinesis, SNS Publish, S3 objects, Lambda Invoke and GetSecretValue`;
  send(outgoing, jsonError(501, "NotImplemented", message));
}

function serviceOf({ method, url, headers }: Request, services: Services): Service | undefined {
  if (url.pathname.startsWith("/2015-03-31/functions/")) return services.lambda;
  if (url.pathname.startsWith(FEEDBACK_PATH)) return services.feedback;
  if (url.pathname === METRICS_PATH) return services.metrics;
  if (url.pathname !== "/") return services.s3;
  const isForm = headerOf(headers, "content-type").startsWith("application/x-www-form-urlencoded");
  return method === "POST" && isForm ? services.sns : undefined;
}

/**
 * A page in a browser could reach this port, by a name that points here (DNS rebinding) or across origins. Only our own
 * page is made for browsers: its form names an origin too, and whoever sends it must have the link.
 */
function refuse(headers: IncomingHttpHeaders, path: string): Reply | undefined {
  const host = headerOf(headers, "host") || headerOf(headers, ":authority");
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)) {
    return jsonError(403, "AccessDeniedException", `The host ${host} is not this machine; use ${HOST}`);
  }
  if (headers.origin !== undefined && !path.startsWith(FEEDBACK_PATH)) {
    return jsonError(
      403,
      "AccessDeniedException",
      `Pages of browsers (here ${headers.origin}) may not call this endpoint`,
    );
  }
  return undefined;
}

function headerOf(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return typeof value === "string" ? value : "";
}

/**
 * What is too large is read to its end and dropped, so that the client gets to see the answer. A client that goes away
 * half-way was promised nothing and cannot be answered.
 */
async function readBody(incoming: Incoming, limit: number): Promise<Buffer | "too large" | "gone"> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of incoming) {
      size += chunk.length;
      if (size > limit) chunks.length = 0;
      else chunks.push(chunk);
    }
  } catch {
    return "gone";
  }
  return size > limit ? "too large" : Buffer.concat(chunks);
}

function send(outgoing: Outgoing, { status, headers = {}, body = "" }: Reply): void {
  outgoing.statusCode = status;
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
  outgoing.setHeader("content-length", `${Buffer.byteLength(body)}`);
  outgoing.end(body);
}

function listen(server: net.Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const inUse = cause.code === "EADDRINUSE" || cause.code === "EACCES";
      const message = `Port ${port} of ${HOST} is in use or reserved; choose another with --port`;
      reject(inUse ? new Error(message, { cause }) : cause);
    });
    server.listen(port, HOST, resolve);
  });
}

function portOf(server: net.Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The endpoint listens on no port");
  return address.port;
}
