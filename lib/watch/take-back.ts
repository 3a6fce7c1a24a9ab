import type { HostIncident } from "../incident/incident.ts";
import { retryOnConflict } from "../retry.ts";
import type { HostStore, IncidentStore } from "./ports.ts";

interface TakeBackPorts {
  readonly hosts: Pick<HostStore, "load" | "save">;
  readonly incidents: Pick<IncidentStore, "save">;
}

/**
 * Takes back an end that was stored for a host that had sent meanwhile: its incident goes on. A later sample of the
 * trouble would correct the end, too, but perhaps none comes. A higher revision makes it the later form.
 */
export async function takeBack({ hosts, incidents }: TakeBackPorts, ended: HostIncident): Promise<void> {
  const { host, id, revision } = ended;
  await retryOnConflict(`the state of ${host}`, async () => {
    const state = (await hosts.load([host])).get(host);
    if (state?.incident?.id !== id || state.incident.revision > revision) return true;
    const incident = { ...state.incident, revision: revision + 1 };
    if (!(await hosts.save({ ...state, incident }))) return undefined;
    await incidents.save(incident);
    return true;
  });
}
