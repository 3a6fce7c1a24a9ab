import { labelledEvents } from "../replay/labelled-events.ts";
import type { Played } from "./play.ts";

/** Folds by default: three of four judge what the ones before them chose. */
export const FOLDS = 4;

/**
 * The first row of each fold of a test part, in the order of time. Each fold has the same number of labelled events, or
 * one more. They meet half-way between two events. Undefined where there are fewer events than folds.
 */
export function foldsOf(
  played: Pick<Played, "times" | "labels" | "from">,
  folds: number,
): readonly number[] | undefined {
  const events = labelledEvents(played).filter(({ first }) => first >= played.from);
  if (events.length < folds) return undefined;
  return Array.from({ length: folds }, (_, k) => {
    const place = Math.floor((k * events.length) / folds);
    const [before, after] = [events[place - 1], events[place]];
    return before && after ? Math.ceil((before.last + 1 + after.first) / 2) : played.from;
  });
}

/** The part of a play from one row to another, as a test part of its own. */
export function sliceOf(played: Played, from: number, to: number): Played {
  const { times, labels, ratios, flagged, incidents, causes } = played;
  const end = times[to] ?? Number.POSITIVE_INFINITY;
  const isWithin = (time: number) => time >= (times[from] ?? 0) && time < end;
  return {
    ...played,
    from,
    times: times.subarray(0, to),
    labels: labels.subarray(0, to),
    ratios: ratios.subarray(0, to),
    flagged: flagged.subarray(0, to),
    incidents: incidents.filter(({ opened }) => isWithin(opened)),
    causes: causes.filter((event) => isWithin(event.from)),
  };
}
