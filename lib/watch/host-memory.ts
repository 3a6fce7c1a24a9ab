import type { BandsMemory } from "../model/band-memory.ts";
import type { FusedMemory } from "../model/fused.ts";

/** What a detector remembers of a host; the others than these two remember nothing. */
export type HostMemory = FusedMemory | BandsMemory;

export function isOfBands(memory: HostMemory | undefined): memory is BandsMemory {
  return memory !== undefined && "place" in memory;
}
