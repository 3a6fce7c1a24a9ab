import type { BandsMemory } from "../model/band-memory.ts";
import type { SingleScores } from "../model/persistence.ts";

/** What a detector remembers of a host. */
export type HostMemory = BandsMemory | SingleScores;

export function isOfBands(memory: HostMemory | undefined): memory is BandsMemory {
  return memory !== undefined && "place" in memory;
}
