import { MAPPING } from "../../lib/resources.ts";
import type { ItemTable } from "../../lib/store/item-table.ts";
import { happened } from "./faults.ts";
import type { Mutation } from "./mutation.ts";
import type { Surroundings } from "./process.ts";
import { pick } from "./random.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html */
const BURST_SECONDS = 300;
/** Units a second. The fleets of the worlds have up to 40 hosts that write once a minute, so these are too few. */
const CAPACITIES = [0.005, 0.02, 0.1, 0.5];

/** No mutant: hosts and history are provisioned tables, out of capacity again and again until the faults end. */
export const PROVISIONED: Mutation = {
  // Fewer attempts would give records up that the stack scores.
  retryAttempts: MAPPING.retryAttempts,
  table: (name, table, surroundings) =>
    name === "hosts" || name === "history" ? provisioned(name, table, surroundings) : table,
};

function provisioned(name: string, table: ItemTable, { time, weather, tally, random }: Surroundings): ItemTable {
  const capacity = { reads: pick(random, CAPACITIES), writes: pick(random, CAPACITIES) };
  const left = { reads: capacity.reads * BURST_SECONDS, writes: capacity.writes * BURST_SECONDS };
  let filled = time.now;
  const take = (what: "reads" | "writes") => {
    if (time.now >= weather.end) return;
    const seconds = (time.now - filled) / 1_000;
    filled = time.now;
    for (const each of ["reads", "writes"] as const)
      left[each] = Math.min(left[each] + seconds * capacity[each], capacity[each] * BURST_SECONDS);
    if (left[what] >= 1) left[what]--;
    else {
      happened(tally, "throttle");
      throw new Error(`${what} of ${name}: ProvisionedThroughputExceededException`);
    }
  };
  const written = async <T>(write: () => Promise<T>): Promise<T> => {
    take("writes");
    return write();
  };
  return {
    async get(keys, options) {
      take("reads");
      return table.get(keys, options);
    },
    put: (item, condition) => written(() => table.put(item, condition)),
    update: (key, attributes, condition) => written(() => table.update(key, attributes, condition)),
    delete: (key, condition) => written(() => table.delete(key, condition)),
    query: (query) => table.query(query),
    scan: () => table.scan(),
  };
}
