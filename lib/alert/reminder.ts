import { type Incident, partOf, severityOf } from "../incident/incident.ts";
import { isOpening } from "../incident/notice.ts";
import { pendingOf } from "../watch/state.ts";
import type { Owing } from "./outbox.ts";
import type { AlertSettings } from "./settings.ts";

/** Whether people are to be reminded of what is open, unless they have said something about it. `now` is in milliseconds since the epoch. */
export function isReminderDue({ incident }: Owing, { remindAfterMs }: AlertSettings, now: number): boolean {
  if (!incident || incident.reminded || partOf(incident) !== undefined) return false;
  return now - incident.opened >= remindAfterMs && severityOf(incident) === "critical";
}

/**
 * What owes notices, with the reminder of its open incident, once. There is none where `stored`, the incident as the table has it, was
 * acknowledged or labelled, nor where its opening is still to be told; it counts as reminded then.
 */
export function reminded<T extends Owing>(value: T, stored: Incident | undefined): T {
  const { incident, pending } = value;
  if (!incident) return value;
  const isUntold = pending.some((notice) => isOpening(notice.kind) && notice.id === incident.id);
  if (isUntold || stored?.acknowledged || stored?.label) return { ...value, incident: { ...incident, reminded: true } };
  const next: Incident = { ...incident, reminded: true, revision: incident.revision + 1 };
  return { ...value, incident: next, pending: [...pending, pendingOf("reminder", next)] };
}
