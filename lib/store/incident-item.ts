import type { Incident } from "../incident/incident.ts";
import { type Acknowledgement, type Label, VERDICTS } from "../incident/label.ts";
import { hasReturned } from "../incident/record.ts";
import { has, json, number, readJson, readNumber, readText, type Stored, text } from "./attributes.ts";
import { anInteger, aText, listOf, objectOf, oneOf } from "./documents.ts";
import { type Reading, readItem, written } from "./formats.ts";
import { documentOfIncident, incidentOfDocument } from "./incident-document.ts";
import type { Item } from "./item-table.ts";

export function incidentKey(subject: string, opened: number): Item {
  return { host: text(subject), opened: number(opened) };
}

/** Partition of the feed: the UTC date. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** Grows with every sample of an incident, with every notice of it, and once more when it is resolved. */
export function formOf(incident: Incident): number {
  const { revision, resolved } = incident;
  const samples = incident.kind === "silent" ? Number(hasReturned(incident)) : incident.samples;
  return 2 * samples + revision + (resolved === undefined ? 0 : 1);
}

/** The attributes that belong to the fold; label and acknowledgement belong to people. */
export function attributesOfIncident(incident: Incident): Item {
  return written("incident", {
    id: text(incident.id),
    day: text(dayOf(incident.opened)),
    form: number(formOf(incident)),
    body: json(documentOfIncident(incident)),
  });
}

/** `labelled` counts the labels given so far, so that of two people at once neither's label is forgotten. */
export function attributesOfLabel(label: Label, earlier: readonly Label[], labelled: number): Item {
  return { label: json(label), earlier: json(earlier), labelled: number(labelled) };
}

export function attributesOfAcknowledgement(acknowledgement: Acknowledgement): Item {
  return { acknowledged: json(acknowledgement) };
}

/** How many labels people gave to the incident so far. */
export function labelledOfItem(item: Item): Reading<number> {
  return readItem("incident", item, (stored) => (has(stored, "labelled") ? readNumber(stored, "labelled") : 0));
}

export function incidentOfItem(item: Item): Reading<Incident> {
  return readItem("incident", item, readIncident);
}

function readIncident(stored: Stored): Incident {
  const host = readText(stored, "host");
  const incident = readJson(stored, "body", (document) => incidentOfDocument(document, host));
  const earlier = has(stored, "earlier") ? readJson(stored, "earlier", labelsOfDocument) : [];
  return {
    ...incident,
    ...(has(stored, "acknowledged") ? { acknowledged: readJson(stored, "acknowledged", acknowledgementOf) } : {}),
    ...(has(stored, "label") ? { label: readJson(stored, "label", labelOfDocument) } : {}),
    ...(earlier.length > 0 ? { earlierLabels: earlier } : {}),
  };
}

const acknowledgementOf = objectOf({ at: anInteger, by: aText });

const labelOfDocument = objectOf(
  { verdict: (value) => oneOf(VERDICTS, value), at: anInteger, by: aText },
  { note: aText },
);

const labelsOfDocument = listOf(labelOfDocument);
