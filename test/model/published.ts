import type { Tracking } from "../../lib/model/tracker.ts";

/** The form of the fused detector that was published and whose figures are known, without what was added since. */
export const AS_PUBLISHED = { unrest: false, capped: false };

/** Level and width move by every sample and are not rounded, as published. */
export const EXACT: Tracking = { every: 0 };
