import type { HostIncident } from "../incident/incident.ts";
import type { HostStore, IncidentStore } from "./ports.ts";

interface TakeBackPorts {
  readonly hosts: Pick<HostStore, "load">;
  readonly incidents: Pick<IncidentStore, "save" | "takeBack">;
}

/**
 * Takes back an end that was stored for a host that had sent meanwhile: its incident goes on. A later sample of the
 * trouble would correct the end, too, but perhaps none comes.
 */
export async function takeBack({ hosts, incidents }: TakeBackPorts, ended: HostIncident): Promise<void> {
  const open = async () => {
    const incident = (await hosts.load([ended.host])).get(ended.host)?.incident;
    return incident?.id === ended.id ? incident : undefined;
  };
  const before = await open();
  if (!before) return;
  await incidents.takeBack(ended, before);
  // Another may have ended it in that moment.
  if (!(await open())) await incidents.save(ended);
}
