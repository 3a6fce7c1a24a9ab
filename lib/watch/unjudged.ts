import { MINUTE_MS } from "../time.ts";
import type { HostState } from "./state.ts";

/** One odd record, as of a program that just starts, is no news. */
const UNJUDGED_FOR_MS = 10 * MINUTE_MS;

/** Whether people are to hear that the host sends, and nothing of it is judged. */
export function isUnjudgedNews({ unjudged, unread, retired, newest }: HostState): boolean {
  if (!unjudged || unjudged.told || unread || retired) return false;
  return newest - unjudged.since >= UNJUDGED_FOR_MS;
}

/** Why nothing that the host sends is judged, though it sends and has a baseline; undefined where something is. */
export function whyUnjudged({ unread, unjudged, verdict }: HostState): string | undefined {
  if (unread) return `none of its records can be used: ${unread.reason}`;
  return unjudged && verdict ? `its baseline ${verdict.baseline.owner} has none of its metrics` : undefined;
}
