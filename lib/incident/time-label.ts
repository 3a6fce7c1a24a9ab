import { incidentId } from "./id.ts";
import type { Label } from "./label.ts";

/** A label for a time in which no incident opened. It is about one host, or about every host of a group. */
export interface TimeLabel {
  /** `T-K7Q2RT`, a function of host or group and `from`. */
  readonly id: string;
  readonly about: LabelledHosts;
  /** Milliseconds since the epoch, both included. */
  readonly from: number;
  readonly to: number;
  readonly label: Label;
}

export type LabelledHosts = { readonly host: string } | { readonly group: string };

/** A missed fault, or planned work: an alert that never came cannot be denied or confirmed. */
export const TIME_VERDICTS = ["fault", "expected"] as const;

export function timeLabelId(about: LabelledHosts, from: number): string {
  const subject = "host" in about ? `host#${about.host}` : `group#${about.group}`;
  return `T-${incidentId(`label of ${subject}`, from)}`;
}

/** Whether it is about this host of this group. */
export function isAbout({ about }: TimeLabel, { host, group }: { readonly host: string; readonly group: string }) {
  return "host" in about ? about.host === host : about.group === group;
}
