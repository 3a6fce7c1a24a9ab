import { handleFeedback } from "../../lib/feedback/handle.ts";
import { keyOf, signToken } from "../../lib/feedback/token.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { anIncident, NOON } from "../contract/examples.ts";

export const KEY = keyOf("a secret of more than 32 characters");
export const NOW = NOON + 3_600_000;

/** The page over a store in memory with one incident of `web-07`, and everything that was written to that store. */
export async function openPage(fields: Parameters<typeof anIncident>[1] = {}, host = "web-07") {
  const { incidents } = createMemoryStores(() => world.now);
  const incident = anIncident(host, fields);
  await incidents.save(incident);
  const world = { now: NOW, keys: [KEY], reads: 0, writes: 0 };
  const ports = {
    incidents: {
      get: (name: string, opened: number) => {
        world.reads++;
        return incidents.get(name, opened);
      },
      label: (...label: Parameters<typeof incidents.label>) => {
        world.writes++;
        return incidents.label(...label);
      },
    },
    keys: async () => world.keys,
    clock: () => world.now,
  };
  const token = signToken(incident, [KEY], NOW);
  return {
    world,
    ports,
    incident,
    token,
    stored: () => incidents.get(host, incident.opened),
    send: (method: string, body = "", path = `/feedback/${token}`) => handleFeedback(ports, { method, path, body }),
  };
}

export function form(fields: Readonly<Record<string, string>>): string {
  return new URLSearchParams(fields).toString();
}
