import { type HostIncident, subjectsOf } from "../incident/incident.ts";
import type { Pattern } from "../incident/pattern.ts";
import { HOUR_MS } from "../time.ts";
import type { HostState } from "../watch/state.ts";
import type { Beginning, Desk } from "./desk.ts";
import type { AlertSettings } from "./settings.ts";

/** Hosts that get the same trouble within this time have one cause, or infected one another: a release, a bad peer. */
export const SPREAD_MS = HOUR_MS;
/** More beginnings in an hour are a storm, in which the newest suffice. With the longest names they take 190 KB. */
const RECENT_MAX = 120;
/** Hosts with the same trouble within the hour are one incident if they are this share of the least number at once. */
const SPREAD_OF_AT_ONCE = 0.6;
/** A large group needs this share of its hosts, or chance would join hosts that have nothing in common. */
const SPREAD_SHARE = 0.01;
/** No group needs more, however large it is: the desk remembers little more. */
const SPREAD_HOSTS_MAX = 100;

/** The number of hosts in a group of `total` that must have the same trouble within an hour to make one incident. */
export function spreadThreshold({ fleetHosts }: AlertSettings, total: number): number {
  return Math.ceil(Math.min(SPREAD_HOSTS_MAX, Math.max(SPREAD_OF_AT_ONCE * fleetHosts, SPREAD_SHARE * total)));
}

/** Whether enough other hosts have just had this incident's trouble that it may be one of the whole group. */
export function mayBeSpread(desk: Desk, incident: HostIncident, settings: AlertSettings, now: number): boolean {
  const [pattern] = subjectsOf(incident);
  if (pattern === undefined) return false;
  const others = hostsWith(desk, pattern, now).filter(({ host }) => host !== incident.host);
  return others.length + 1 >= spreadThreshold(settings, 0);
}

/** The desk with the incidents that it has not seen yet; the same desk if there are none. */
export function withBeginnings(desk: Desk, states: readonly HostState[], now: number): Desk {
  const known = new Set(desk.recent.map(({ host, id }) => `${host} ${id}`));
  const begun = states.flatMap((state) => beginningOf(state) ?? []);
  const news = begun.filter(({ host, id, at }) => now - at < SPREAD_MS && !known.has(`${host} ${id}`));
  if (news.length === 0) return desk;
  const recent = [...desk.recent.filter(({ at }) => now - at < SPREAD_MS), ...news];
  return { ...desk, recent: recent.slice(-RECENT_MAX) };
}

/** The hosts whose incidents began with this pattern within the hour, each once, in the order of their beginnings. */
export function hostsWith({ recent }: Desk, pattern: Pattern, now: number): readonly Beginning[] {
  const ofPattern = recent.filter((one) => one.pattern === pattern && now - one.at < SPREAD_MS);
  return ofPattern.filter(({ host }, i) => ofPattern.findIndex((one) => one.host === host) === i);
}

/** Beginnings by the first pattern of their incident. */
export function beginningOf({ host, incident }: HostState): Beginning | undefined {
  const [pattern] = incident ? subjectsOf(incident) : [];
  return incident && pattern !== undefined ? { pattern, host, id: incident.id, at: incident.opened } : undefined;
}
