import type { Incident } from "./incident.ts";

/**
 * `worsened`: a warning became critical. `unstable`: it opened too often within half an hour and is held open from now
 * on; until its end, only a change to critical sends a notice. `shifted`: anomalous for six hours but steady, so people
 * are asked once whether this is the new normal. `reminder`: critical, and nobody acknowledged or labelled it for four
 * hours. It asks the same, so that `shifted` does not follow it.
 */
export const NOTICE_KINDS = ["opened", "worsened", "unstable", "shifted", "reminder", "resolved"] as const;

export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** Whether it is an incident's first notice. */
export function isOpening(kind: NoticeKind): boolean {
  return kind === "opened" || kind === "unstable";
}

export interface Notice<About extends Incident = Incident> {
  readonly kind: NoticeKind;
  readonly incident: About;
}
