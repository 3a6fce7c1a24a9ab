// The server of the page, in a worker of the browser: the functions, the made-up fleet and the page's API.
import { setImmediate } from "node:timers/promises";
import { sleep } from "../lib/backoff.ts";
import { messageOf } from "../lib/errors.ts";
import { jsonReply, type Reply } from "../lib/http.ts";
import { createApi } from "../lib/page/api.ts";
import { createLive, type EventResponse } from "../lib/page/live.ts";
import { errorReply } from "../lib/page/replies.ts";
import type { Published } from "../lib/replay/virtual-deployment.ts";
import { BREAKAGES } from "./breakages.ts";
import { createWorld, FLEET } from "./world.ts";

/** From the page: a request, a connection for events, or the end of one. */
type FromPage = Asked | { readonly follow: number } | { readonly leave: number };

interface Asked {
  readonly ask: number;
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** The part of a worker's global scope that is used. */
interface Scope {
  onmessage: (event: { readonly data: FromPage }) => void;
  postMessage(message: unknown): void;
}

/** A virtual minute passes in this time. */
const PACE_MS = 1_000;
/** An alert needs three samples. The first fault's samples come faster, so that nobody waits for them. */
const HURRIED = { minutes: 3, paceMs: 250 };
const LOOKS_EVERY_MS = 500;
/** This breaks by itself, so that people who only look see an alert. */
const FIRST = { kind: "cpu", host: "web-03" };

const scope = globalThis as unknown as Scope;
const world = createWorld();
const live = createLive({ ...world, everyMs: LOOKS_EVERY_MS, log: (line) => console.error(line) });
const api = createApi({ ...world, by: "you" }, () => live.hurry());
const connections = new Map<number, () => void>();
let isPaused = false;
let isRefitDue = false;

const CONTROLS: Readonly<Record<string, (body: { readonly kind?: string; readonly host?: string }) => void>> = {
  "/demo/break": ({ kind, host = "" }) => {
    const breakage = BREAKAGES.find(({ id }) => id === kind);
    if (breakage) world.break(breakage, host);
  },
  "/demo/repair": () => world.repair(),
  "/demo/pause": () => {
    isPaused = true;
  },
  "/demo/resume": () => {
    isPaused = false;
  },
  "/demo/refit": () => {
    isRefitDue = true;
  },
};

scope.onmessage = ({ data }) => {
  if ("follow" in data) live.join(responseOf(data.follow));
  else if ("leave" in data) connections.get(data.leave)?.();
  else void answer(data).then(({ status, body }) => scope.postMessage({ answer: data.ask, status, body }));
};

async function answer({ method, path, body }: Asked): Promise<Reply> {
  try {
    const control = CONTROLS[path];
    if (control) return jsonReply(200, control(JSON.parse(body)) ?? {});
    const url = new URL(path, "http://demo");
    return (
      (await api({ method, url, headers: {}, body: Buffer.from(body) })) ?? errorReply(404, `There is no ${path} here`)
    );
  } catch (error) {
    return errorReply(500, messageOf(error));
  }
}

/** Events go to the page as messages, which it always takes. */
function responseOf(connection: number): EventResponse {
  const end = () => connections.delete(connection);
  return {
    writableLength: 0,
    writeHead: () => scope.postMessage({ opened: connection }),
    write: (text) => scope.postMessage({ events: connection, text }),
    on: (_, listener) =>
      connections.set(connection, () => {
        end();
        listener();
      }),
    end,
    destroy: end,
  };
}

function tell({ at, message: { subject, bodies, attributes } }: Published): void {
  const { email, sms } = bodies;
  scope.postMessage({ message: { at, subject, email, ...(attributes.sms === "yes" ? { sms } : {}) } });
}

async function turn(): Promise<void> {
  if (isRefitDue) {
    isRefitDue = false;
    scope.postMessage({ state: "refitting" });
    await world.refit();
    scope.postMessage({ state: "refitted" });
  }
  if (!isPaused) await world.passMinute();
  for (const published of world.published.splice(0)) tell(published);
}

async function run(): Promise<void> {
  scope.postMessage({ breakages: BREAKAGES.map(({ change, ...breakage }) => breakage), hosts: FLEET, first: FIRST });
  for await (const share of world.learn()) {
    scope.postMessage({ state: "learning", share });
    // The page's questions wait for this.
    await setImmediate();
  }
  scope.postMessage({ state: "live" });
  CONTROLS["/demo/break"]?.(FIRST);
  for (let minute = 0; ; minute++) {
    const next = performance.now() + (minute < HURRIED.minutes ? HURRIED.paceMs : PACE_MS);
    await turn();
    await sleep(Math.max(next - performance.now(), 0));
  }
}

run().catch((error: unknown) => scope.postMessage({ state: "failed", reason: messageOf(error) }));
