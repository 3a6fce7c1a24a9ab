import { type AnomalyIncident, type Incident, partOf, severityOf } from "../incident/incident.ts";
import { isCalm, isSteady } from "../watch/life.ts";
import { isUntold, type PendingNotice, pendingOf } from "../watch/state.ts";
import type { AlertSettings } from "./settings.ts";

/**
 * Whether people should get a reminder of an open incident: nobody has acknowledged or labelled it. `now` is in
 * milliseconds since the epoch.
 */
export function isReminderDue(incident: Incident, { remindAfterMs }: AlertSettings, now: number): boolean {
  if (incident.resolved !== undefined || incident.reminded || partOf(incident) !== undefined) return false;
  if (incident.kind === "anomaly" && (comesAndGoes(incident) || isCalm(incident))) return false;
  return now - saidCritical(incident) >= remindAfterMs && severityOf(incident) === "critical";
}

/** When people last got a message that it is critical, or would have without a silence. */
function saidCritical(incident: Incident): number {
  return (incident.kind === "anomaly" ? incident.worsened : undefined) ?? incident.opened;
}

/** Held open, and calm at times: people know that it comes back. */
function comesAndGoes(incident: AnomalyIncident): boolean {
  return incident.unstable === true && !isSteady(incident);
}

/**
 * The open incident with its one reminder, and the notices pending then. No reminder is due if people acknowledged or
 * labelled `stored`, the incident in the table, or when its opening is pending; it counts as reminded then.
 */
export function reminded<T extends Incident>(
  incident: T,
  pending: readonly PendingNotice[],
  stored: Incident | undefined,
): { readonly incident: T; readonly pending: readonly PendingNotice[] } {
  if (isUntold(incident.id, pending) || stored?.acknowledged || stored?.label)
    return { incident: { ...incident, reminded: true }, pending };
  const next = { ...incident, reminded: true as const, revision: incident.revision + 1 };
  return { incident: next, pending: [...pending, pendingOf("reminder", next)] };
}
