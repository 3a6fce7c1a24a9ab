import { ask } from "./api.js";
import { fleet } from "./store.js";

/** The server's events have every incident of the last 30 days if they have fewer than this. */
const EVENTS_MAX = 200;

/** Incidents that the server's events leave out. */
export function olderIncidents() {
  const known = new Map();
  /** The server was asked for incidents down to this opening; undefined: not since the last snapshot. */
  let reached;
  let isEnd = false;
  return {
    /** These and the fleet's, without an order. */
    withFleet: () => [...new Map([...known, ...fleet.incidents]).values()],
    isWhole: () => isEnd || fleet.incidents.size < EVENTS_MAX,
    /**
     * Reads on until something new comes. It begins with the newest: the events have old incidents that are open, and
     * leave out newer ones of hosts of a group's incident.
     */
    async readOn() {
      for (let isNew = false; !isNew && !isEnd; ) {
        const { incidents } = await ask("incidents", { before: reached });
        isNew = incidents.some(({ key }) => !known.has(key) && !fleet.incidents.has(key));
        for (const incident of incidents) known.set(incident.key, incident);
        isEnd = incidents.length === 0;
        reached = incidents.at(-1)?.opened;
      }
    },
    /** Takes a change of the fleet. */
    take({ all, left }) {
      // While the connection was lost, more may have opened than a snapshot has.
      if (all) {
        reached = undefined;
        isEnd = false;
      }
      // A resolved one stays as it was; an open one that left is over, and the server knows since when.
      for (const [key, incident] of left) {
        if (incident.resolved === undefined) known.delete(key);
        else known.set(key, incident);
      }
    },
  };
}
