import http, { type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import https from "node:https";
import { addressOf, listen, type Patience, remoteAddressOf, send, timeoutsOf } from "../http.ts";
import { shown } from "../wire/name.ts";
import { overHttp } from "../wire/reasons.ts";
import { ENDPOINTS, PATHS, textReply } from "./endpoints.ts";
import { createReception, type ReceptionOptions } from "./reception.ts";

export interface DoorOptions extends ReceptionOptions {
  /** An address of this machine; `0.0.0.0` and `::` stand for all of them. */
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** PEM; absent: no TLS. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  /** Answers requests that are not from senders. */
  readonly page: RequestListener;
  readonly patience?: Patience;
}

/** A sender may be idle for longer than the usual time between two of its batches. */
const PATIENCE: Patience = { headers: 10_000, request: 30_000, idle: 65_000 };
/** For the senders of a large fleet, each with one or two. */
const CONNECTIONS_MAX = 1_000;
const URL_LENGTH_MAX = 2_048;

/** A port for other machines: it takes senders' posts with the token, and puts them on the stream. */
export async function openDoor(options: DoorOptions) {
  const { tls, host, port, page, refused, patience = PATIENCE } = options;
  const receive = createReception(options);
  const inHand = new Set<Promise<void>>();
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { url: path = "", headers } = request;
    const url = path.length > URL_LENGTH_MAX ? undefined : addressOf(path);
    const endpoint = url && ENDPOINTS.get(url.pathname);
    if (endpoint) {
      const answered = receive(request, response, endpoint, url).finally(() => inHand.delete(answered));
      inHand.add(answered);
    } else if (headers.authorization === undefined) page(request, response);
    else {
      const message = `there is nothing here for senders: post to ${PATHS}`;
      refused.note(remoteAddressOf(request), overHttp(404, `${message}, not to ${shown(path)}`));
      send(response, textReply(404, message));
    }
  };
  const timeouts = timeoutsOf(patience);
  const server = tls
    ? https.createServer({ ...timeouts, ...tls, handshakeTimeout: patience.headers }, answer)
    : http.createServer(timeouts, answer);
  server.maxConnections = CONNECTIONS_MAX;
  return {
    url: await listen(server, port, "choose another with --listen", { host, scheme: tls ? "https" : "http" }),
    /** Lets current requests of senders finish. */
    async close(): Promise<void> {
      const closed = new Promise((resolve) => server.close(resolve));
      await Promise.all(inHand);
      server.closeAllConnections();
      await closed;
    },
  };
}
