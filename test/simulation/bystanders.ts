import { gather } from "../../lib/gather-all.ts";
import { type Incident, subjectOf } from "../../lib/incident/incident.ts";
import { VERDICTS } from "../../lib/incident/label.ts";
import type { TableName } from "../../lib/resources.ts";
import type { Item, ItemTable } from "../../lib/store/item-table.ts";
import { setAside } from "../../lib/store/set-aside.ts";
import type { Stores } from "../../lib/store/stores.ts";
import { DAY_MS } from "../../lib/time.ts";
import type { Baseline } from "../../lib/watch/baseline.ts";
import { type Fault, type Happening, happened } from "./faults.ts";
import type { Fleet } from "./fleet.ts";
import type { Ledger } from "./ledger.ts";
import type { Surroundings } from "./process.ts";
import { between, chance, pick } from "./random.ts";

type Storing = Pick<Stores, "incidents" | "baselines">;
type Tables = Readonly<Record<TableName, ItemTable>>;

/** Repeats the work for ever, after a pause each (in seconds), while the fault strikes. */
async function whenever(
  fault: Fault & Happening,
  [least, most]: readonly [number, number],
  { time, random, weather, tally }: Surroundings,
  work: () => Promise<boolean>,
): Promise<never> {
  for (;;) {
    await time.sleep(between(random, least, most) * 1_000);
    // They may meet a fault, too, and then try something else later.
    if (weather.strikes(fault, time.now) && (await work().catch(() => false))) happened(tally, fault);
  }
}

export function answersKey(incident: Incident): string {
  return `${subjectOf(incident)} ${incident.opened}`;
}

/** People label incidents and take care of them while the scorers write them. */
export function answer({ incidents }: Storing, surroundings: Surroundings): Promise<never> {
  const { time, random, ledger } = surroundings;
  return whenever("answers", [5, 60], surroundings, async () => {
    const known = await incidents.feed(time.now - DAY_MS, time.now, 1_000);
    if (known.length === 0) return false;
    const incident = pick(random, known);
    const key = answersKey(incident);
    const given = ledger.answers.get(key) ?? { labels: [] };
    ledger.answers.set(key, given);
    const by = { at: Math.round(time.now), by: "somebody" };
    if (chance(random, 0.3)) {
      given.acknowledgement = await incidents.acknowledge(subjectOf(incident), incident.opened, by);
      return true;
    }
    const label = { verdict: pick(random, VERDICTS), ...by };
    await incidents.label(subjectOf(incident), incident.opened, label);
    // A person who gives the same answer again changes nothing.
    if (given.labels.at(-1)?.verdict !== label.verdict) given.labels.push(label);
    return true;
  });
}

/** People add silences. */
export async function silence({ alerting }: Pick<Stores, "alerting">, { silences, time }: Surroundings): Promise<void> {
  for (const one of silences.toSorted((a, b) => a.from - b.from)) {
    await time.sleepUntil(one.from);
    await alerting.saveSilence(one).catch(() => {});
  }
}

/** Refits replace baselines by others with the same model, sometimes two at once, and sometimes one dies half-way. */
export function refit({ baselines }: Storing, { baselines: known }: Fleet, surroundings: Surroundings): Promise<never> {
  const { time, random, ledger } = surroundings;
  const one = async (of: Baseline) => {
    const { owner, epsilon, model, samples } = of;
    const current = (await baselines.current(owner))?.version ?? 0;
    const version = (await baselines.latest(owner)) + 1;
    const next = { ...of, version, fitted: Math.round(time.now) };
    const report = {
      ...{ owner, version, at: next.fitted, detector: model.detector, covariance: "diagonal" as const, samples },
      ...{ excluded: 0, epsilon, source: "quantile" as const, labels: { fault: [], false: [] }, flagRate: 0 },
    };
    await baselines.write(report, next);
    if (chance(random, 0.2)) return;
    if (await baselines.promote(report, current)) ledger.promotions.push({ owner, version, at: time.now });
  };
  return whenever("refits", [20, 200], surroundings, async () => {
    if (known.length === 0) return false;
    const of = pick(random, known);
    // The slower refit finds the version written, and gives up.
    await Promise.allSettled(chance(random, 0.3) ? [one(of), one(of)] : [one(of)]);
    return true;
  });
}

