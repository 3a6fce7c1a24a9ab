import { type Incident, subjectOf } from "../incident/incident.ts";
import type { Stores } from "../store/stores.ts";
import { UserError } from "../user-error.ts";

/** The one incident with this id; `host` decides between two that share it. */
export async function findIncident({ incidents }: Stores, id: string, host?: string): Promise<Incident> {
  const found = await incidents.withId(id.toUpperCase());
  const matching = host === undefined ? found : found.filter((incident) => subjectOf(incident) === host);
  const [incident] = matching;
  if (!incident)
    throw new UserError(`no incident ${id}${host ? ` of ${host}` : ""}: \`fleetwarden incidents\` lists them`);
  if (matching.length > 1)
    throw new UserError(`${id} names incidents of ${matching.map(subjectOf).join(" and ")}: add --host`);
  return incident;
}
