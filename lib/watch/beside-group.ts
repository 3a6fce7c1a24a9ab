import { isProvisional } from "../incident/judgement.ts";
import type { BandsMemory } from "../model/band-memory.ts";
import type { Bands } from "../model/bands.ts";
import { atOwnLevel, ownLevel } from "../model/own-level.ts";
import type { Baseline } from "./baseline.ts";
import { tellerOf, type Usual, usualOf } from "./causes.ts";
import { type HostMemory, isOfBands, isOfMembers } from "./host-memory.ts";

/**
 * The usual value at a time (ms), by metric. For a host beside its group it is the group's range and its own, as one:
 * `own` has how far the host lies from the group (own-level.ts), or nothing.
 */
export function usualBeside(model: Bands, own: Float64Array, time: number): (metric: number) => Usual {
  return (metric) => {
    const { expected, low, high } = usualOf({ model }, metric, time);
    const level = own[metric] || 0;
    const moved = (value: number) => atOwnLevel(value, level, model.floor[metric] ?? Number.NaN);
    if (level === 0) return { expected, low, high };
    return { expected: moved(expected), low: Math.min(low, moved(low)), high: Math.max(high, moved(high)) };
  };
}

/** The usual values of a host with this memory, by time (ms) and metric, as the judge of its next sample sees them. */
export function usualFor(
  baseline: Baseline,
  memory: HostMemory | undefined,
): (time: number) => (metric: number) => Usual {
  const model = tellerOf(baseline.model);
  const { own } = bandsMemoryIn(memory) ?? {};
  if (model.detector !== "bands" || own?.level.length !== model.metrics || !isProvisional(baseline))
    return (time) => (metric) => usualOf(baseline, metric, time);
  const levels = own.level.map((_, metric) => ownLevel(own, metric));
  return (time) => usualBeside(model, levels, time);
}

function bandsMemoryIn(memory: HostMemory | undefined): BandsMemory | undefined {
  if (isOfMembers(memory)) return memory.members.find(isOfBands);
  return isOfBands(memory) ? memory : undefined;
}
