import type { Bands } from "./bands.ts";
import { AVERAGES } from "./drift.ts";
import { JOINT_MEMORY } from "./joint-reading.ts";
import { RECENT } from "./persistence.ts";
import { newSignCounts, type SignCounts } from "./sign-counts.ts";
import { copyOfYoung, newYoung, type Young } from "./young-level.ts";

/** The detector's memory of a host between samples. */
export interface BandsMemory extends SignCounts {
  /** D × RECENT: the last excesses as multiples of their thresholds, newest first. */
  readonly recent: Float64Array;
  /** D × AVERAGES (drift.ts). */
  readonly averages: Float64Array;
  /** D: the average of hours of the place between what is usual (0) and the threshold (1 above, −1 below). */
  readonly place: Float64Array;
  /** The last scores of all metrics together (joint-reading.ts). */
  readonly joint: Float64Array;
  /** While the host has fewer than two days. */
  readonly young?: Young;
}

/** The memory before the first sample of the history that a model was fitted to. */
export function newBandsMemory({ metrics, young }: Bands): BandsMemory {
  const zeros = (each: number) => new Float64Array(metrics * each);
  const fresh = young ? { young: newYoung(metrics) } : {};
  return {
    recent: zeros(RECENT),
    averages: zeros(AVERAGES),
    place: zeros(1),
    joint: new Float64Array(JOINT_MEMORY),
    ...newSignCounts(metrics),
    ...fresh,
  };
}

/** The memory after the last sample of that history: a young host goes on from its levels. */
export function memoryAfterFit(model: Bands): BandsMemory {
  const memory = newBandsMemory(model);
  return model.young ? { ...memory, young: model.young } : memory;
}

/** The memory under a newer fit to the same metrics: a host of two days needs no level of its first hours. */
export function carriedOver(model: Bands, memory: BandsMemory): BandsMemory {
  const { young, ...grown } = memory;
  return model.young ? { ...grown, young: young ?? model.young } : grown;
}

/** The memory of a host that was off: without its last samples and the levels of its last hours. */
export function unremembered({ recent, averages, joint, ...kept }: BandsMemory): BandsMemory {
  const zeros = (values: Float64Array) => new Float64Array(values.length);
  return { ...kept, recent: zeros(recent), averages: zeros(averages), joint: zeros(joint) };
}

/** A copy that a scorer may change. */
export function copyOf({ recent, averages, place, joint, run, gone, young }: BandsMemory): BandsMemory {
  return {
    recent: recent.slice(),
    averages: averages.slice(),
    place: place.slice(),
    joint: joint.slice(),
    run: run.slice(),
    gone: gone.slice(),
    ...(young ? { young: copyOfYoung(young) } : {}),
  };
}
