import type { ScorePorts } from "../../lib/watch/score.ts";
import type { SweepPorts } from "../../lib/watch/sweep.ts";
import { type CrashPoint, type Fault, type Happening, happened, type Tally, type Weather } from "./faults.ts";
import type { Ledger, Run } from "./ledger.ts";
import { between, type Random } from "./random.ts";
import type { VirtualTime } from "./virtual-time.ts";

export type Stores = Omit<ScorePorts, "publisher">;

export interface Surroundings {
  readonly time: VirtualTime;
  readonly weather: Weather;
  readonly random: Random;
  readonly tally: Tally;
  readonly ledger: Ledger;
  readonly trace: (line: string) => void;
}

/** The process is gone: nothing that it still wants to do is done. */
class Crash extends Error {}

/** The ports as one run of a function sees them: slow, failing, and cut off for ever once its process has crashed. */
export function portsOf(run: Run, stores: Stores, surroundings: Surroundings): ScorePorts & SweepPorts {
  const { ledger, tally, time, weather } = surroundings;
  const call = caller(run, surroundings);
  const isDown = () => weather.strikes("publisher down", time.now);
  return {
    hosts: {
      load: (hosts) => call("hosts.load", () => stores.hosts.load(hosts)),
      async save(state) {
        const write = async () => {
          const saved = await stores.hosts.save(state);
          if (saved) ledger.saved(run, saved);
          else happened(tally, "race lost");
          return saved;
        };
        const crash = ledger.isNews(state) ? "crash after save" : undefined;
        const saved = await call("hosts.save", write, state.host, crash);
        if (!saved || !weather.strikes("own echo", time.now)) return saved;
        // The client repeated a write whose answer was lost, and the condition failed on its own work.
        happened(tally, "own echo");
        return undefined;
      },
      unsent: () => call("hosts.unsent", () => stores.hosts.unsent()),
      all: () => stores.hosts.all(),
    },
    baselines: { active: (owners) => call("baselines.active", () => stores.baselines.active(owners)) },
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
      save: (incident) => call("incidents.save", () => stores.incidents.save(incident), incident.host),
      get: (host, opened) => call("incidents.get", () => stores.incidents.get(host, opened)),
    },
    rejected: { keep: (record) => call("rejected.keep", () => stores.rejected.keep(record)) },
    publisher: {
      async publish(notice) {
        if (isDown()) {
          happened(tally, "publisher down");
          throw new Error("publisher down");
        }
        const name = `publish ${notice.kind} ${notice.incident.id}`;
        await call(name, async () => ledger.published(run, notice), undefined, "crash after publish");
      },
    },
  };
}

type Call = <T>(name: string, effect: () => Promise<T>, host?: string, crash?: CrashPoint) => Promise<T>;

function caller(run: Run, { time, random, trace, weather, tally }: Surroundings): Call {
  const note = (what: Happening, name: string) => {
    happened(tally, what);
    trace(`${run.name}: ${name}: ${what}`);
  };
  const failIf = (fault: Exclude<Fault, "poison" | "resharding">, name: string) => {
    if (!weather.strikes(fault, time.now)) return;
    note(fault, name);
    if (name.startsWith("hosts.") || fault === "answer lost") run.hindered = true;
    throw new Error(`${name}: ${fault}`);
  };
  const die = (why: Happening, name: string): never => {
    run.crashed = true;
    note(why, name);
    throw new Crash(why);
  };
  return async (name, effect, host, crash) => {
    if (run.crashed) throw new Crash("gone already");
    const slow = weather.strikes("slow stores", time.now);
    if (slow) happened(tally, "slow stores");
    await time.sleep(run.lag + (slow ? between(random, 1_000, 20_000) : between(random, 2, 20)));
    if (run.crashed) throw new Crash("gone meanwhile");
    if (time.now >= run.killedAt) die("killed", name);
    failIf("outage", name);
    failIf("throttle", name);
    if (host === weather.doomed) failIf("host doomed", name);
    const answer = await effect();
    trace(`${run.name}: ${name} ${host ?? ""}`);
    if (crash && weather.strikes(crash, time.now)) die(crash, name);
    if (weather.strikes("crash anywhere", time.now)) die("crash anywhere", name);
    failIf("answer lost", name);
    return answer;
  };
}
