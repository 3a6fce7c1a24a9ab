import { METRICS } from "../../lib/demo/machine.ts";
import type { Handlers, StreamEvent } from "../../lib/handlers/contract.ts";
import { createHandlers } from "../../lib/handlers/handlers.ts";
import { startTwin } from "../../lib/local/twin.ts";
import { seededRandom } from "../../lib/model/random.ts";
import { type Page, startPage } from "../../lib/page/server.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import type { Stores } from "../../lib/store/stores.ts";
import { encodeRecord } from "../../lib/wire/encode.ts";

export const MINUTE = 60_000;
/** Samples come so often, and a minute of them in one record. */
const SAMPLE_MS = 10_000;
const SAMPLES = 6;

interface MadeUpHost {
  readonly host: string;
  readonly group: string;
}

/** The handlers and the topic of a twin with made-up hosts in virtual time, over tables in memory; and the page over these. */
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
      made.handlers = createHandlers({ env, stores, clock, random: () => 0.5, report: () => {}, log: fail });
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
  const machines = new Map<string, (time: number, isFaulty: boolean) => number[]>();
  const context = { getRemainingTimeInMillis: () => 60_000 };
  const { handlers } = made;
  if (!handlers) throw new Error("the twin made no handlers");
  return {
    page,
    stores,
    now: clock,
    log,
    async pass(minutes, hosts, faulty = []) {
      for (let minute = 0; minute < minutes; minute++) {
        const begin = now;
        now += MINUTE;
        const records = hosts.map(({ host, group }) => {
          const machine = machines.get(host) ?? machineOf(host);
          machines.set(host, machine);
          const times = Array.from({ length: SAMPLES }, (_, i) => begin + i * SAMPLE_MS);
          const rows = times.map((time) => machine(time, faulty.includes(host)));
          const seq = begin / SAMPLE_MS;
          const record = { host, group, boot: 1, seq, names: METRICS, withNames: true, times, rows };
          return eventOf(host, begin, encodeRecord(record), now);
        });
        for (let i = 0; i < records.length; i += 100) {
          const { batchItemFailures } = await handlers.score({ Records: records.slice(i, i + 100) }, context);
          if (batchItemFailures.length > 0) throw new Error("a record could not be scored");
        }
      }
    },
    async sweep() {
      await handlers.sweep({}, context);
    },
    async close() {
      await page.close();
      await twin.close();
    },
  };
}

function eventOf(host: string, time: number, data: Buffer, arrival: number): StreamEvent["Records"][number] {
  const sequenceNumber = `${host}-${time}`;
  return {
    eventID: sequenceNumber,
    kinesis: {
      sequenceNumber,
      partitionKey: host,
      data: data.toString("base64"),
      approximateArrivalTimestamp: arrival / 1_000,
    },
  };
}

/** A server whose metrics all follow one demand, with noise of their own. */
function machineOf(name: string): (time: number, isFaulty: boolean) => number[] {
  const words = seededRandom([...name].reduce((hash, letter) => Math.imul(hash, 31) + letter.charCodeAt(0), 7) >>> 0);
  const uniform = () => (words() + 0.5) / 2 ** 32;
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  let demand = 0.3;
  return (_, isFaulty) => {
    demand = 0.3 + 0.9 * (demand - 0.3) + 0.01 * normal();
    return [
      isFaulty ? 99 + 0.3 * normal() : 100 * demand + 1.5 * normal(),
      4 * demand + 0.2 * normal() + (isFaulty ? 3 : 0),
      52 + 6 * demand + 0.2 * normal(),
      6 + 20 * demand + 1.5 * normal(),
      4e6 * demand * (1 + 0.06 * normal()),
      0.03 + 0.04 * demand + 0.002 * normal(),
    ];
  };
}
