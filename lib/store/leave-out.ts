import type { OnUnreadable } from "./item-reader.ts";

/** Lines printed by one program: a list of thousands would hide the answer. */
const LINES_MAX = 20;

/** For programs that only look: they leave unreadable items where they are, and name each once. */
export function leaveOut(print: (line: string) => void): OnUnreadable {
  const named = new Set<string>();
  return async ({ problem }) => {
    if (named.has(problem) || named.size === LINES_MAX) return;
    named.add(problem);
    print(`Left out: ${problem}. The functions set it aside when they next read it.`);
  };
}
