import { type Recent, recent, sizeOf } from "../recent.ts";
import type { Arrived, Folded } from "./fold.ts";
import { chunksOf, mayKeep, thinningOf } from "./history.ts";
import type { HostStore } from "./ports.ts";
import type { HostState } from "./state.ts";

/**
 * States that this process wrote, by host. A copy may be out of date, so it only carries calm samples on. The save, on
 * the condition of the revision, is the one write that follows from it (ADR 037).
 */
export type Copies = Recent<HostState>;

/** Room for some 21,000 hosts with 38 metrics: one vCPU scores no more of them. Models take half of the memory. */
export const COPIES_BYTES_MAX = 192 * 1024 * 1024;
/** A record that comes later than after so many intervals is not the next one: another process scored that. */
const NEXT_INTERVALS_MAX = 1.5;

export function noCopies(): Copies {
  return recent(COPIES_BYTES_MAX);
}

/** Keeps a state that was saved a moment ago, if a copy of it may be of use. */
export function keepCopy(copies: Copies, state: HostState): void {
  if (!isCalm(state) || !thinningOf(state)) return;
  // The newest sample lies within the values of its whole record.
  const copy = { ...state, vector: state.vector.slice() };
  copies.keep(state.host, copy, sizeOf(copy));
}

/** The records of one host in a batch. */
interface Sent {
  readonly host: string;
  readonly arrived: readonly Arrived[];
}

/** The states of hosts before a batch. */
export interface KnownStates {
  readonly states: ReadonlyMap<string, HostState>;
  /** The hosts whose states are copies. */
  readonly copied: ReadonlySet<string>;
}

/**
 * The copies that these records probably follow, and the other states as stored. The copies leave the memory: after an
 * error there is none, and the next batch reads.
 */
export async function statesOf(hosts: HostStore, copies: Copies, works: readonly Sent[]): Promise<KnownStates> {
  const copied = new Map<string, HostState>();
  for (const work of works) {
    const copy = copies.take(work.host);
    if (copy && isNext(work, copy)) copied.set(work.host, copy);
  }
  const others = works.filter(({ host }) => !copied.has(host)).map(({ host }) => host);
  const stored = others.length > 0 ? await hosts.load(others) : [];
  return { states: new Map([...stored, ...copied]), copied: new Set(copied.keys()) };
}

/** Whether the records are the next ones, and the history will probably not keep them. */
function isNext({ arrived }: Sent, copy: HostState): boolean {
  const [first] = arrived;
  if (!first || first.arrival - copy.arrived > NEXT_INTERVALS_MAX * copy.interval) return false;
  const thinning = thinningOf(copy);
  return !arrived.some(({ part }) => mayKeep(part, thinning));
}

/** Whether the save is the only write of this fold. */
export function isOnlySaved({ parts, incidents }: Folded, before: HostState): boolean {
  return incidents.length === 0 && chunksOf(parts, thinningOf(before)).length === 0;
}

/** A state that says nothing but what its host sent: other processes write to those with incidents or pieces. */
function isCalm({ incident, lapsed, pending, assembly }: HostState): boolean {
  return !incident && lapsed.length === 0 && pending.length === 0 && !assembly;
}
