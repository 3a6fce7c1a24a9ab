import type { Allowance, Beginning, Desk } from "../alert/desk.ts";
import { type DeclaredEvent, EVENT_DAYS } from "../alert/event.ts";
import type { Announced, Audit } from "../alert/ports.ts";
import type { QuietPattern } from "../alert/quiet.ts";
import type { Refusal } from "../alert/refusal.ts";
import type { Silence, SilenceMatcher } from "../alert/silence.ts";
import type { LabelledHosts, TimeLabel } from "../incident/time-label.ts";
import { DAY_MS, WEEK_MS } from "../time.ts";
import { HISTORY_DAYS } from "../watch/ports.ts";
import { json, number, readJson, readNumber, readText, text } from "./attributes.ts";
import { aFlag, aList, aMark, aNumber, anInteger, anObject, aText, listOf, objectOf, texts } from "./documents.ts";
import { type Kind, reader, written } from "./formats.ts";
import { documentOfNotice, noticeOfDocument } from "./host-item.ts";
import { documentOfIncident, fleetIncidentOfDocument } from "./incident-document.ts";
import { labelOfDocument } from "./incident-item.ts";
import type { Item } from "./item-table.ts";

/**
 * The table's partitions: silences and labels of times by id, events by time, desks by group, allowances by name,
 * others by owner.
 */
export type AlertingKind = Extract<
  Kind,
  "silence" | "quiet" | "desk" | "allowance" | "announced" | "refusal" | "audit" | "label" | "event"
>;

export function alertingKey(kind: AlertingKind, id: string): Item {
  return { kind: text(kind), id: text(id) };
}

export const AUDIT_KEY: Item = alertingKey("audit", "last");

/** Refits read a silence for as long as they have history of its time. */
export function itemOfSilence({ id, revision, ...silence }: Silence): Item {
  return written("silence", {
    ...alertingKey("silence", id),
    revision: number(revision),
    expires: number(Math.ceil((silence.until + HISTORY_DAYS * DAY_MS) / 1000)),
    body: json(silence),
  });
}

/** When the item may be deleted, in seconds since the epoch; NaN without such a time. */
export function expiryOf({ expires }: Item): number {
  return Number(expires?.N);
}

const patterns = objectOf({}, { host: aText, group: aText });

/** Without a pattern it would match every host, which is never intended. */
const matcherOfDocument = (value: unknown): SilenceMatcher => {
  const matcher = patterns(value);
  if (matcher.host !== undefined || matcher.group !== undefined) return matcher;
  throw new TypeError("expected a pattern of host or group, found none");
};

const silenceOfDocument = objectOf(
  {
    matcher: matcherOfDocument,
    reason: aText,
    by: aText,
    from: anInteger,
    until: anInteger,
  },
  {
    recurrence: objectOf({ days: listOf(anInteger), start: anInteger, durationMs: anInteger, zone: aText }),
    matched: anInteger,
    reported: aMark,
  },
);

export const silenceOfItem = reader("silence", (stored) => ({
  id: readText(stored, "id"),
  ...readJson(stored, "body", silenceOfDocument),
  revision: readNumber(stored, "revision"),
}));

/** Kept for as long after its end, so that people can still see the incidents that it held back. */
export function itemOfQuiet({ id, revision, ...quiet }: QuietPattern): Item {
  const expires = number(Math.ceil((quiet.until + HISTORY_DAYS * DAY_MS) / 1000));
  return written("quiet", { ...alertingKey("quiet", id), revision: number(revision), expires, body: json(quiet) });
}

const quietCauseOfDocument = objectOf({ pattern: aText, most: aNumber });
const quietOfDocument = objectOf(
  {
    ...{ group: aText, main: quietCauseOfDocument, others: listOf(quietCauseOfDocument), by: aText },
    ...{ since: anInteger, until: anInteger, incidents: anInteger },
  },
  { host: aText, reason: aText, hours: objectOf({ from: anInteger, to: anInteger }) },
);
export const quietOfItem = reader("quiet", (stored) => ({
  id: readText(stored, "id"),
  ...readJson(stored, "body", quietOfDocument),
  revision: readNumber(stored, "revision"),
}));

export function itemOfDesk({ group, revision, spoke, begun, incidents, recent, pending }: Desk): Item {
  const [incident, ...others] = incidents.map(documentOfIncident);
  return written("desk", {
    ...alertingKey("desk", group),
    revision: number(revision),
    body: json({
      spoke,
      ...(begun > 0 ? { begun } : {}),
      ...(incident ? { incident } : {}),
      ...(others.length > 0 ? { others } : {}),
      ...(recent.length > 0 ? { recent: recent.map(({ pattern, host, id, at }) => [pattern, host, id, at]) } : {}),
      unsent: pending.map(documentOfNotice),
    }),
  });
}

