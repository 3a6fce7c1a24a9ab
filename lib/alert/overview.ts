import { median } from "../model/median.ts";
import { correctionOf } from "../watch/clock.ts";
import { hasWaited } from "../watch/closing.ts";
import type { HostStore } from "../watch/ports.ts";
import { isExpected, isExpired, isForgotten, isOff, isPresent, isSilent } from "../watch/silent.ts";
import type { HostState } from "../watch/state.ts";
import { isUnjudgedNews } from "../watch/unjudged.ts";
import type { AlertSettings } from "./settings.ts";

/** All hosts at one time. Times are in milliseconds since the epoch. */
export interface Overview {
  /** When the last record of any host arrived; 0 = never. */
  readonly latest: number;
  /** Hosts whose records are awaited and who are not silenced, and the median of their intervals (ms). */
  readonly expected: { readonly hosts: number; readonly interval: number };
  /** All hosts whose records are awaited, the silenced ones too, and those that people know to be silent. */
  readonly awaited: number;
  readonly groups: ReadonlyMap<string, GroupOverview>;
  /** Hosts that are newly silent if everything that was sent has arrived. */
  readonly quiet: readonly HostState[];
  /** Hosts to retire: silent for long, or gone from a group whose hosts come and go. */
  readonly gone: readonly HostState[];
  /** Hosts that went off as usual in the middle of trouble, of which nothing more will be known. */
  readonly off: readonly HostState[];
  /** Hosts to delete: silent for so long that records of them would not be missed. */
  readonly expired: readonly HostState[];
  /** Hosts whose clock is known to be wrong, without a message so far. */
  readonly wrongClocks: readonly HostState[];
  /** Hosts without judged samples, and without a message so far. */
  readonly unjudged: readonly HostState[];
  /** Hosts with samples that have waited long enough for the rest of their records. */
  readonly waiting: readonly HostState[];
}

export interface GroupOverview {
  /** Hosts that are not retired and sent something lately. */
  readonly total: number;
  /** Hosts with an open incident that are not off. */
  readonly troubled: readonly HostState[];
}

/** Hosts deleted by one sweep; each takes a few calls, and the next sweep finds the others. */
const EXPIRED_MAX = 500;

/** Reads every host. */
export async function overviewOf(
  hosts: Pick<HostStore, "all">,
  isSilenced: (state: HostState) => boolean,
  { comeAndGo }: Pick<AlertSettings, "comeAndGo">,
  now: number,
): Promise<Overview> {
  const groups = new Map<string, { total: number; troubled: HostState[] }>();
  const [quiet, forgotten, off]: [HostState[], HostState[], HostState[]] = [[], [], []];
  const [expired, waiting]: [HostState[], HostState[]] = [[], []];
  const [wrongClocks, unjudged]: [HostState[], HostState[]] = [[], []];
  const latestIn = new Map(comeAndGo.map((group) => [group, 0]));
  const intervals: number[] = [];
  let [latest, awaited] = [0, 0];
  for await (const state of hosts.all()) {
    latest = Math.max(latest, state.arrived);
    const inGroup = latestIn.get(state.group);
    if (inGroup !== undefined) latestIn.set(state.group, Math.max(inGroup, state.arrived));
    const group = groups.get(state.group) ?? { total: 0, troubled: [] };
    groups.set(state.group, group);
    if (isPresent(state, now)) group.total++;
    if (state.incident && state.incident.kind !== "silent" && isOff(state, now)) off.push(state);
    else if (state.incident) group.troubled.push(state);
    const isExpectedNow = isExpected(state, now);
    if (isExpectedNow || (state.incident?.kind === "silent" && !state.retired)) awaited++;
    if (isExpectedNow && !isSilenced(state)) intervals.push(state.interval);
    if (correctionOf(state.clock) && !state.clock?.told && !state.retired) wrongClocks.push(state);
    if (isUnjudgedNews(state)) unjudged.push(state);
    if (hasWaited(state, now)) waiting.push(state);
    if (isExpired(state, now)) {
      if (expired.length < EXPIRED_MAX) expired.push(state);
    } else if (isForgotten(state, now)) forgotten.push(state);
    else if (isSilent(state, now)) quiet.push(state);
  }
  const interval = intervals.length > 0 ? median(Float64Array.from(intervals)) : 0;
  const expected = { hosts: intervals.length, interval };
  // If the others do not send either, the whole group may be in trouble: then the host did not just leave.
  const hasLeft = (state: HostState) => isSilent(state, latestIn.get(state.group) ?? 0);
  const gone = [...forgotten, ...quiet.filter(hasLeft)];
  const stayed = quiet.filter((state) => !hasLeft(state));
  return { latest, expected, awaited, groups, quiet: stayed, gone, off, expired, wrongClocks, unjudged, waiting };
}
