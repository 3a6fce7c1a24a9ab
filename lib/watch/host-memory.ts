import type { BandsMemory } from "../model/band-memory.ts";
import type { SingleScores } from "../model/persistence.ts";
import type { WindowMemory } from "../model/window-memory.ts";

/** What a detector remembers of a host. */
export type HostMemory = BandsMemory | SingleScores | WindowMemory;

export function isOfBands(memory: HostMemory | undefined): memory is BandsMemory {
  return memory !== undefined && "place" in memory;
}

export function isOfWindows(memory: HostMemory | undefined): memory is WindowMemory {
  return memory !== undefined && "past" in memory;
}

export function isOfScores(memory: HostMemory | undefined): memory is SingleScores {
  return memory !== undefined && "last" in memory;
}
