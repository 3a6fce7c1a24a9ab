import type { TableName } from "../../lib/resources.ts";
import { refuse } from "../../lib/store/item-reader.ts";
import { createMemoryStores, type MemoryStores } from "../../lib/store/memory.ts";
import { storesOver } from "../../lib/store/stores.ts";
import { DAY_MS, HOUR_MS } from "../../lib/time.ts";
import { HISTORY_DAYS } from "../../lib/watch/ports.ts";
import { newHost } from "../../lib/watch/state.ts";
import { schemaId } from "../../lib/wire/schemas.ts";
import { START, STEP } from "../factories.ts";
import { answer, asideOf, damage, delayed, expire, refit, silence } from "./bystanders.ts";
import type { Fleet } from "./fleet.ts";
import { knownState } from "./pieces.ts";
import type { Stores, Surroundings } from "./process.ts";
import { between, pick, type Random } from "./random.ts";
import { faulty } from "./table-faults.ts";

/** Stores in memory with the fleet's data from before the story. */
export async function storesWith({ hosts, baselines }: Fleet, clock: () => number): Promise<MemoryStores> {
  // An observer leaves unreadable items alone.
  const stores = createMemoryStores(clock, async () => {});
  for (const host of hosts) {
    const { name, group, seen, scattering } = host;
    if (seen === 0) continue;
    if (scattering) {
      await stores.hosts.save(knownState(host, scattering));
      continue;
    }
    const since = START - seen * STEP;
    await stores.hosts.save({ ...newHost(name, group), seen, since, newest: START - STEP });
  }
  for (const baseline of baselines) {
    const { owner, version, samples, epsilon, fitted, model } = baseline;
    const report = {
      owner,
      version,
      at: fitted,
      detector: model.detector,
      covariance: model.detector === "gaussian" ? model.covariance : "diagonal",
      samples,
      excluded: 0,
      epsilon,
      source: "quantile" as const,
      labels: { fault: [], false: [] },
      flagRate: 0,
    };
    await stores.baselines.write(report, baseline);
    await stores.baselines.promote(report, 0);
  }
  return stores;
}

/** A silence and a chunk of history of a month ago, which expire while the world lasts. */
export async function leaveOldItems(stores: MemoryStores, { hosts }: Fleet, random: Random): Promise<void> {
  const then = START - HISTORY_DAYS * DAY_MS + between(random, 1, 10) * 60_000;
  const old = storesOver(
    (name) => stores.tables[name],
    refuse,
    () => then,
  );
  const [from, until] = [then - HOUR_MS, then];
  const silence = {
    id: "SLNC2OLD",
    matcher: { host: "*" },
    reason: "simulated",
    by: "nobody",
    from,
    until,
    revision: 0,
  };
  await old.alerting.saveSilence(silence);
  const { name: host } = pick(random, hosts);
  await old.history.keep({
    host,
    schema: { id: schemaId(["cpu"]), names: ["cpu"] },
    times: Float64Array.of(then),
    values: Float64Array.of(1),
    flags: Uint8Array.of(0),
  });
}

/** The stores as the code under test sees them, over the same tables, while others use them, too. */
export function standBy(fleet: Fleet, surroundings: Surroundings): Stores {
  const { truth, mutation, time } = surroundings;
  const tables = mapped(truth.tables, (table, name) => faulty(name, table, surroundings));
  const mutated = mapped(tables, (table, name) => mutation.table?.(name, table, surroundings) ?? table);
  const aside = mutation.unreadable ?? asideOf(() => stores, surroundings);
  const stores = storesOver(
    (name) => mutated[name],
    aside,
    () => time.now,
  );
  const slow = storesOver(
    (name) => delayed(mutated[name], surroundings),
    aside,
    () => time.now,
  );
  void silence(slow, surroundings);
  void answer(slow, surroundings);
  void refit(slow, fleet, surroundings);
  void damage(tables, fleet, surroundings);
  void expire(tables, surroundings);
  return portsIn({ ...stores, rejected: truth.rejected, givenUp: truth.givenUp });
}

type Tables<T> = Readonly<Record<TableName, T>>;

function mapped<A, B>(tables: Tables<A>, change: (table: A, name: TableName) => B): Tables<B> {
  const { hosts, baselines, history, incidents, alerting } = tables;
  return {
    hosts: change(hosts, "hosts"),
    baselines: change(baselines, "baselines"),
    history: change(history, "history"),
    incidents: change(incidents, "incidents"),
    alerting: change(alerting, "alerting"),
  };
}

type Storing = Omit<MemoryStores, "rejectedRecords" | "tables" | "close">;

export function portsIn(stores: Storing): Stores {
  return { ...stores, schemas: stores.baselines };
}
