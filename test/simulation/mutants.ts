import { refuse } from "../../lib/store/item-reader.ts";
import { MINUTE_MS } from "../../lib/time.ts";
import { NO_POLICY } from "../../lib/watch/policy.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { ALERT_MUTANTS, SEND_MUTANTS } from "./alert-mutants.ts";
import { inRun, type Mutant } from "./mutation.ts";
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

/** Faults in samples that come in pieces, and in derived metrics: only worlds with such hosts can find them. */
const FEATURE_MUTANTS: readonly Mutant[] = [
  { name: "sweep: leaves samples that wait where they are", plant: () => ({ ignoresWaiting: true }) },
  inRun("sweep: judges samples that may still become whole", "sweep", ({ hosts }) => ({
    hosts: {
      async load(names) {
        return new Map([...(await hosts.load(names))].map(([name, state]) => [name, asIfWaited(state)]));
      },
      async *all() {
        for await (const state of hosts.all()) yield asIfWaited(state);
      },
    },
  })),
  {
    name: "sweep: derives no features",
    plant: () => ({ policyOf: (policyOf, { kind }) => (kind === "sweep" ? () => NO_POLICY : policyOf) }),
  },
  {
    name: "score: some runs derive no features",
    plant: () => {
      let runs = 0;
      return { policyOf: (policyOf) => (++runs % SELDOM === 0 ? () => NO_POLICY : policyOf) };
    },
  },
];

/** One run in this many. */
const SELDOM = 10;
const LONG_MS = 10 * MINUTE_MS;

function asIfWaited(state: HostState): HostState {
  const { assembly } = state;
  if (!assembly) return state;
  const ticks = assembly.ticks.map((tick) => ({ ...tick, arrival: tick.arrival - LONG_MS }));
  return { ...state, assembly: { ...assembly, ticks } };
}

/** Faults planted in the protocol, each harmful: the invariants must find each in some world. */
export const MUTANTS: readonly Mutant[] = [
  ...TABLE_MUTANTS,
  ...SCORE_MUTANTS,
  ...SEND_MUTANTS,
  ...ALERT_MUTANTS,
  ...POLLER_MUTANTS,
  ...READING_MUTANTS,
  ...FEATURE_MUTANTS,
];
