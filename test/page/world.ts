import { afflicted, busyCpu } from "../../lib/demo/fault.ts";
import { createMachine, type Machine, METRICS, rowOf } from "../../lib/demo/machine.ts";
import { eventOf, type Handlers, type StreamEvent } from "../../lib/handlers/contract.ts";
import { createHandlers } from "../../lib/handlers/handlers.ts";
import { startTwin } from "../../lib/local/twin.ts";
import { type Page, startPage } from "../../lib/page/server.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import type { Stores } from "../../lib/store/stores.ts";
import { encodeRecord } from "../../lib/wire/encode.ts";
import { GAUSSIAN_CONFIG } from "../factories.ts";

export const MINUTE = 60_000;
/** The interval of samples, and a minute of them in one record. */
const SAMPLE_MS = 10_000;
const SAMPLES = 6;
/** Of the machines; by most seeds a fault is critical at once. */
const SEED = 2;

/** In one event. */
const RECORDS_MAX = 100;
const CONTEXT = { getRemainingTimeInMillis: () => 60_000 };

interface MadeUpHost {
  readonly host: string;
  readonly group: string;
}

/** The handlers and the topic of a twin with machines of the demo in virtual time, over tables in memory; and the page over these. */
export interface PageWorld {
  readonly page: Page;
  readonly stores: Stores;
  readonly now: () => number;
  /** Everything logged by the page. */
  readonly log: readonly string[];
  /** Lets time pass minute by minute, in which these hosts send; `faulty` ones have busy cores. */
  pass(minutes: number, hosts: readonly MadeUpHost[], faulty?: readonly string[]): Promise<void>;
  sweep(): Promise<void>;
  close(): Promise<void>;
}

export async function openWorld(start: number): Promise<PageWorld> {
  let now = start;
  const clock = () => now;
  const made: { handlers?: Handlers } = {};
  const stores = createMemoryStores(clock);
  const twin = await startTwin({
    port: 0,
    createHandlers: (env) => {
      const fail = (what: string, error: unknown) => {
        throw new Error(what, { cause: error });
      };
      made.handlers = createHandlers({
        ...{ env, stores, clock, random: () => 0.5, config: () => GAUSSIAN_CONFIG },
        ...{ report: () => {}, log: fail },
      });
      return made.handlers;
    },
    clock,
    random: () => 0.5,
    schedules: false,
    delivery: { onMessage: () => {} },
    log: () => {},
  });
  const log: string[] = [];
  const page = await startPage({ port: 0, stores, clock, everyMs: 50, by: "ann", log: (line) => log.push(line) });
  const { handlers } = made;
  if (!handlers) throw new Error("the twin made no handlers");
  const send = createSenders();
  return {
    page,
    stores,
    now: clock,
    log,
    async pass(minutes, hosts, faulty = []) {
      for (let minute = 0; minute < minutes; minute++) {
        const records = send(now, hosts, faulty);
        now += MINUTE;
        await score(handlers, records);
      }
    },
    async sweep() {
      await handlers.sweep({}, CONTEXT);
    },
    async close() {
      await page.close();
      await twin.close();
    },
  };
}

/** Machines of the demo: the records that hosts send of the minute that begins then; `faulty` ones have busy cores, minute after minute. */
export function createSenders() {
  const machines = new Map<string, Machine>();
  /** Since when a host has been faulty. */
  const struck = new Map<string, number>();
  return (begin: number, hosts: readonly MadeUpHost[], faulty: readonly string[] = []) =>
    hosts.map(({ host, group }) => {
      const machine = machines.get(host) ?? createMachine(SEED, host);
      machines.set(host, machine);
      if (!faulty.includes(host)) struck.delete(host);
      else if (!struck.has(host)) struck.set(host, begin);
      const fault = { hosts: faulty, from: struck.get(host) ?? begin, to: begin + MINUTE, change: busyCpu };
      const times = Array.from({ length: SAMPLES }, (_, i) => begin + i * SAMPLE_MS);
      const rows = times.map((time) => rowOf(afflicted(machine(time), host, time, [fault])));
      const seq = begin / SAMPLE_MS;
      const record = { host, group, boot: 1, seq, names: METRICS, withNames: true, times, rows };
      const data = encodeRecord(record).toString("base64");
      return eventOf({ sequenceNumber: `${host}-${begin}`, partitionKey: host, arrival: begin + MINUTE, data });
    });
}

/** Hands them to the scorer as the stream does. */
export async function score(handlers: Handlers, records: StreamEvent["Records"]): Promise<void> {
  for (let i = 0; i < records.length; i += RECORDS_MAX) {
    const { batchItemFailures } = await handlers.score({ Records: records.slice(i, i + RECORDS_MAX) }, CONTEXT);
    if (batchItemFailures.length > 0) throw new Error("a record could not be scored");
  }
}
