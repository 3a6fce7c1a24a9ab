import { type FeedbackPorts, handleFeedback } from "../../lib/feedback/handle.ts";
import { keyOf, signToken } from "../../lib/feedback/token.ts";
import { type Incident, subjectOf } from "../../lib/incident/incident.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { anIncident, NOON } from "../contract/examples.ts";

export const KEY = keyOf("a secret of more than 32 characters");
export const NOW = NOON + 3_600_000;

/** The page over a store in memory with one incident of `web-07`; it counts reads and writes of the stores. */
export async function openPage(incident: Incident = anIncident("web-07")) {
  const { incidents, alerting, hosts } = createMemoryStores(() => world.now);
  await incidents.save(incident);
  const world = { now: NOW, keys: [KEY], reads: 0, writes: 0 };
  const reading =
    <A extends readonly unknown[], R>(read: (...args: A) => R) =>
    (...args: A) => {
      world.reads++;
      return read(...args);
    };
  const writing =
    <A extends readonly unknown[], R>(write: (...args: A) => R) =>
    (...args: A) => {
      world.writes++;
      return write(...args);
    };
  const ports: FeedbackPorts = {
    incidents: {
      get: reading(incidents.get),
      feed: reading(incidents.feed),
      label: writing(incidents.label),
      acknowledge: writing(incidents.acknowledge),
      save: writing(incidents.save),
      ofHost: reading(incidents.ofHost),
    },
    alerting: {
      silences: reading(alerting.silences),
      saveSilence: writing(alerting.saveSilence),
      quiets: reading(alerting.quiets),
      saveQuiet: writing(alerting.saveQuiet),
    },
    hosts: { load: reading(hosts.load), save: writing(hosts.save) },
    keys: async () => world.keys,
    clock: () => world.now,
  };
  const token = signToken(claimsOf(incident), [KEY], NOW);
  return {
    world,
    ports,
    incident,
    token,
    stores: { incidents, alerting, hosts },
    stored: () => incidents.get(subjectOf(incident), incident.opened),
    send: (method: string, body = "", path = `/feedback/${token}`) => handleFeedback(ports, { method, path, body }),
  };
}

/** The claims of a link about its incident. */
export function claimsOf(incident: Incident) {
  return { host: subjectOf(incident), opened: incident.opened, id: incident.id };
}

export function form(fields: Readonly<Record<string, string>>): string {
  return new URLSearchParams(fields).toString();
}
