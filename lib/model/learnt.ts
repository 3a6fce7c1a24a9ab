import type { Traits } from "./day-bands.ts";
import type { History, RowPlaces, SlotDays } from "./slot-days.ts";

/** The common input of the fits of tails and of lasting levels. */
export interface Learnt {
  readonly history: History;
  readonly places: RowPlaces;
  readonly slotDays: SlotDays;
  readonly interval: number;
  readonly traits: Traits;
  readonly floor: Float64Array;
  /** D: days that each metric was seen (`daysSeen`). */
  readonly days: Float64Array;
  /** D: how much wider thresholds are while there are few days. */
  readonly age: Float64Array;
}
