import { refuse } from "../../lib/store/item-reader.ts";
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
  { name: "poller: batches at once share a partition key", plant: () => ({ ignoresKeys: true }) },
];

/** Faults in the treatment of unreadable items. */
const READING_MUTANTS: readonly Mutant[] = [
  { name: "stores: an unreadable item stops everybody", plant: () => ({ unreadable: refuse }) },
  { name: "stores: an unreadable item stays where it is", plant: () => ({ unreadable: async () => {} }) },
];

/** Faults planted in the protocol, each harmful: the invariants must find each in some world. */
export const MUTANTS: readonly Mutant[] = [
  ...TABLE_MUTANTS,
  ...SCORE_MUTANTS,
  ...SEND_MUTANTS,
  ...ALERT_MUTANTS,
  ...POLLER_MUTANTS,
  ...READING_MUTANTS,
];
