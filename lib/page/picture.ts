import { type MessageLatency, messageLatency } from "../alert/latency.ts";
import { gather } from "../gather-all.ts";
import { type Incident, subjectOf } from "../incident/incident.ts";
import type { Stores } from "../store/stores.ts";
import { DAY_MS, MINUTE_MS } from "../time.ts";
import { groupOwner } from "../watch/baseline.ts";
import { inParallel } from "../watch/parallel.ts";
import type { HostState } from "../watch/state.ts";
import { type Card, cardOf, type Summary, summaryOf } from "./cards.ts";
import { type IncidentView, incidentView } from "./incident-view.ts";

/** The fleet at one moment, as all clients see it. */
export interface Picture {
  /** The time of the picture, in milliseconds since the epoch. */
  readonly now: number;
  readonly cards: ReadonlyMap<string, Card>;
  /** `started` (ms): since when the twin runs; absent for a stack. */
  readonly summary: Summary & {
    readonly latency: MessageLatency["atOnce"];
    readonly started?: number | undefined;
  };
  /** The newest incidents by their key. */
  readonly incidents: ReadonlyMap<string, IncidentView>;
}

/** How far back the feed goes, and how many of its incidents a picture holds. */
export const FEED_DAYS = 30;
const FEED_MAX = 200;
/** The store holds the feed by day: a picture reads the last two days, and the whole feed only this often. */
const WHOLE_FEED_EVERY_MS = MINUTE_MS;
const REFITS_EVERY_MS = MINUTE_MS;
const STORES_AT_ONCE = 8;
/** Read in one picture besides the feed; the next picture reads more. */
const MISSING_MAX = 50;

/** Takes pictures. Reads data that rarely change less often. */
export function createCamera({ hosts, baselines, incidents }: Stores, started?: number) {
  const feed = new Map<string, IncidentView>();
  let wholeFeedAt = Number.NEGATIVE_INFINITY;
  let refits = { at: Number.NEGATIVE_INFINITY, groups: "", refitted: new Map<string, number>() };

  async function readFeed(states: readonly HostState[], now: number): Promise<ReadonlyMap<string, IncidentView>> {
    const whole = now - wholeFeedAt >= WHOLE_FEED_EVERY_MS;
    const found = await incidents.feed(now - (whole ? FEED_DAYS : 1) * DAY_MS, now + DAY_MS, FEED_MAX);
    if (whole) {
      wholeFeedAt = now;
      feed.clear();
    }
    for (const incident of found) feed.set(`${subjectOf(incident)} ${incident.opened}`, incidentView(incident));
    for (const incident of await readMissing(states, new Set(found.map(({ id }) => id))))
      feed.set(incident.key, incident);
    return new Map([...feed].sort(([, a], [, b]) => rank(b) - rank(a) || b.opened - a.opened).slice(0, FEED_MAX));
  }

  /**
   * Open incidents that are not among what was just `read`. Incidents of groups are read each time, since they grow;
   * incidents of hosts once.
   */
  async function readMissing(
    states: readonly HostState[],
    read: ReadonlySet<string>,
  ): Promise<readonly IncidentView[]> {
    const open = states.flatMap(({ incident, retired }) => (incident && !retired ? [incident] : []));
    const known = new Set([...feed.values()].map(({ id }) => id));
    const fleets = [...new Set(open.flatMap(({ fleet }) => fleet ?? []))].filter((id) => !read.has(id));
    const single = open.filter(({ fleet, id }) => fleet === undefined && !known.has(id));
    const found: Incident[] = [];
    await inParallel(STORES_AT_ONCE, fleets.slice(0, MISSING_MAX), async (id) => {
      found.push(...(await incidents.withId(id)).filter(({ kind }) => kind === "fleet"));
    });
    await inParallel(STORES_AT_ONCE, single.slice(0, MISSING_MAX), async ({ host, opened }) => {
      const one = await incidents.get(host, opened);
      if (one) found.push(one);
    });
    return found.map(incidentView);
  }

  async function readRefits(states: readonly HostState[], now: number): Promise<ReadonlyMap<string, number>> {
    const groups = [...new Set(states.map(({ group }) => group))].sort();
    if (now - refits.at < REFITS_EVERY_MS && refits.groups === groups.join("\n")) return refits.refitted;
    const refitted = new Map<string, number>();
    await inParallel(STORES_AT_ONCE, groups, async (group) => {
      const owner = groupOwner(group);
      const [[newest], active] = await Promise.all([baselines.reports(owner, 1), baselines.current(owner)]);
      if (newest) refitted.set(group, Math.max(newest.at, active?.refitted ?? 0));
    });
    refits = { at: now, groups: groups.join("\n"), refitted };
    return refitted;
  }

  return {
    async take(now: number): Promise<Picture> {
      const states = await gather(hosts.all());
      const refitted = await readRefits(states, now);
      const incidents = await readFeed(states, now);
      return {
        now,
        cards: new Map(states.map((state) => [state.host, cardOf(state, now)])),
        summary: {
          ...summaryOf(states, refitted, now),
          latency: messageLatency(incidents.values(), now).atOnce,
          started,
        },
        incidents,
      };
    },
    /** The next picture reads the whole feed: somebody changed an incident of any age. */
    forget(): void {
      wholeFeedAt = Number.NEGATIVE_INFINITY;
    },
  };
}

/** Open incidents stay in a picture, even if many open after them; those that a group's stands for make room first. */
function rank({ resolved, fleet }: IncidentView): number {
  if (fleet !== undefined) return 0;
  return resolved === undefined ? 2 : 1;
}

/** The difference between two pictures; undefined when they show the same. */
export function changeOf(before: Picture, after: Picture) {
  const cards = changed(before.cards, after.cards);
  const gone = [...before.cards.keys()].filter((host) => !after.cards.has(host));
  const incidents = changed(before.incidents, after.incidents);
  // An incident that resolves may leave at once, since the picture holds only the newest of those.
  const left = [...before.incidents.keys()].filter((key) => !after.incidents.has(key));
  const isSame =
    cards.length + gone.length + incidents.length + left.length === 0 &&
    JSON.stringify(before.summary) === JSON.stringify(after.summary);
  return isSame ? undefined : { now: after.now, cards, gone, summary: after.summary, incidents, left };
}

/** The same functions make both, so equal data have equal JSON. */
function changed<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): readonly T[] {
  return [...after].flatMap(([key, value]) =>
    JSON.stringify(before.get(key)) === JSON.stringify(value) ? [] : [value],
  );
}
