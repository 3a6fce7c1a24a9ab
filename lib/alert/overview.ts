import { median } from "../model/median.ts";
import type { HostStore } from "../watch/ports.ts";
import { isExpected, isForgotten, isPresent, isSilent } from "../watch/silent.ts";
import type { HostState } from "../watch/state.ts";

/** All hosts at one time. Times are in milliseconds since the epoch. */
export interface Overview {
  /** When the last record of any host arrived; 0 = never. */
  readonly latest: number;
  /** Hosts whose records are awaited and who are not silenced, and the median of their intervals (ms). */
  readonly expected: { readonly hosts: number; readonly interval: number };
  /** All hosts whose records are awaited, the silenced ones too. */
  readonly awaited: number;
  readonly groups: ReadonlyMap<string, GroupOverview>;
  /** Hosts that are newly silent if everything that was sent has arrived. */
  readonly quiet: readonly HostState[];
  /** Hosts to retire, because they sent nothing for long. */
  readonly forgotten: readonly HostState[];
}

export interface GroupOverview {
  /** Hosts that are not retired and sent something lately. */
  readonly total: number;
  /** Hosts with an open incident. */
  readonly troubled: readonly HostState[];
}

/** Reads every host. */
export async function overviewOf(
  hosts: Pick<HostStore, "all">,
  isSilenced: (state: HostState) => boolean,
  now: number,
): Promise<Overview> {
  const groups = new Map<string, { total: number; troubled: HostState[] }>();
  const [quiet, forgotten]: [HostState[], HostState[]] = [[], []];
  const intervals: number[] = [];
  let [latest, awaited] = [0, 0];
  for await (const state of hosts.all()) {
    latest = Math.max(latest, state.arrived);
    const group = groups.get(state.group) ?? { total: 0, troubled: [] };
    groups.set(state.group, group);
    if (isPresent(state, now)) group.total++;
    if (state.incident) group.troubled.push(state);
    if (isExpected(state, now)) {
      awaited++;
      if (!isSilenced(state)) intervals.push(state.interval);
    }
    if (isForgotten(state, now)) forgotten.push(state);
    else if (isSilent(state, now)) quiet.push(state);
  }
  const interval = intervals.length > 0 ? median(Float64Array.from(intervals)) : 0;
  return { latest, expected: { hosts: intervals.length, interval }, awaited, groups, quiet, forgotten };
}
