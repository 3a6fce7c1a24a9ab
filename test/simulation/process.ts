import { heldBy, type PendingSource } from "../../lib/alert/pending.ts";
import type { AlertingStore, AlertPorts } from "../../lib/alert/ports.ts";
import type { AlertSettings } from "../../lib/alert/settings.ts";
import type { Silence } from "../../lib/alert/silence.ts";
import type { Config } from "../../lib/config/config.ts";
import { fleetSubject, subjectOf } from "../../lib/incident/incident.ts";
import type { MemoryStores } from "../../lib/store/memory.ts";
import type { BaselineStore } from "../../lib/watch/ports.ts";
import type { ScorePorts } from "../../lib/watch/score.ts";
import { failIfAway } from "./bystanders.ts";
import { type CrashPoint, type Fault, type Happening, happened, type Tally, type Weather } from "./faults.ts";
import type { Ledger, Run } from "./ledger.ts";
import type { Mutation, Ports } from "./mutation.ts";
import { between, type Random } from "./random.ts";
import type { VirtualTime } from "./virtual-time.ts";

export interface Stores extends Omit<ScorePorts, "announce"> {
  readonly baselines: BaselineStore & AlertPorts["baselines"];
  readonly alerting: AlertingStore;
}

export interface Surroundings {
  /** The settings of an invocation that begins now. */
  readonly settingsNow: () => Pick<Config, "policyOf"> & { readonly alerts: AlertSettings };
  /** People add each when it begins. */
  readonly silences: readonly Silence[];
  readonly time: VirtualTime;
  readonly weather: Weather;
  readonly random: Random;
  readonly tally: Tally;
  readonly ledger: Ledger;
  readonly trace: (line: string) => void;
  /** The fault planted in the protocol; empty in a sound world. */
  readonly mutation: Mutation;
  /** The stored data, for observers. */
  readonly truth: MemoryStores;
}

/** The process has crashed: none of its further calls has an effect. */
class Crash extends Error {}

/** The ports for one run of a function: slow, failing, and cut off once its process has crashed. */
export function portsOf(run: Run, stores: Stores, surroundings: Surroundings): Ports {
  const ports = soundPorts(run, stores, surroundings);
  return surroundings.mutation.ports?.(ports, run) ?? ports;
}

function soundPorts(run: Run, stores: Stores, surroundings: Surroundings): Ports {
  const { ledger, tally, time, truth, weather } = surroundings;
  const call = caller(run, surroundings);
  /** Hosts whose state this run read or wrote. */
  const known = new Set<string>();
  const noteSaved = async (host: string, owing: PendingSource) => {
    for (const gone of ledger.saved(run, host, owing.pending)) {
      const about = heldBy(owing, gone.id) ?? (await truth.incidents.get(host, gone.opened));
      ledger.settled(run, gone, about, time.now);
    }
  };
  return {
    hosts: {
      load(hosts) {
        for (const host of hosts) known.add(host);
        return call("hosts.load", () => stores.hosts.load(hosts));
      },
      async save(state) {
        const isCopy = run.kind === "score" && !known.has(state.host);
        known.add(state.host);
        const write = async () => {
          const saved = await stores.hosts.save(state);
          if (isCopy) happened(tally, saved ? "copy saved" : "copy out of date");
          if (!saved) happened(tally, "race lost");
          else {
            ledger.scored(saved, run);
            await noteSaved(saved.host, saved);
          }
          return saved;
        };
        const crash = ledger.isNews(state) ? "crash after save" : undefined;
        const saved = await call("hosts.save", write, state.host, crash);
        return echoed(saved, surroundings);
      },
      remove: (state) => call("hosts.remove", () => stores.hosts.remove(state), state.host),
      withPending: () => call("hosts.withPending", () => stores.hosts.withPending()),
      async *all() {
        await call("hosts.all", async () => {});
        yield* stores.hosts.all();
      },
    },
    baselines: {
      active: (owners) => call("baselines.active", () => stores.baselines.active(owners)),
      packed: (owners, known) => call("baselines.packed", () => stores.baselines.packed(owners, known)),
      forget: (owner) => call("baselines.forget", () => stores.baselines.forget(owner)),
    },
    schemas: {
      names: (ids) => call("schemas.names", () => stores.schemas.names(ids)),
      remember: (schema) => call("schemas.remember", () => stores.schemas.remember(schema)),
    },
    history: {
      keep: (chunk) => call("history.keep", () => stores.history.keep(chunk), chunk.host, "crash after history"),
      read: (host, from, to) => stores.history.read(host, from, to),
    },
    incidents: {
      ...stores.incidents,
      save: (incident) => call("incidents.save", () => stores.incidents.save(incident), subjectOf(incident)),
      get: (host, opened) => call("incidents.get", () => stores.incidents.get(host, opened)),
      withId: (id) => call("incidents.withId", () => stores.incidents.withId(id)),
    },
    rejected: {
      async keep(record) {
        failIfAway(surroundings);
        await call("rejected.keep", () => stores.rejected.keep(record));
      },
    },
    alerting: {
      ...stores.alerting,
      silences: () => call("alerting.silences", () => stores.alerting.silences()),
      saveSilence: (silence) => call("alerting.saveSilence", () => stores.alerting.saveSilence(silence)),
      desk: (group) => call("alerting.desk", () => stores.alerting.desk(group)),
      desks: () => call("alerting.desks", () => stores.alerting.desks()),
      async saveDesk(desk) {
        const write = async () => {
          const saved = await stores.alerting.saveDesk(desk);
          if (saved) await noteSaved(fleetSubject(desk.group), saved);
          return saved;
        };
        return echoed(await call("alerting.saveDesk", write, undefined, "crash after save"), surroundings);
      },
      allowance: (name) => call("alerting.allowance", () => stores.alerting.allowance(name)),
      async saveAllowance(allowance) {
        const write = async () => {
          const { times } = await truth.alerting.allowance(allowance.name);
          const saved = await stores.alerting.saveAllowance(allowance);
          if (saved) ledger.reserved(run, saved.name, added(times, saved.times));
          return saved;
        };
        return echoed(await call("alerting.saveAllowance", write), surroundings);
      },
    },
    publisher: {
      async publish(news, { sms }) {
        for (const down of ["publisher down", "publisher down for an hour"] as const) {
          if (!weather.strikes(down, time.now)) continue;
          happened(tally, down);
          throw new Error(down);
        }
        const name = `publish ${news.kind} ${"incident" in news ? news.incident.id : ""}`;
        await call(name, async () => ledger.published(run, news, sms, time.now), undefined, "crash after publish");
      },
    },
  };
}

