import type { GroupEntry } from "./schema.ts";

type Groups = Readonly<Record<string, GroupEntry>>;

/** For each group, all groups that it depends on, directly or through others; those that it names come first. */
export function dependenciesOf(groups: Groups): ReadonlyMap<string, readonly string[]> {
  const depending = Object.keys(groups).filter((group) => namedBy(groups, group).length > 0);
  return new Map(depending.map((group) => [group, reachedFrom(groups, group)]));
}

/** A path from a group to itself, such as `["web", "db", "web"]`; undefined if there is none. */
export function circleIn(groups: Groups): readonly string[] | undefined {
  for (const start of Object.keys(groups)) {
    const before = new Map<string, string>();
    for (const group of reachedFrom(groups, start, before)) if (group === start) return wayTo(start, before);
  }
  return undefined;
}

/** Breadth first. `before` gets the group from which each was reached. */
function reachedFrom(groups: Groups, start: string, before = new Map<string, string>()): readonly string[] {
  const queue = [start];
  for (const group of queue)
    for (const next of namedBy(groups, group)) {
      if (before.has(next)) continue;
      before.set(next, group);
      queue.push(next);
    }
  return queue.slice(1);
}

function wayTo(start: string, before: ReadonlyMap<string, string>): readonly string[] {
  const way = [start];
  for (let group = before.get(start); group !== undefined && group !== start; group = before.get(group))
    way.unshift(group);
  return [start, ...way];
}

function namedBy(groups: Groups, group: string): readonly string[] {
  return Object.hasOwn(groups, group) ? (groups[group]?.dependsOn ?? []) : [];
}
