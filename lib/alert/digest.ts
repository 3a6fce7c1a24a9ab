import { direction } from "../incident/cause.ts";
import { causesOf, severityOf, subjectOf } from "../incident/incident.ts";
import type { Notice } from "../incident/notice.ts";
import { patternOf } from "../incident/pattern.ts";
import { DIGEST_CAUSES_MAX, DIGEST_ENDED_MAX, DIGEST_GROUPS_MAX, DIGEST_HOSTS_MAX, type DigestNews } from "./news.ts";

/**
 * Joins many notices into one message at `now` (ms since the epoch): counts by kind, groups, the first hosts, and
 * causes.
 */
export function digestOf(notices: readonly Notice[], now: number): DigestNews {
  const opened = notices.filter(({ kind }) => kind === "opened").length;
  const ended = notices.filter(({ kind }) => kind === "resolved").map(({ incident }) => incident.id);
  const news = notices.filter(({ kind }) => kind !== "resolved");
  const critical = news.filter(({ incident }) => severityOf(incident) === "critical").length;
  const open = new Map(news.map(({ incident }) => [incident.id, incident]));
  const dependents = [...open.values()].reduce((sum, { dependents: of }) => sum + (of?.hosts ?? 0), 0);
  const groups = mostFrequent(notices.map(({ incident }) => incident.group));
  return {
    kind: "digest",
    at: Math.round(now),
    opened,
    resolved: ended.length,
    others: notices.length - opened - ended.length,
    critical,
    warning: news.length - critical,
    groups: groups.slice(0, DIGEST_GROUPS_MAX).map(([group, notices]) => ({ group, notices })),
    groupsInAll: groups.length,
    first: firstHosts(notices),
    ...(dependents > 0 ? { dependents } : {}),
    ended: ended.slice(0, DIGEST_ENDED_MAX),
    causes: mostFrequentCauses(news),
  };
}

function firstHosts(notices: readonly Notice[]): DigestNews["first"] {
  const incidents = new Map(notices.map(({ incident }) => [`${subjectOf(incident)} ${incident.id}`, incident]));
  return [...incidents.values()]
    .sort((a, b) => a.opened - b.opened)
    .slice(0, DIGEST_HOSTS_MAX)
    .map((incident) => ({ host: subjectOf(incident), id: incident.id }));
}

/** By the first cause of each incident, which contributed most. */
function mostFrequentCauses(notices: readonly Notice[]): DigestNews["causes"] {
  const causes = new Map(
    notices.flatMap(({ incident }) => {
      const [first] = causesOf(incident);
      return first ? [[`${subjectOf(incident)} ${incident.id}`, first]] : [];
    }),
  );
  const named = new Map([...causes.values()].map((cause) => [patternOf(cause), cause]));
  return mostFrequent([...causes.values()].map(patternOf))
    .slice(0, DIGEST_CAUSES_MAX)
    .flatMap(([name, incidents]) => {
      const cause = named.get(name);
      return cause ? [{ metric: cause.metric, direction: direction(cause), incidents }] : [];
    });
}

/** Each with its number of occurrences, most frequent first, equal ones in order of the alphabet. */
function mostFrequent(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}
