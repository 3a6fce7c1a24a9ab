import type { Bands } from "./bands.ts";
import { AVERAGES } from "./drift.ts";
import { JOINT_MEMORY } from "./joint-reading.ts";
import type { OwnLevel } from "./own-level.ts";
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
  /** While the host has fewer than two days, or has not seen a weekend. */
  readonly young?: Young;
  /** While the bands of its group judge the host, if they are older. */
  readonly own?: OwnLevel;
}

/** Which level a memory has beside the bands of this model. */
function levelFor({ young, unseen }: Bands, isOfGroup: boolean): "young" | "own" | undefined {
  if (young) return "young";
  if (isOfGroup) return "own";
  return unseen === "weekend" ? "young" : undefined;
}

/** The memory before the first sample of the history that a model was fitted to: a host's own, or its group's. */
export function newBandsMemory(model: Bands, isOfGroup = false): BandsMemory {
  const zeros = (each: number) => new Float64Array(model.metrics * each);
  const level = levelFor(model, isOfGroup);
  return {
    recent: zeros(RECENT),
    averages: zeros(AVERAGES),
    place: zeros(1),
    joint: new Float64Array(JOINT_MEMORY),
    ...newSignCounts(model.metrics),
    ...(level ? { [level]: newYoung(model.metrics) } : {}),
  };
}

/** The memory after the last sample of that history: a young host goes on from its levels. */
export function memoryAfterFit(model: Bands, isOfGroup: boolean): BandsMemory {
  const memory = newBandsMemory(model, isOfGroup);
  return model.young ? { ...memory, young: model.young } : memory;
}

/** The memory under a newer fit to the same metrics. */
export function carriedOver(model: Bands, memory: BandsMemory, isOfGroup: boolean): BandsMemory {
  const { young, own, ...grown } = memory;
  const level = levelFor(model, isOfGroup);
  if (level === "young") return { ...grown, young: young ?? model.young ?? newYoung(model.metrics) };
  return level === "own" ? { ...grown, own: own ?? newYoung(model.metrics) } : grown;
}

/** The memory of a host that was off: without its last samples and the levels of its last hours. */
export function unremembered({ recent, averages, joint, ...kept }: BandsMemory): BandsMemory {
  const zeros = (values: Float64Array) => new Float64Array(values.length);
  return { ...kept, recent: zeros(recent), averages: zeros(averages), joint: zeros(joint) };
}

/** A copy that a scorer may change. */
export function copyOf({ recent, averages, place, joint, run, gone, young, own }: BandsMemory): BandsMemory {
  return {
    recent: recent.slice(),
    averages: averages.slice(),
    place: place.slice(),
    joint: joint.slice(),
    run: run.slice(),
    gone: gone.slice(),
    ...(young ? { young: copyOfYoung(young) } : {}),
    ...(own ? { own: copyOfYoung(own) } : {}),
  };
}
