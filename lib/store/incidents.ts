import type { Incident } from "../watch/incident.ts";
import type { IncidentStore } from "../watch/ports.ts";
import {
  attributesOfIncident,
  attributesOfLabel,
  dayOf,
  formOf,
  incidentKey,
  incidentOfItem,
} from "./incident-item.ts";
import { collect, type ItemTable, wholeNumbers } from "./table.ts";

const DAY_MS = 86_400_000;
/** The feed asks once per day, empty or not. */
const FEED_DAYS_MAX = 400;

/** Incidents with their labels. The fold and people write different attributes of the same item. */
export function createIncidentStore(table: ItemTable): IncidentStore {
  return {
    async save(incident) {
      // A condition that fails means that a later form is stored, which is what was wanted.
      await table.update(incidentKey(incident.host, incident.opened), attributesOfIncident(incident), {
        attribute: "form",
        is: "absent or at most",
        value: formOf(incident),
      });
    },

    async get(host, opened) {
      const [item] = await table.get([incidentKey(host, opened)], { consistent: true });
      return item ? incidentOfItem(item) : undefined;
    },

    async find(id) {
      return (await collect(table.query({ index: "byId", partition: id }))).map(incidentOfItem);
    },

    async ofHost(host, from, to) {
      const between = wholeNumbers(from, to);
      return between ? (await collect(table.query({ partition: host, between }))).map(incidentOfItem) : [];
    },

    async feed(from, to, limit) {
      const between = wholeNumbers(from, to);
      return between ? feedOf(table, between, limit) : [];
    },

    async label(host, opened, label) {
      const known = { attribute: "host", is: "present" } as const;
      if (await table.update(incidentKey(host, opened), attributesOfLabel(label), known)) return;
      throw new Error(`no incident of host ${host} opened at ${opened} to label`);
    },
  };
}

async function feedOf(table: ItemTable, between: readonly [number, number], limit: number): Promise<Incident[]> {
  const [first, last] = between.map((time) => Math.floor(time / DAY_MS));
  if (first === undefined || last === undefined || last - first >= FEED_DAYS_MAX) {
    throw new RangeError(`the feed spans at most ${FEED_DAYS_MAX} days: ask for less at a time`);
  }
  const incidents: Incident[] = [];
  for (let day = last; day >= first && incidents.length < limit; day--) {
    const partition = dayOf(day * DAY_MS);
    const rest = limit - incidents.length;
    const items = await collect(table.query({ index: "feed", partition, between, descending: true, limit: rest }));
    incidents.push(...items.map(incidentOfItem));
  }
  return incidents;
}
