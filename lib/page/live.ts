import { randomBytes } from "node:crypto";
import { messageOf } from "../errors.ts";
import type { Stores } from "../store/stores.ts";
import type { Clock } from "../time.ts";
import { changeOf, createCamera, type Picture } from "./picture.ts";

export interface LiveOptions {
  readonly stores: Stores;
  readonly clock: Clock;
  /** When the twin started (ms since the epoch); absent for a stack. */
  readonly started?: number | undefined;
  /** Between two looks at the stores, in milliseconds. */
  readonly everyMs: number;
  /** Gets one line for each failure. */
  readonly log: (line: string) => void;
}

/** The part of a response of node:http that carries events. */
export interface EventResponse {
  /** Bytes written and not read yet. */
  readonly writableLength: number;
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  write(text: string): unknown;
  on(event: "close", listener: () => void): unknown;
  end(): unknown;
  destroy(): unknown;
}

/** The wait between two looks is at least this many times as long as a look: a large fleet is read less often. */
const REST = 3;
/** More tabs than one person has. */
const CLIENTS_MAX = 32;
/** A client with more unread bytes is cut off, and gets a whole picture when it comes back. */
const UNREAD_BYTES_MAX = 4 * 1024 * 1024;
/** The server sends something this often, so that both ends notice when the other has gone. */
const BEAT_MS = 15_000;

/**
 * Sends every client the changes as server-sent events. One loop reads the stores, and only while a client is
 * connected.
 */
export function createLive({ stores, everyMs, clock, started, log }: LiveOptions) {
  const camera = createCamera(stores, started);
  /** Names this process: a client that finds another one loads the page again. */
  const run = randomBytes(8).toString("hex");
  const clients = new Set<EventResponse>();
  let picture: Picture | undefined;
  let timer: NodeJS.Timeout | undefined;
  let looking = false;
  let closed = false;
  let trouble = "";
  let beat: NodeJS.Timeout | undefined;

  async function turn(): Promise<void> {
    if (looking || closed || clients.size === 0) return;
    looking = true;
    const began = performance.now();
    try {
      show(await camera.take(clock()), trouble !== "");
      trouble = "";
    } catch (error) {
      const message = messageOf(error);
      if (message !== trouble) log(`The page could not read the fleet: ${message}`);
      trouble = message;
      send(eventText("trouble", { message }));
    }
    looking = false;
    schedule(Math.max(everyMs, REST * (performance.now() - began)));
  }

  function schedule(delay: number): void {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(() => void turn(), delay);
  }

  function show(next: Picture, isRecovery: boolean): void {
    const change = picture && changeOf(picture, next);
    if (change) send(eventText("change", change));
    // Clients that heard of trouble must hear that it is over, even if nothing has changed.
    else if (picture === undefined || isRecovery) send(snapshot(run, next));
    if (clients.size > 0) picture = next;
  }

  function send(text: string): void {
    for (const client of clients) {
      if (client.writableLength > UNREAD_BYTES_MAX) client.destroy();
      else client.write(text);
    }
  }

  return {
    /** Answers with the events until the client goes; false when there are too many clients already. */
    join(response: EventResponse): boolean {
      if (closed || clients.size >= CLIENTS_MAX) return false;
      response.writeHead(200, { "content-type": "text/event-stream" });
      // A client that lost the connection comes back after a second.
      response.write(`retry: 1000\n\n${picture ? snapshot(run, picture) : ""}`);
      clients.add(response);
      response.on("close", () => {
        clients.delete(response);
        if (clients.size > 0) return;
        clearInterval(beat);
        // Without clients the picture is no longer updated.
        picture = undefined;
      });
      if (clients.size > 1) return true;
      beat = beatTo(clients);
      schedule(0);
      return true;
    },
    /** Looks at once: somebody has just changed something. */
    hurry(): void {
      camera.forget();
      schedule(0);
    },
    close(): void {
      closed = true;
      clearTimeout(timer);
      clearInterval(beat);
      for (const client of clients) client.end();
    },
  };
}

function beatTo(clients: ReadonlySet<EventResponse>): NodeJS.Timeout {
  return setInterval(() => {
    for (const client of clients) client.write(": still here\n\n");
  }, BEAT_MS);
}

function snapshot(run: string, { now, cards, summary, incidents }: Picture): string {
  return eventText("snapshot", { run, now, cards: [...cards.values()], summary, incidents: [...incidents.values()] });
}

/** JSON has no line breaks of its own. */
function eventText(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
