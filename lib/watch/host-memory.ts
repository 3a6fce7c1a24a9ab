import type { BandsMemory } from "../model/band-memory.ts";
import type { SingleScores } from "../model/persistence.ts";
import type { SignCounts } from "../model/sign-counts.ts";
import type { WindowMemory } from "../model/window-memory.ts";

/** One detector's memory of a host. */
export type DetectorMemory = BandsMemory | SingleScores | WindowMemory;

/** The memories of an ensemble's members, in their order. */
export interface MembersMemory {
  readonly members: readonly DetectorMemory[];
}

/** A model's memory of a host. Models other than bands also have counts of signs, unless all of them are 0. */
export type HostMemory =
  | BandsMemory
  | ((SingleScores | WindowMemory | MembersMemory) & { readonly counts?: SignCounts });

export function isOfBands(memory: HostMemory | undefined): memory is BandsMemory {
  return memory !== undefined && "place" in memory;
}

export function isOfWindows(memory: HostMemory | undefined): memory is WindowMemory & { readonly counts?: SignCounts } {
  return memory !== undefined && "past" in memory;
}

export function isOfScores(memory: HostMemory | undefined): memory is SingleScores & { readonly counts?: SignCounts } {
  return memory !== undefined && "last" in memory;
}

export function isOfMembers(
  memory: HostMemory | undefined,
): memory is MembersMemory & { readonly counts?: SignCounts } {
  return memory !== undefined && "members" in memory;
}
