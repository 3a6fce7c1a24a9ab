import type { Detector } from "../model/detector.ts";
import type { Fit } from "./training-fit.ts";

/** A version that flags more of the held-out calm samples than this is refused. */
const CALM_FLAGGED_MAX = 0.05;
/** Fewer calm samples, as on a day that was one long incident, say nothing about a version. */
const CALM_MIN = 60;

/** Days of a history in which two bad ones widen no band: the third largest of these counts. */
const BOUNDED_DAYS = 7;

/**
 * Share of calm samples beyond epsilon, and the reason against promotion if it is too high. It does not reject calendar
 * bands of a week. One day teaches them little, so they flag a new kind of day until similar days follow, and an older
 * version does no better. Each of the first days teaches much; before them only levels are judged, which follow by
 * themselves.
 */
export function gate(
  { heldOut, model }: Pick<Fit, "heldOut"> & { readonly model: Model },
  epsilon: number,
): { flagRate: number; refused?: string } {
  const flagged = heldOut.reduce((sum, score) => sum + (score > epsilon ? 1 : 0), 0);
  const flagRate = heldOut.length > 0 ? flagged / heldOut.length : 0;
  if (!(epsilon > 0) || !Number.isFinite(epsilon)) return { flagRate, refused: `epsilon ${epsilon} is no threshold` };
  if (isBounded(model) || heldOut.length < CALM_MIN || flagRate <= CALM_FLAGGED_MAX) return { flagRate };
  const percent = (100 * flagRate).toFixed(1);
  return {
    flagRate,
    refused: `flags ${percent} % of the last day's calm samples: at most ${100 * CALM_FLAGGED_MAX} % is sensible`,
  };
}

/** A fitted model, as far as the gate asks for it. */
type Model =
  | { readonly detector: "bands"; readonly days: number }
  | { readonly detector: Exclude<Detector, "bands"> }
  | { readonly detector: "ensemble"; readonly members: readonly { readonly model: Model }[] };

function isBounded(model: Model): boolean {
  if (model.detector === "ensemble") return model.members.some((member) => isBounded(member.model));
  return model.detector === "bands" && (model.days === 0 || model.days >= BOUNDED_DAYS);
}
