import { type Incident, subjectOf } from "../incident/incident.ts";
import type { Stores } from "../store/stores.ts";
import { WEEK_MS } from "../time.ts";
import { UserError } from "../user-error.ts";
import { unknownName } from "./did-you-mean.ts";

/** Ids of as many newest incidents are compared with an unknown one. */
const COMPARED_MAX = 1_000;

async function unknownIncident({ incidents }: Stores, id: string, subjects: readonly string[], host?: string) {
  if (subjects.length > 0)
    return new UserError(`no incident ${id} of ${host}: it is one of ${subjects.join(" and ")}, change --host`);
  const now = Date.now();
  const newest = await incidents.feed(now - WEEK_MS, now + 1, COMPARED_MAX);
  return unknownName(
    "incident",
    id,
    newest.map((one) => one.id),
    "fleetwarden incidents",
  );
}

/** The one incident with this id; `host` decides between two that share it. */
export async function findIncident(stores: Stores, id: string, host?: string): Promise<Incident> {
  const found = await stores.incidents.withId(id.toUpperCase());
  const matching = host === undefined ? found : found.filter((incident) => subjectOf(incident) === host);
  const [incident] = matching;
  if (!incident) throw await unknownIncident(stores, id, found.map(subjectOf), host);
  if (matching.length > 1)
    throw new UserError(`${id} names incidents of ${matching.map(subjectOf).join(" and ")}: add --host`);
  return incident;
}
