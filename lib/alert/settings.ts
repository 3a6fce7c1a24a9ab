import type { Severity } from "../incident/severity.ts";
import { HOUR_MS } from "../time.ts";

/** How people want to be notified. */
export interface AlertSettings {
  /** Messages of one notice each within a minute; further notices go in one digest. */
  readonly messagesPerMinute: number;
  /** Text messages within an hour; one more counts those that did not go. */
  readonly textsPerHour: number;
  /** The least severity that is sent to phones. */
  readonly textSeverity: Severity;
  /** Age at which a critical incident that nobody has acknowledged or labelled gets its one reminder. */
  readonly remindAfterMs: number;
  /** Share and least number of a group's hosts whose incidents within a minute make one fleet's incident. */
  readonly fleetShare: number;
  readonly fleetHosts: number;
  /** Whether messages leave out all values: names, severity and times only. */
  readonly redact: boolean;
  /** Groups whose hosts may stop without a goodbye. */
  readonly comeAndGo: readonly string[];
  /** For each group, all groups that it depends on, directly or through others. */
  readonly dependsOn: ReadonlyMap<string, readonly string[]>;
}

export const DEFAULT_ALERT_SETTINGS: AlertSettings = {
  messagesPerMinute: 5,
  textsPerHour: 10,
  textSeverity: "critical",
  remindAfterMs: 4 * HOUR_MS,
  fleetShare: 0.2,
  fleetHosts: 5,
  redact: false,
  comeAndGo: [],
  dependsOn: new Map(),
};
