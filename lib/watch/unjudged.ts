import type { HostState } from "./state.ts";

/** Whether people may need a message that the host sends, but none of its samples is judged. */
export function isUnjudgedNews({ unjudged, unread, retired }: HostState): boolean {
  return unjudged !== undefined && !unjudged.told && !unread && !retired;
}

/** Why no sample of the host is judged, though it sends and has a baseline; undefined if any is. */
export function whyUnjudged({ unread, unjudged, verdict }: HostState): string | undefined {
  if (unread) return `none of its records can be used: ${unread.reason}`;
  return unjudged && verdict ? `its baseline ${verdict.baseline.owner} has none of its metrics` : undefined;
}
