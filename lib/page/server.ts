import { randomBytes } from "node:crypto";
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { CommandLine } from "../command-line.ts";
import { messageOf } from "../errors.ts";
import { addressOf, listen, type Reply, readBody, send } from "../http.ts";
import { type ApiOptions, createApi } from "./api.ts";
import { readFiles } from "./assets.ts";
import type { ChartSettings } from "./chart-settings.ts";
import { LOOPBACK_SITE, PUBLIC_SITE, refusalOf, type Site } from "./guard.ts";
import { createLive, type LiveOptions } from "./live.ts";
import { errorReply, HEADERS } from "./replies.ts";

export interface PageOptions extends ApiOptions, LiveOptions {
  /** 0 for any free port. */
  readonly port: number;
  /** Absent: the usual ones. */
  readonly charts?: ChartSettings | undefined;
  /** How people call commands for this deployment; absent: as installed. */
  readonly command?: CommandLine;
}

export interface Page {
  readonly url: string;
  /** The same page for other machines, as `by` sees it: for people who have passed the login. */
  serve(by: string): RequestListener;
  close(): Promise<void>;
}

/** More than any change has, including its note. */
const BODY_BYTES_MAX = 16 * 1024;
const URL_LENGTH_MAX = 2_048;
/** For the events of all tabs and their concurrent requests. */
const CONNECTIONS_MAX = 128;
const REQUEST_TIMEOUT_MS = 30_000;
/** Requests that read or change the stores at once; the server refuses more. */
const QUESTIONS_MAX = 16;
const TOKEN_BYTES = 32;

/** The parts of a page that answers need: where it is served, its files, and how it asks and changes. */
interface Sight {
  readonly site: Site;
  readonly files: ReadonlyMap<string, Reply>;
  readonly api: ReturnType<typeof createApi>;
}

/** Serves the page to this machine only: files, reads, changes and live events. */
export async function startPage(options: PageOptions): Promise<Page> {
  const { log } = options;
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const live = createLive(options);
  let questions = 0;

  function sight(site: Site, by: string): Sight {
    return {
      site,
      files: readFiles(token, site === PUBLIC_SITE, options.charts, options.command),
      api: createApi({ ...options, by }, () => live.hurry()),
    };
  }

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    { site, files, api }: Sight,
  ): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const refusal = refusalOf(request, token, site);
    if (refusal) return send(response, refusal);
    const { method = "GET", url: path = "/", headers } = request;
    const url = path.length > URL_LENGTH_MAX ? undefined : addressOf(path);
    if (!url) return send(response, errorReply(400, "This is no address of the page"));
    if (url.pathname === "/api/events" && method === "GET") {
      if (!live.join(response)) send(response, errorReply(503, "Too many pages are open: close some"));
      return;
    }
    const file = method === "POST" ? undefined : files.get(url.pathname);
    if (file) return send(response, file);
    if (questions >= QUESTIONS_MAX) return send(response, errorReply(503, "Too many questions at once: ask again"));
    questions++;
    try {
      const body = await readBody(request, BODY_BYTES_MAX);
      if (body === undefined) return send(response, errorReply(413, `A change has at most ${BODY_BYTES_MAX} bytes`));
      send(
        response,
        (await api({ method, url, headers, body })) ?? errorReply(404, `There is no ${url.pathname} here`),
      );
    } finally {
      questions--;
    }
  }

  function listener(seen: Sight): RequestListener {
    return (request, response) => {
      answer(request, response, seen).catch((error: unknown) => {
        const message = messageOf(error);
        log(`The page, ${request.method} ${request.url}: ${message}`);
        if (response.headersSent) response.destroy();
        else send(response, errorReply(500, message));
      });
    };
  }

  const server = http.createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, listener(sight(LOOPBACK_SITE, options.by)));
  server.maxConnections = CONNECTIONS_MAX;
  return {
    url: await listen(server, options.port, "choose another for the page"),
    serve: (by) => listener(sight(PUBLIC_SITE, by)),
    async close() {
      live.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
