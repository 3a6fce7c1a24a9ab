import { eventOf } from "../../lib/handlers/contract.ts";
import { createHandlers } from "../../lib/handlers/handlers.ts";
import type { HandlerOptions } from "../../lib/handlers/options.ts";
import { createMemoryStores, type MemoryStores } from "../../lib/store/memory.ts";

export const MINUTE = 60_000;
export const NOON = Date.UTC(2026, 10, 22, 12);
const context = { getRemainingTimeInMillis: () => 15 * MINUTE };

interface Setting extends Partial<HandlerOptions> {
  readonly storesAt?: (clock: () => number) => MemoryStores;
}

/** The handlers over stores in memory, from noon on; the test moves the clock, and reads the subjects of messages. */
export function createStage({ storesAt = createMemoryStores, ...options }: Setting) {
  let now = NOON;
  let sent = 0;
  const messages: string[] = [];
  const stores = storesAt(() => now);
  const handlers = createHandlers({
    env: {},
    stores,
    topic: {
      name: "alerts",
      publish: async ({ subject }) => void messages.push(subject),
      subscriptions: async () => [],
    },
    clock: () => now,
    random: () => 0.5,
    report: () => {},
    log: (what, error) => {
      throw new Error(what, { cause: error });
    },
    ...options,
  });
  return {
    stores,
    messages,
    now: () => now,
    /** Gives the scorer these documents in one batch, each as a record of its host. */
    async send(...documents: readonly ({ readonly host: string } & Readonly<Record<string, unknown>>)[]) {
      const Records = documents.map((document) => {
        const data = Buffer.from(JSON.stringify(document)).toString("base64");
        const sequenceNumber = String(++sent).padStart(12, "0");
        return eventOf({ sequenceNumber, partitionKey: document.host, arrival: now, data });
      });
      expect(await handlers.score({ Records }, context)).toEqual({ batchItemFailures: [] });
    },
    /** Lets time pass, and sweeps at its end. */
    async wait(ms: number) {
      now += ms;
      await handlers.sweep({}, context);
    },
    refit: (event: object) => handlers.refit(event, context),
  };
}
