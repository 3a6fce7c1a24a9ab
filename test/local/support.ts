import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Handlers, StreamEvent } from "../../lib/handlers/contract.ts";
import type { Message } from "../../lib/local/message.ts";

import { startTwin, type TwinOptions } from "../../lib/local/twin.ts";

/** A twin whose functions do nothing by default, with its log and its messages. */
export async function openTwin({
  handlers = {},
  ...options
}: Partial<TwinOptions> & { readonly handlers?: Partial<Handlers> } = {}) {
  const log: string[] = [];
  const messages: Message[] = [];
  const twin = await startTwin({
    port: 0,
    createHandlers: () => ({
      score: async () => ({ batchItemFailures: [] }),
      sweep: async () => undefined,
      refit: async () => undefined,
      feedback: async () => ({ statusCode: 200, headers: {}, body: "" }),
      ...handlers,
    }),
    clock: Date.now,
    random: Math.random,
    windowSeconds: 0,
    schedules: false,
    delivery: { onMessage: (message) => messages.push(message) },
    log: (line) => log.push(line),
    ...options,
  });
  return { ...twin, log, messages };
}

export function dataOf(event: StreamEvent): string[] {
  return event.Records.map(({ kinesis }) => Buffer.from(kinesis.data, "base64").toString());
}

/** Does not wait, but yields once; its time advances by the time slept. */
export function instantTimer() {
  let now = 0;
  return {
    now: () => now,
    async sleep(ms: number) {
      now += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address ? address.port : 0;
}

/** A folder inside the project that git ignores. It is removed afterwards. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const cache = join(import.meta.dirname, "../../node_modules/.cache/fleetwarden");
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "test-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
