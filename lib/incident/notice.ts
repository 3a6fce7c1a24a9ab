import type { Incident } from "./incident.ts";

/**
 * `worsened`: a warning became critical. `unstable`: it opened too often within half an hour and is held open from now
 * on; until it is over, only its becoming critical is announced. `shifted`: anomalous for six hours but steady, so
 * people are asked once whether this is the new normal. `reminder`: critical, and for four hours nobody has
 * acknowledged or labelled it.
 */
export const NOTICE_KINDS = ["opened", "worsened", "unstable", "shifted", "reminder", "resolved"] as const;

export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** Whether it is the first that people hear of an incident. */
export function isOpening(kind: NoticeKind): boolean {
  return kind === "opened" || kind === "unstable";
}

/** Something to tell people. */
export interface Notice<About extends Incident = Incident> {
  readonly kind: NoticeKind;
  readonly incident: About;
}