/** Items become unreadable: of a later format, or with an attribute gone. */
export function damage(tables: Tables, fleet: Fleet, surroundings: Surroundings): Promise<never> {
  const { random, ledger, trace } = surroundings;
  return whenever("unreadable items", [60, 300], surroundings, async () => {
    const [name, table] = pick(random, Object.entries(tables));
    const items = await gather(table.scan());
    if (items.length === 0) return false;
    const item = pick(random, items);
    markVictims(item, fleet, ledger);
    const attribute = pick(random, NEEDED[name] ?? ["format"]);
    trace(`an item of ${name} is damaged: ${JSON.stringify(item).slice(0, 80)}`);
    const { [attribute]: _, ...rest } = item;
    await table.put(chance(random, 0.5) ? rest : { ...item, format: { N: "99" } });
    return true;
  });
}

/** Attributes without which an item cannot be read. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  hosts: ["r", "g", "p", "d"],
  history: ["schema", "times", "values"],
  incidents: ["body"],
  alerting: ["revision", "body"],
};

/** Notes which hosts may differ from a sound world, and whose messages may. */
function markVictims({ host, owner, kind, id }: Item, { hosts }: Fleet, { harmed, disturbed }: Ledger): void {
  const members = (group: string) =>
    hosts.filter((one) => group === "*" || one.group === group).map(({ name }) => name);
  const ofGroup = (group: string) => [`group#${group}`, ...members(group)];
  const subject = host?.S ?? owner?.S ?? (kind?.S === "desk" ? `group#${id?.S}` : `${kind?.S} ${id?.S}`);
  const [what, name = ""] = subject.split("#");
  const hit = what === "group" ? ofGroup(name) : what === "schema" ? ofGroup("*") : [name || subject];
  for (const one of hit) disturbed.add(one);
  // A group's incidents and desk say nothing about the scores of its hosts.
  if (owner || what !== "group") for (const one of hit) harmed.add(one);
}

/** The stores' treatment of such items, with a bucket that may be away. */
export function asideOf(stores: () => Storing, { time, weather, tally }: Surroundings) {
  return setAside({
    bucket: {
      async put() {
        failIfAway({ time, weather, tally });
      },
      close() {},
    },
    clock: () => time.now,
    log: () => {},
    count: () => happened(tally, "item set aside"),
    incidents: { ofHost: (...of) => stores().incidents.ofHost(...of) },
  });
}

export function failIfAway({ time, weather, tally }: Pick<Surroundings, "time" | "weather" | "tally">): void {
  if (!weather.strikes("bucket away", time.now)) return;
  happened(tally, "bucket away");
  throw new Error("the bucket is away");
}

/** Time-to-live deletes late: some time after an item expired. */
export function expire(tables: Tables, surroundings: Surroundings): Promise<never> {
  const { time, random } = surroundings;
  return whenever("expiry", [30, 300], surroundings, async () => {
    let deleted = 0;
    for (const table of Object.values(tables)) {
      for (const item of await gather(table.scan())) {
        if (!(Number(item.expires?.N) * 1_000 <= time.now) || chance(random, 0.5)) continue;
        await table.delete(item);
        deleted++;
      }
    }
    return deleted > 0;
  });
}

/** The table with pauses, so that others write in between. */
export function delayed(table: ItemTable, { time, random }: Pick<Surroundings, "time" | "random">): ItemTable {
  const pause = () => time.sleep(between(random, 5, 500));
  const paused =
    <A extends unknown[], T>(work: (...of: A) => Promise<T>) =>
    async (...of: A) => {
      await pause();
      return work(...of);
    };
  return {
    get: paused((...of: Parameters<ItemTable["get"]>) => table.get(...of)),
    put: paused((...of: Parameters<ItemTable["put"]>) => table.put(...of)),
    update: paused((...of: Parameters<ItemTable["update"]>) => table.update(...of)),
    delete: paused((...of: Parameters<ItemTable["delete"]>) => table.delete(...of)),
    async *query(query) {
      await pause();
      yield* table.query(query);
    },
    async *scan() {
      await pause();
      yield* table.scan();
    },
  };
}
