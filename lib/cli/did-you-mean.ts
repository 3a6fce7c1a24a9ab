import { UserError } from "../user-error.ts";

/** Bounds of the work: more names, and longer ones, are not compared. */
const NAMES_MAX = 10_000;
const LENGTH_MAX = 64;
const PROPOSED_MAX = 3;

/** Says that a name is not known, which known ones are near, and the command that lists all. */
export function unknownName(kind: string, name: string, known: readonly string[], lister: string): UserError {
  const proposal = proposalFor(name, known);
  return new UserError(`no such ${kind}: ${name}${proposal === "" ? ":" : proposal} \`${lister}\` lists them`);
}

/** `; did you mean web-07 or web-08?`; empty if no known name is near. */
export function proposalFor(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near.length === 0 ? "" : `; did you mean ${near.join(" or ")}?`;
}

/**
 * The known names nearest to one, at most three, nearest first. A name is near if it contains the other, or if changes
 * of at most a third of the letters make them equal: insertions, deletions and substitutions. Case does not matter.
 */
export function nearest(name: string, known: readonly string[]): readonly string[] {
  const wanted = name.slice(0, LENGTH_MAX).toLowerCase();
  const most = Math.max(1, Math.floor(wanted.length / 3));
  return known
    .slice(0, NAMES_MAX)
    .map((one) => ({ one, distance: distanceOf(wanted, one.slice(0, LENGTH_MAX).toLowerCase(), most) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance || (a.one < b.one ? -1 : 1))
    .slice(0, PROPOSED_MAX)
    .map(({ one }) => one);
}

/** Levenshtein's distance; infinite where the lengths alone differ by more than `most`. */
function distanceOf(a: string, b: string, most: number): number {
  if (a !== "" && b.includes(a)) return 1;
  if (Math.abs(a.length - b.length) > most) return Number.POSITIVE_INFINITY;
  let before = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (before[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(changed, (before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    before = row;
  }
  return before[b.length] ?? 0;
}