function added(before: readonly number[], after: readonly number[]): readonly number[] {
  const rest = [...after];
  for (const time of before) if (rest.includes(time)) rest.splice(rest.indexOf(time), 1);
  return rest;
}

/** The client retried a write whose answer was lost, and its own first write made the condition fail. */
function echoed<T>(saved: T | undefined, { weather, tally, time }: Surroundings): T | undefined {
  if (!saved || !weather.strikes("own echo", time.now)) return saved;
  happened(tally, "own echo");
  return undefined;
}

type Call = <T>(name: string, effect: () => Promise<T>, host?: string, crash?: CrashPoint) => Promise<T>;

function caller(run: Run, { time, random, trace, weather, tally }: Surroundings): Call {
  const note = (what: Happening, name: string) => {
    happened(tally, what);
    trace(`${run.name}: ${name}: ${what}`);
  };
  const failIf = (fault: Fault & Happening, name: string) => {
    if (!weather.strikes(fault, time.now)) return;
    note(fault, name);
    if (/^(hosts|incidents|alerting)\./.test(name) || fault === "answer lost") run.hindered = true;
    throw new Error(`${name}: ${fault}`);
  };
  const die = (why: Happening, name: string): never => {
    run.crashed = true;
    note(why, name);
    throw new Crash(why);
  };
  /** The whole machine sleeps, and so does an observer of its time. */
  const freeze = async () => {
    const pause = between(random, 60, 600) * 1_000;
    note("frozen", "");
    run.killedAt += pause;
    await time.sleep(pause);
  };
  return async (name, effect, host, crash) => {
    if (run.crashed) throw new Crash("gone already");
    const slow = weather.strikes("slow stores", time.now);
    if (slow) happened(tally, "slow stores");
    await time.sleep(run.lag + (slow ? between(random, 1_000, 20_000) : between(random, 2, 20)));
    if (weather.strikes("frozen", time.now)) await freeze();
    if (run.crashed) throw new Crash("gone meanwhile");
    if (time.now >= run.killedAt) die("killed", name);
    failIf("outage", name);
    failIf("throttle", name);
    if (host === weather.doomed) failIf("host doomed", name);
    const answer = await effect().catch((error: unknown) => {
      run.hindered = true;
      throw error;
    });
    trace(`${run.name}: ${name} ${host ?? ""}`);
    if (crash && weather.strikes(crash, time.now)) die(crash, name);
    if (weather.strikes("crash anywhere", time.now)) die("crash anywhere", name);
    failIf("answer lost", name);
    return answer;
  };
}
