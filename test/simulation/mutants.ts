import { ALERT_MUTANTS, SEND_MUTANTS } from "./alert-mutants.ts";
import type { Mutant } from "./mutation.ts";
import { SCORE_MUTANTS } from "./score-mutants.ts";
import { TABLE_MUTANTS } from "./table-mutants.ts";

/** Faults of the event source mapping. */
const POLLER_MUTANTS: readonly Mutant[] = [
  {
    name: "poller: writes its checkpoint before the batch is scored",
    plant: () => ({
      poller: (ports) => ({
        ...ports,
        async invoke(records) {
          await ports.checkpoint(records.at(-1)!);
          return ports.invoke(records);
        },
      }),
    }),
  },
  {
    name: "poller: loses what it gives up",
    plant: () => ({ poller: (ports) => ({ ...ports, discard: async () => {} }) }),
  },
  {
    name: "poller: takes a partial failure for success",
    plant: () => ({
      poller: (ports) => ({
        ...ports,
        async invoke(records) {
          await ports.invoke(records);
        },
      }),
    }),
  },
  {
    name: "poller: takes a failed invocation for success",
    plant: () => ({
      poller: (ports) => ({ ...ports, invoke: (records) => ports.invoke(records).catch(() => undefined) }),
    }),
  },
  { name: "poller: reads a shard before its parents", plant: () => ({ ignoresParents: true }) },
];

/** Faults planted in the protocol, each harmful: the invariants must find each in some world. */
export const MUTANTS: readonly Mutant[] = [
  ...TABLE_MUTANTS,
  ...SCORE_MUTANTS,
  ...SEND_MUTANTS,
  ...ALERT_MUTANTS,
  ...POLLER_MUTANTS,
];
