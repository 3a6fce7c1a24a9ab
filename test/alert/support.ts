import { Attempts } from "../../lib/alert/attempts.ts";
import { dispatch, newDispatchMemory } from "../../lib/alert/dispatch.ts";
import type { Channels, News } from "../../lib/alert/news.ts";
import type { AlertPorts } from "../../lib/alert/ports.ts";
import { type AlertSettings, DEFAULT_ALERT_SETTINGS } from "../../lib/alert/settings.ts";
import { type Sweeping, type Swept, sweep } from "../../lib/alert/sweep.ts";
import { subjectOf } from "../../lib/incident/incident.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { groupOwner, hostOwner } from "../../lib/watch/baseline.ts";
import { newScoreMemory } from "../../lib/watch/schema-names.ts";
import { type ScoreOutcome, scoreBatch } from "../../lib/watch/score.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { DEFAULT_GROUP } from "../../lib/wire/samples.ts";
import { baseline, START, STEP } from "../factories.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Enough to end an incident: more than six minutes of calm, with a sample each ten seconds. */
export const CALM: readonly number[] = Array<number>(40).fill(0);

interface Told extends Channels {
  readonly news: News;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

interface WorldOptions {
  readonly settings?: Partial<AlertSettings>;
  /**
   * Groups with judged hosts, as by baselines of their own: `cpu` with mean 0 and sd 1, so that 5 is beyond epsilon and
   * 10 critical.
   */
  readonly groups?: readonly string[];
}

/** Scorer and sweep over stores in memory, at a time of the test's choice. */
export function createWorld({ settings: wanted = {}, groups = [] }: WorldOptions = {}) {
  let now = START;
  const clock = () => now;
  const settings = { ...DEFAULT_ALERT_SETTINGS, ...wanted };
  const stores = createMemoryStores(clock);
  const told: Told[] = [];
  const publisher = {
    async publish(news: News, channels: Channels) {
      told.push({ news, ...channels, at: now });
    },
  };
  const ports: AlertPorts = { ...stores, publisher };
  const latencies: number[] = [];
  const onFirst = (latency: number) => latencies.push(latency);
  const dispatching = { memory: newDispatchMemory(), settings, clock, onFirst };
  const baselines = new Map(groups.map((group) => [groupOwner(group), baseline({ owner: hostOwner(group) })]));
  const memory = newScoreMemory();
  return {
    ports,
    stores,
    told,
    /** The latencies of the messages that the scorer sent, in milliseconds. */
    latencies,
    settings,
    clock,
    goTo(time: number): void {
      now = time;
    },
    state: async (host: string): Promise<HostState> => (await stores.hosts.load([host])).get(host)!,
    incidents: () => stores.incidents.feed(START - 40 * DAY, START + 40 * DAY, 100_000),
    /** Each host's record arrives now; its samples are ten seconds apart and end a second ago. */
    send(
      hosts: readonly { readonly host: string; readonly group?: string }[],
      values: readonly number[],
      other: Partial<AlertPorts> = {},
    ): Promise<ScoreOutcome> {
      const texts = hosts.map(({ host, group = DEFAULT_GROUP }) => {
        const times = values.map((_, n) => now - 1_000 - (values.length - 1 - n) * STEP);
        return JSON.stringify(values.map((cpu, n) => ({ host, group, time: times[n], metrics: { cpu } })));
      });
      return this.sendTexts(hosts, texts, other);
    },
    /** Each host's record arrives now, as it is. */
    sendTexts(
      hosts: readonly { readonly host: string }[],
      texts: readonly string[],
      other: Partial<AlertPorts> = {},
    ): Promise<ScoreOutcome> {
      const records = hosts.map(({ host }, i) => {
        const data = Buffer.from(texts[i] ?? "").toString("base64");
        return { sequenceNumber: String(i), partitionKey: host, arrival: now, data };
      });
      const scoring = {
        ...stores,
        hosts: other.hosts ?? stores.hosts,
        schemas: stores.baselines,
        baselines: {
          active: async (owners: readonly string[]) =>
            new Map(owners.flatMap((owner) => (baselines.has(owner) ? [[owner, baselines.get(owner)!]] : []))),
        },
        announce: (state: HostState, fresh: Parameters<typeof dispatch>[3], opening: number) =>
          dispatch({ ...ports, ...other }, { ...dispatching, opening }, state, fresh),
      };
      return scoreBatch(scoring, memory, records, { clock, deadline: Number.POSITIVE_INFINITY });
    },
    /** As if there had been one each minute before, unless `memory` says otherwise. */
    async sweep(
      other: Partial<AlertPorts> = {},
      memory: Sweeping["memory"] = { since: START - DAY, last: now - MINUTE },
    ): Promise<Swept> {
      const attempts = new Attempts();
      const swept = await sweep({ ...ports, ...other }, { memory, settings, clock, attempts });
      attempts.end();
      return swept;
    },
    /** The announced hosts, in order. */
    said: () => told.map(({ news }) => ("incident" in news ? `${news.kind} ${subjectOf(news.incident)}` : news.kind)),
  };
}

export type World = ReturnType<typeof createWorld>;

/** `web-000`, `web-001`… */
export function hostsOf(group: string, count: number): { readonly host: string; readonly group: string }[] {
  return Array.from({ length: count }, (_, i) => ({ host: `${group}-${String(i).padStart(3, "0")}`, group }));
}
