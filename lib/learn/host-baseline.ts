import { type Baseline, groupOwner, hostOwner } from "../watch/baseline.ts";
import type { BaselineStore } from "../watch/ports.ts";

interface NamedHost {
  readonly host: string;
  readonly group: string;
}

/** The baseline among the active ones that judges a host: its own, or else its group's. */
export function baselineAmong(active: ReadonlyMap<string, Baseline>, { host, group }: NamedHost): Baseline | undefined {
  return active.get(hostOwner(host)) ?? active.get(groupOwner(group));
}

export async function baselineOf(
  baselines: Pick<BaselineStore, "active">,
  named: NamedHost,
): Promise<Baseline | undefined> {
  return baselineAmong(await baselines.active([hostOwner(named.host), groupOwner(named.group)]), named);
}
