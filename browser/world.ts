import { parseConfig } from "../lib/config/config.ts";
import { createServer, SERVER_METRICS } from "../lib/demo/application-server.ts";
import { afflicted, type Fault } from "../lib/demo/fault.ts";
import { fleetOf } from "../lib/demo/fleet-samples.ts";
import { rowOf } from "../lib/demo/machine.ts";
import type { DemoHost } from "../lib/demo/scenario.ts";
import { eventRecord } from "../lib/replay/sender.ts";
import { virtualDeployment } from "../lib/replay/virtual-deployment.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../lib/time.ts";
import { encodeJson } from "../lib/wire/encode.ts";
import type { Breakage } from "./breakages.ts";

/** Six web servers, three of an API, three databases. */
export const FLEET = fleetOf(12);
/** All but the errors: a rare error is an anomaly until many have been seen. */
const METRICS = SERVER_METRICS.filter((metric) => metric !== "errors_per_second" && metric !== "processes");
const SEED = 1;
/** The fleet is learnt until 22 November 2026, 09:00 UTC. */
const START = Date.UTC(2026, 10, 22, 9);
const LEARNT_MS = 2 * DAY_MS;
/** As an agent that was offline for an hour. */
const RECORD_SAMPLES = HOUR_MS / MINUTE_MS;
/** A host is missed after three of its usual intervals, and these must have been seen to be a minute. */
const BY_THE_MINUTE_MS = HOUR_MS;
/** Meters show no more digits. */
const DIGITS = 6;

/** Hosts with a fault; without a change they send nothing. Times are in milliseconds since the epoch. */
type Trouble = Omit<Fault, "change"> & Partial<Pick<Fault, "change">>;

/** The deployed functions over a made-up fleet that sends a sample a minute, in virtual time. */
export function createWorld() {
  const config = parseConfig(JSON.stringify({ version: 1 }));
  // The refit after the learning fits all baselines at once, which takes a fifth of the time.
  const deployment = virtualDeployment(START - LEARNT_MS, config, { fitsYoung: false });
  const machines = new Map(FLEET.map(({ name }) => [name, createServer(SEED, name)]));
  let time = START - LEARNT_MS;
  let troubles: readonly Trouble[] = [];

  /** All hosts send their samples of this time, and a sweep follows. */
  async function pass(samples: number): Promise<void> {
    const end = time + samples * MINUTE_MS;
    const times = Array.from({ length: samples }, (_, i) => time + i * MINUTE_MS);
    await deployment.score(FLEET.filter(({ name }) => !isDown(name)).map((host) => recordOf(host, times, end)));
    await deployment.sweep(end);
    time = end;
    troubles = troubles.filter(({ to }) => time < to);
  }

  function recordOf({ name, group }: DemoHost, times: readonly number[], end: number) {
    const rows = times.map((at) => rowAt(name, at));
    const [seq, boot] = [((times[0] ?? 0) - START + LEARNT_MS) / MINUTE_MS, (START - LEARNT_MS) / SECOND_MS];
    return eventRecord(
      name,
      seq,
      encodeJson({ host: name, group, boot, seq, names: METRICS, withNames: true, times, rows }),
      end,
    );
  }

  function rowAt(host: string, at: number): readonly number[] {
    const reading = machines.get(host)?.(at);
    if (!reading) return [];
    const faults = troubles.flatMap(({ change, ...trouble }) => (change ? { ...trouble, change } : []));
    return rowOf(afflicted(reading, host, at, faults), METRICS).map((value) => Number(value.toPrecision(DIGITS)));
  }

  function isDown(host: string): boolean {
    return troubles.some(({ hosts, change }) => !change && hosts.includes(host));
  }

  return {
    ...deployment,
    /** One minute, and each night a refit. */
    async passMinute(): Promise<void> {
      await pass(1);
      if (time % DAY_MS === 0) await deployment.refit(time);
    },
    /** Two days pass, and a refit gives every host its baseline. Yields the share that is done. */
    async *learn(): AsyncGenerator<number> {
      for (; time < START - BY_THE_MINUTE_MS; yield (time - START + LEARNT_MS) / LEARNT_MS) await pass(RECORD_SAMPLES);
      await deployment.refit(time);
      for (; time < START; yield (time - START + LEARNT_MS) / LEARNT_MS) await pass(1);
    },
    /** Breaks the host or others of its group, as the breakage says. */
    break({ lasts, scope, change }: Breakage, host: string): void {
      const hosts = affected(scope, host);
      troubles = [...troubles, { hosts, from: time, to: time + lasts, ...(change ? { change } : {}) }];
    },
    repair(): void {
      troubles = [];
    },
    /** The same as a person's refit of the whole fleet. */
    refit: () => deployment.refit(time, { all: true }),
  };
}

function affected(scope: Breakage["scope"], host: string): readonly string[] {
  if (scope === "host") return [host];
  const { group } = FLEET.find(({ name }) => name === host) ?? {};
  const others = FLEET.filter((one) => one.group === group && one.name !== host).map(({ name }) => name);
  const names = [host, ...others];
  return scope === "group" ? names : names.slice(0, Math.ceil(names.length / 2));
}