export const deskOfItem = reader("desk", (stored) => ({
  group: readText(stored, "id"),
  ...readJson(stored, "body", deskOfDocument),
  revision: readNumber(stored, "revision"),
}));

function deskOfDocument(document: unknown): Omit<Desk, "group" | "revision"> {
  const { spoke, begun = 0, incident, others = [], recent = [], unsent } = anObject(document);
  return {
    spoke: anInteger(spoke),
    begun: anInteger(begun),
    incidents: [...(incident === undefined ? [] : [incident]), ...aList(others)].map(fleetIncidentOfDocument),
    recent: aList(recent).map(beginningOfList),
    pending: listOf(noticeOfDocument)(unsent),
  };
}

function beginningOfList(document: unknown): Beginning {
  const [pattern, host, id, at] = aList(document);
  return { pattern: aText(pattern), host: aText(host), id: aText(id), at: anInteger(at) };
}

export function itemOfAllowance({ name, revision, ...allowance }: Allowance): Item {
  return written("allowance", {
    ...alertingKey("allowance", name),
    revision: number(revision),
    body: json(allowance),
  });
}

const allowanceOfDocument = objectOf({
  times: listOf(anInteger),
  held: objectOf({ critical: anInteger, warning: anInteger }),
});

export const allowanceOfItem = reader("allowance", (stored) => ({
  name: readText(stored, "id"),
  ...readJson(stored, "body", allowanceOfDocument),
  revision: readNumber(stored, "revision"),
}));

export function itemOfAnnounced(owner: string, announced: Announced): Item {
  return written("announced", { ...alertingKey("announced", owner), body: json(announced) });
}

const announcedOfDocument = objectOf({ version: anInteger, epsilon: aNumber });
export const announcedOfItem = reader("announced", (stored) => readJson(stored, "body", announcedOfDocument));

export function itemOfRefusal({ owner, ...refusal }: Refusal): Item {
  const expires = number(Math.ceil((refusal.at + WEEK_MS) / 1000));
  return written("refusal", { ...alertingKey("refusal", owner), expires, body: json(refusal) });
}

const refusalOfDocument = objectOf({ since: anInteger, at: anInteger, refused: aText, told: aFlag });
export const refusalOfItem = reader("refusal", (stored) => ({
  owner: readText(stored, "id"),
  ...readJson(stored, "body", refusalOfDocument),
}));

export function itemOfAudit(audit: Audit): Item {
  return written("audit", { ...AUDIT_KEY, body: json(audit) });
}

const auditOfDocument = objectOf({ at: anInteger, confirmed: texts, unconfirmed: texts });
export const auditOfItem = reader("audit", (stored) => readJson(stored, "body", auditOfDocument));

/** Refits look back a month, and exports for longer. */
const LABEL_DAYS = 366;

export function itemOfTimeLabel({ id, ...label }: TimeLabel): Item {
  const expires = number(Math.ceil((label.to + LABEL_DAYS * DAY_MS) / 1000));
  return written("label", { ...alertingKey("label", id), expires, body: json(label) });
}

const timeLabelOfDocument = objectOf({
  about: (value): LabelledHosts => {
    const { host, group } = patterns(value);
    if (host !== undefined && group === undefined) return { host };
    if (group !== undefined && host === undefined) return { group };
    throw new TypeError(`expected a host or a group, found ${JSON.stringify(value)}`);
  },
  from: anInteger,
  to: anInteger,
  label: labelOfDocument,
});

export const timeLabelOfItem = reader("label", (stored) => ({
  id: readText(stored, "id"),
  ...readJson(stored, "body", timeLabelOfDocument),
}));

/** Events of some hours are read together, so the key begins with the time. */
export function eventKey({ id, at }: Pick<DeclaredEvent, "id" | "at">): Item {
  return alertingKey("event", `${timeKey(at)} ${id}`);
}

/** ISO 8601 up to the millisecond: in order of time. */
export function timeKey(at: number): string {
  return new Date(at).toISOString();
}

export function itemOfEvent(event: DeclaredEvent): Item {
  const expires = number(Math.ceil((event.at + EVENT_DAYS * DAY_MS) / 1000));
  return written("event", { ...eventKey(event), expires, body: json(event) });
}

const eventOfDocument = objectOf({ id: aText, matcher: matcherOfDocument, text: aText, by: aText, at: anInteger });
export const eventOfItem = reader("event", (stored) => readJson(stored, "body", eventOfDocument));
