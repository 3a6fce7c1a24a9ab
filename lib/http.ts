import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type net from "node:net";

/** The servers of this project answer this machine only; only the door for senders may have another setting. */
export const HOST = "127.0.0.1";
const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/** A request whose body has arrived in full. */
export interface Request {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** A request that cannot be answered as asked; the message says why and what would work. */
export class RequestError extends Error {
  readonly status: number;
  readonly code: string;

  /** `code` is the name that AWS gives to such an error. */
  constructor(status: number, message: string, code = "") {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The part that the responses of HTTP/1 and HTTP/2 share. */
export interface Outgoing {
  statusCode: number;
  readonly headersSent: boolean;
  setHeader(name: string, value: string): unknown;
  end(body: string | Buffer): unknown;
}

/** Compares in a time that does not depend on how much of the secret is right. */
export function isSecret(given: string, secret: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

export function jsonReply(status: number, value: unknown): Reply {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

/** Whether a Host header names this machine: a name that DNS rebinding points here does not. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** The address of a request; undefined if it is invalid, as with a `%` that encodes nothing. */
export function addressOf(path: string): URL | undefined {
  const address = `http://${HOST}${path}`;
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  try {
    decodeURIComponent(url.pathname);
    return url;
  } catch {
    return undefined;
  }
}

/**
 * Whether a page of another site, or of another port of this machine, made the browser send this. Such a page may link
 * to a page of ours, and no more: it may not send, embed or frame it.
 */
export function isFromElsewhere({ method, headers }: Pick<IncomingMessage, "method" | "headers">, isPage: boolean) {
  const { "sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": destination = "document" } = headers;
  if (site === undefined || site === "same-origin" || site === "none") return false;
  return !isPage || method !== "GET" || mode !== "navigate" || destination !== "document";
}

/** The address of the client, one of IPv4 as such. */
export function remoteAddressOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress?.replace(/^::ffff:/, "") ?? "unknown";
}

/** Undefined when it has more than `limit` bytes. It is still read to its end, so that the client sees the answer. */
export async function readBody(incoming: AsyncIterable<Buffer>, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size > limit) chunks.length = 0;
    else chunks.push(chunk);
  }
  return size > limit ? undefined : Buffer.concat(chunks);
}

export function send(outgoing: Outgoing, { status, headers = {}, body = "" }: Reply): void {
  outgoing.statusCode = status;
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
  // RFC 9110, 8.6
  if (status !== 204) outgoing.setHeader("content-length", `${Buffer.byteLength(body)}`);
  outgoing.end(body);
}

interface Place {
  readonly host?: string;
  readonly scheme?: "http" | "https";
}

/** Resolves to the server's URL. `remedy` says how to choose another port when this one is not free. */
export function listen(
  server: net.Server,
  port: number,
  remedy: string,
  { host = HOST, scheme = "http" }: Place = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const { code = "" } = cause;
      if (["EADDRINUSE", "EACCES"].includes(code))
        return reject(new Error(`Port ${port} of ${host} is in use or reserved; ${remedy}`, { cause }));
      const isForeign = ["EADDRNOTAVAIL", "ENOTFOUND"].includes(code);
      reject(isForeign ? new Error(`${host} is no address of this machine; ${remedy}`, { cause }) : cause);
    });
    server.listen(port, host, () => {
      const address = server.address();
      const bound = typeof address === "object" && address ? address.port : port;
      resolve(`${scheme}://${host.includes(":") ? `[${host}]` : host}:${bound}`);
    });
  });
}

/** How long a server waits for a client, in milliseconds. */
export interface Patience {
  /** For the first bytes, for the handshake of TLS, or for the headers of a request. */
  readonly headers: number;
  /** For a whole request. */
  readonly request: number;
  /** For the next request. */
  readonly idle: number;
}

/** The options of Node's servers (https://nodejs.org/api/http.html#httpcreateserveroptions-requestlistener). */
export function timeoutsOf({ headers, request, idle }: Patience) {
  return {
    headersTimeout: headers,
    requestTimeout: request,
    keepAliveTimeout: idle,
    connectionsCheckingInterval: Math.min(headers, request),
  };
}
