import type { HostRecording } from "./recording.ts";

/** A run of labelled rows. */
export interface LabelledEvent {
  /** Rows, both included. */
  readonly first: number;
  readonly last: number;
  /** Their times, in milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** Maximal runs of label 1, in the order of time. */
export function labelledEvents({ times, labels }: Pick<HostRecording, "times" | "labels">): readonly LabelledEvent[] {
  const events: LabelledEvent[] = [];
  for (let row = 0; row < times.length; row++) {
    if (labels?.[row] !== 1) continue;
    const first = row;
    while (labels[row + 1] === 1) row++;
    events.push({ first, last: row, from: times[first] ?? 0, to: times[row] ?? 0 });
  }
  return events;
}

/** Whether the incident was anomalous within the event. Times are in milliseconds since the epoch. */
export function touches(
  { opened, lastAnomaly }: { readonly opened: number; readonly lastAnomaly: number },
  { from, to }: Pick<LabelledEvent, "from" | "to">,
): boolean {
  return opened <= to && lastAnomaly >= from;
}
