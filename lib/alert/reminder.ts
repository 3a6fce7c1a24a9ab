import { type Incident, partOf, severityOf } from "../incident/incident.ts";
import { isOpening } from "../incident/notice.ts";
import { pendingOf } from "../watch/state.ts";
import type { PendingSource } from "./pending.ts";
import type { AlertSettings } from "./settings.ts";

/**
 * Whether people are to be reminded of what is open, unless they have said something about it. `now` is in milliseconds
 * since the epoch.
 */
export function isReminderDue({ incident }: PendingSource, { remindAfterMs }: AlertSettings, now: number): boolean {
  if (!incident || incident.reminded || partOf(incident) !== undefined) return false;
  return now - incident.opened >= remindAfterMs && severityOf(incident) === "critical";
}

/**
 * Adds the reminder of the open incident, once. No reminder is due when people acknowledged or labelled `stored`, the
 * incident in the table, or when its opening is pending; it counts as reminded then.
 */
export function reminded<T extends PendingSource>(value: T, stored: Incident | undefined): T {
  const { incident, pending } = value;
  if (!incident) return value;
  const isUnannounced = pending.some((notice) => isOpening(notice.kind) && notice.id === incident.id);
  if (isUnannounced || stored?.acknowledged || stored?.label)
    return { ...value, incident: { ...incident, reminded: true } };
  const next: Incident = { ...incident, reminded: true, revision: incident.revision + 1 };
  return { ...value, incident: next, pending: [...pending, pendingOf("reminder", next)] };
}
