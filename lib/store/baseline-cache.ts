import type { Clock } from "../handlers/contract.ts";
import type { Baseline } from "../watch/baseline.ts";
import type { BaselineStore } from "../watch/ports.ts";

/** How long scoring may go on with a baseline that is no longer the active one. */
const BASELINE_TTL_MS = 60_000;

/** A full covariance of 38 features takes 7 KB: 140 MB of the 512 MB that `score` has. */
const BASELINES_MAX = 20_000;

export interface BaselineCache extends BaselineStore {
  /** The next question about this owner is asked afresh. */
  forget(owner: string): void;
}

interface Answer {
  /** Undefined: the owner has none. */
  readonly baseline: Baseline | undefined;
  readonly until: number;
}

/** Remembers for a minute which baselines are active, and which owners have none; the least recently used go first. */
export function cacheBaselines(store: BaselineStore, clock: Clock): BaselineCache {
  const answers = new Map<string, Answer>();
  return {
    async active(owners) {
      const now = clock();
      const found = new Map<string, Answer>();
      for (const owner of owners) {
        const answer = answers.get(owner);
        if (answer && answer.until > now) found.set(owner, answer);
      }
      const missing = owners.filter((owner) => !found.has(owner));
      const fetched = missing.length > 0 ? await store.active(missing) : new Map<string, Baseline>();
      for (const owner of missing) found.set(owner, { baseline: fetched.get(owner), until: now + BASELINE_TTL_MS });
      remember(answers, found);
      return new Map([...found].flatMap(([owner, { baseline }]) => (baseline ? [[owner, baseline] as const] : [])));
    },

    forget(owner) {
      answers.delete(owner);
    },
  };
}

/** A Map keeps the order of insertion: what was used last goes to its end, what is too much leaves from its start. */
function remember(answers: Map<string, Answer>, used: ReadonlyMap<string, Answer>): void {
  for (const [owner, answer] of used) {
    answers.delete(owner);
    answers.set(owner, answer);
  }
  for (const owner of answers.keys()) {
    if (answers.size <= BASELINES_MAX) return;
    answers.delete(owner);
  }
}
