import { isUsuallyAbsent } from "../model/bands.ts";
import { hostOwner } from "../watch/baseline.ts";
import type { BaselineStore } from "../watch/ports.ts";
import type { Overview } from "./overview.ts";

/**
 * Silent hosts that are usually off at this time (ms since the epoch) are no news: they are retired, until they send
 * again. The baselines of the others are not read.
 */
export async function withoutAbsent(
  baselines: Pick<BaselineStore, "active">,
  overview: Overview,
  now: number,
): Promise<Overview> {
  if (overview.quiet.length === 0) return overview;
  const active = await baselines.active(overview.quiet.map(({ host }) => hostOwner(host)));
  const isAbsent = ({ host }: { readonly host: string }) => {
    const model = active.get(hostOwner(host))?.model;
    return model?.detector === "bands" && isUsuallyAbsent(model, now);
  };
  const gone = [...overview.gone, ...overview.quiet.filter(isAbsent)];
  return { ...overview, gone, quiet: overview.quiet.filter((state) => !isAbsent(state)) };
}
