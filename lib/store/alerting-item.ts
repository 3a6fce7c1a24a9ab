import type { Allowance, Desk } from "../alert/desk.ts";
import type { Announced, Audit } from "../alert/ports.ts";
import type { Recurrence, Silence, SilenceMatcher } from "../alert/silence.ts";
import { DAY_MS } from "../time.ts";
import { json, number, opened, readJson, readNumber, readText, text, written } from "./attributes.ts";
import { aList, aNumber, anInteger, anObject, aText, texts } from "./documents.ts";
import { HISTORY_DAYS } from "./history-store.ts";
import { documentOfNotice, noticeOfDocument } from "./host-item.ts";
import { documentOfIncident, incidentOfDocument } from "./incident-document.ts";
import type { Item } from "./item-table.ts";

/** The table's partitions: silences by id, desks by group, allowances by name, what was announced by owner, one audit. */
export type AlertingKind = "silence" | "desk" | "allowance" | "announced" | "audit";

export function alertingKey(kind: AlertingKind, id: string): Item {
  return { kind: text(kind), id: text(id) };
}

export const AUDIT_KEY: Item = alertingKey("audit", "last");

/** A refit looks at it for as long as there is history of its time. */
export function itemOfSilence({ id, revision, ...silence }: Silence): Item {
  return written({
    ...alertingKey("silence", id),
    revision: number(revision),
    expires: number(Math.ceil((silence.until + HISTORY_DAYS * DAY_MS) / 1000)),
    body: json(silence),
  });
}

/** When it is no longer of use, in seconds since the epoch. */
export function expiryOfItem(item: Item): number {
  return readNumber(opened("alerting", item), "expires");
}

export function silenceOfItem(item: Item): Silence {
  const stored = opened("alerting", item);
  const id = readText(stored, "id");
  return readJson(stored, "body", (document) => {
    const { matcher, reason, by, from, until, recurrence, matched, reported } = anObject(document);
    return {
      id,
      matcher: matcherOf(matcher),
      reason: aText(reason),
      by: aText(by),
      from: anInteger(from),
      until: anInteger(until),
      ...(recurrence === undefined ? {} : { recurrence: recurrenceOf(recurrence) }),
      ...(matched === undefined ? {} : { matched: anInteger(matched) }),
      ...(reported === undefined ? {} : { reported: true }),
      revision: readNumber(stored, "revision"),
    };
  });
}

/** With neither pattern it would match everything, which nobody can have asked for. */
function matcherOf(document: unknown): SilenceMatcher {
  const { host, group } = anObject(document);
  if (host === undefined && group === undefined) throw new TypeError("expected a pattern of host or group, found none");
  return {
    ...(host === undefined ? {} : { host: aText(host) }),
    ...(group === undefined ? {} : { group: aText(group) }),
  };
}

function recurrenceOf(document: unknown): Recurrence {
  const { days, start, durationMs, zone } = anObject(document);
  return {
    days: aList(days).map(anInteger),
    start: anInteger(start),
    durationMs: anInteger(durationMs),
    zone: aText(zone),
  };
}

/** The live copy of the fleet's incident is stored as in the incidents table, with its host beside it. */
export function itemOfDesk({ group, revision, spoke, begun, incident, unsent }: Desk): Item {
  return written({
    ...alertingKey("desk", group),
    revision: number(revision),
    body: json({
      spoke,
      ...(begun > 0 ? { begun } : {}),
      ...(incident ? { host: incident.host, incident: documentOfIncident(incident) } : {}),
      unsent: unsent.map(documentOfNotice),
    }),
  });
}

export function deskOfItem(item: Item): Desk {
  const stored = opened("alerting", item);
  const group = readText(stored, "id");
  return readJson(stored, "body", (document) => {
    const { spoke, begun, host, incident, unsent } = anObject(document);
    return {
      group,
      spoke: anInteger(spoke),
      begun: begun === undefined ? 0 : anInteger(begun),
      ...(incident === undefined ? {} : { incident: incidentOfDocument(incident, aText(host)) }),
      unsent: aList(unsent).map(noticeOfDocument),
      revision: readNumber(stored, "revision"),
    };
  });
}

export function itemOfAllowance({ name, revision, ...allowance }: Allowance): Item {
  return written({ ...alertingKey("allowance", name), revision: number(revision), body: json(allowance) });
}

export function allowanceOfItem(item: Item): Allowance {
  const stored = opened("alerting", item);
  const name = readText(stored, "id");
  return readJson(stored, "body", (document) => {
    const { times, held } = anObject(document);
    const { critical, warning } = anObject(held);
    return {
      name,
      times: aList(times).map(anInteger),
      held: { critical: anInteger(critical), warning: anInteger(warning) },
      revision: readNumber(stored, "revision"),
    };
  });
}

export function itemOfAnnounced(owner: string, announced: Announced): Item {
  return written({ ...alertingKey("announced", owner), body: json(announced) });
}

export function announcedOfItem(item: Item): Announced {
  return readJson(opened("alerting", item), "body", (document) => {
    const { version, epsilon } = anObject(document);
    return { version: anInteger(version), epsilon: aNumber(epsilon) };
  });
}

export function itemOfAudit(audit: Audit): Item {
  return written({ ...AUDIT_KEY, body: json(audit) });
}

export function auditOfItem(item: Item): Audit {
  return readJson(opened("alerting", item), "body", (document) => {
    const { at, confirmed, unconfirmed } = anObject(document);
    return { at: anInteger(at), confirmed: texts(confirmed), unconfirmed: texts(unconfirmed) };
  });
}
