import { gather } from "../gather-all.ts";
import { type Incident, subjectOf } from "../incident/incident.ts";
import { EARLIER_LABELS_MAX, type Label } from "../incident/label.ts";
import { retryOnConflict } from "../retry.ts";
import { DAY_MS } from "../time.ts";
import type { IncidentStore } from "../watch/ports.ts";
import {
  attributesOfAcknowledgement,
  attributesOfIncident,
  attributesOfLabel,
  dayOf,
  formOf,
  incidentKey,
  incidentOfItem,
  type Labelled,
  labelledOfItem,
} from "./incident-item.ts";
import { createItemReader, type ItemReader, type OnUnreadable } from "./item-reader.ts";
import { type ItemTable, unchanged, wholeNumbers } from "./item-table.ts";

/** The feed makes one query per day, even for an empty one. */
const FEED_DAYS_MAX = 400;

/** Incidents with their labels. The fold and people write different attributes of the same item. */
export function createIncidentStore(table: ItemTable, onUnreadable: OnUnreadable): IncidentStore {
  const reader = createItemReader(table, onUnreadable);
  return {
    async save(incident) {
      // A condition that fails means that a later form is already stored.
      await table.update(incidentKey(subjectOf(incident), incident.opened), attributesOfIncident(incident), {
        attribute: "form",
        is: "absent or at most",
        value: formOf(incident),
      });
    },

    get: (host, opened) => reader.one(incidentKey(host, opened), incidentOfItem),

    async withId(id) {
      return reader.values(await gather(table.query({ index: "byId", partition: id })), incidentOfItem);
    },

    async ofHost(host, from, to) {
      const between = wholeNumbers(from, to);
      return between ? reader.values(await gather(table.query({ partition: host, between })), incidentOfItem) : [];
    },

    async feed(from, to, limit) {
      const between = wholeNumbers(from, to);
      return between ? feedOf(table, reader, between, limit) : [];
    },

    async label(host, opened, label) {
      await retryOnConflict(`the label of the incident of host ${host} opened at ${opened}`, async () => {
        const stored = await reader.one(incidentKey(host, opened), labelledOfItem);
        if (!stored) throw new Error(`no incident of host ${host} opened at ${opened} to label`);
        return (await replaceLabel(table, stored, label)) || undefined;
      });
    },

    async acknowledge(host, opened, acknowledgement) {
      const key = incidentKey(host, opened);
      // Read first, because an update of a missing item would create it.
      const before = await reader.one(key, incidentOfItem);
      if (!before) throw new Error(`no incident of host ${host} opened at ${opened} to acknowledge`);
      if (before.acknowledged) return before.acknowledged;
      const attributes = attributesOfAcknowledgement(acknowledgement);
      if (await table.update(key, attributes, { attribute: "acknowledged", is: "absent" })) return acknowledgement;
      return (await reader.one(key, incidentOfItem))?.acknowledged ?? acknowledgement;
    },
  };
}

/** False when somebody else has labelled the incident since the item was read. */
async function replaceLabel(table: ItemTable, { incident, labelled }: Labelled, label: Label): Promise<boolean> {
  const { label: before, earlierLabels = [] } = incident;
  if (before && saysTheSame(before, label)) return true;
  const earlier = before ? [...earlierLabels, before].slice(-EARLIER_LABELS_MAX) : [];
  const attributes = attributesOfLabel(label, earlier, labelled + 1);
  return table.update(incidentKey(subjectOf(incident), incident.opened), attributes, unchanged("labelled", labelled));
}

function saysTheSame(one: Label, other: Label): boolean {
  return (
    one.verdict === other.verdict && one.by === other.by && one.note === other.note && one.category === other.category
  );
}

async function feedOf(
  table: ItemTable,
  reader: ItemReader,
  between: readonly [number, number],
  limit: number,
): Promise<Incident[]> {
  const [from, to] = between;
  const [first, last] = [Math.floor(from / DAY_MS), Math.floor(to / DAY_MS)];
  if (last - first >= FEED_DAYS_MAX) {
    throw new RangeError(`the feed spans at most ${FEED_DAYS_MAX} days: ask for less at a time`);
  }
  const incidents: Incident[] = [];
  for (let day = last; day >= first && incidents.length < limit; day--) {
    const partition = dayOf(day * DAY_MS);
    const rest = limit - incidents.length;
    const items = await gather(table.query({ index: "feed", partition, between, descending: true, limit: rest }));
    incidents.push(...(await reader.values(items, incidentOfItem)));
  }
  return incidents;
}
