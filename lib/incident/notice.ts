import { type Incident, severityOf } from "./incident.ts";
import type { Severity } from "./severity.ts";

/**
 * `also`: other trouble joined the open incident. `grown`: a fleet's has become much larger. `worsened`: a warning
 * became critical. `unstable`: it came back within an hour of its end and is held open from now on. Until its end, only
 * a change to critical or other trouble sends a notice. `shifted`: anomalous for six hours but steady, so people are
 * asked once whether this is the new normal. `reminder`: critical, and nobody acknowledged or labelled it for four
 * hours. It asks the same, so that `shifted` does not follow it.
 */
export const NOTICE_KINDS = [
  "opened",
  "also",
  "grown",
  "worsened",
  "unstable",
  "shifted",
  "reminder",
  "resolved",
] as const;

export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** Whether it is an incident's first notice. */
export function isOpening(kind: NoticeKind): boolean {
  return kind === "opened" || kind === "unstable";
}

export interface Notice<About extends Incident = Incident> {
  readonly kind: NoticeKind;
  readonly incident: About;
  /** The severity of the whole incident, if the notice shows only the trouble that joined it. */
  readonly whole?: Severity;
}

/** A notice about an incident; one about other trouble that joined shows that trouble, with its own severity. */
export function noticeAbout<About extends Incident>(kind: NoticeKind, incident: About): Notice<About> {
  if (kind !== "also" || incident.kind !== "anomaly" || !incident.also) return { kind, incident };
  // Growth and surroundings are about the first trouble.
  const { rules: _, growth: __, surroundings: ___, ...rest } = incident;
  return { kind, incident: { ...rest, ...incident.also } as About, whole: severityOf(incident) };
}
