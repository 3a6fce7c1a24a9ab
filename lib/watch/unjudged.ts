import type { HostState } from "./state.ts";

/** Whether people may have to hear that the host sends, and nothing of it is judged. */
export function isUnjudgedNews({ unjudged, unread, retired }: HostState): boolean {
  return unjudged !== undefined && !unjudged.told && !unread && !retired;
}

/** Why nothing that the host sends is judged, though it sends and has a baseline; undefined where something is. */
export function whyUnjudged({ unread, unjudged, verdict }: HostState): string | undefined {
  if (unread) return `none of its records can be used: ${unread.reason}`;
  return unjudged && verdict ? `its baseline ${verdict.baseline.owner} has none of its metrics` : undefined;
}
