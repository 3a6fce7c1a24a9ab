import type { Label } from "../incident/label.ts";

/** Whether people said that nothing was wrong. A new normal is a false alarm whose cause stays. */
export function isFalseAlarm(label: Label | undefined): boolean {
  return label?.verdict === "false" || label?.verdict === "new-normal";
}
