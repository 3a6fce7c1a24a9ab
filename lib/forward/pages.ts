import type { Alert } from "./alert-json.ts";

/** The information that a person on call gets. */
export interface Page {
  /** The same key from the beginning of a trouble to its end. */
  readonly key: string;
  readonly action: "open" | "update" | "close";
}

/** The question whether a change is the new normal can wait until morning. */
const QUESTION = "shifted";

/** Only news that ask somebody to act now: incidents, and digests of them. */
export function pagesOf(alert: Alert): readonly Page[] {
  const { kind, incident, ended = [], critical, warning, custom_details } = alert;
  if (incident !== undefined) {
    if (kind === QUESTION) return [];
    return [{ key: incident, action: kind === "resolved" ? "close" : kind === "opened" ? "open" : "update" }];
  }
  if (kind !== "digest") return [];
  const isBad = (critical ?? 0) + (warning ?? 0) > 0;
  return [
    // One key for all digests until somebody closes it: in a storm there is one a minute.
    ...(isBad ? [{ key: `digest of ${custom_details.stack}`, action: "open" as const }] : []),
    ...ended.map((key) => ({ key, action: "close" as const })),
  ];
}
