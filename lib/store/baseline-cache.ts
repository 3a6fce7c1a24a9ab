import { type Clock, MINUTE_MS } from "../time.ts";
import type { Baseline } from "../watch/baseline.ts";
import type { BaselineStore } from "../watch/ports.ts";

/** How long scoring may go on with a baseline that is no longer the active one. */
const BASELINE_TTL_MS = MINUTE_MS;

/** Owners without a baseline count as well. */
const OWNERS_MAX = 20_000;
/** Half of what `score` has: 7,000 fused baselines of 38 metrics, of 37 KB each. */
const MODEL_BYTES_MAX = 256 * 1024 * 1024;

export interface BaselineCache extends BaselineStore {
  /** The next question about this owner is asked afresh. */
  forget(owner: string): void;
}

interface Answer {
  /** Undefined: the owner has none. */
  readonly baseline: Baseline | undefined;
  readonly until: number;
  /** What its model takes. */
  readonly bytes: number;
}

interface Answers {
  /** The least recently used first. */
  readonly byOwner: Map<string, Answer>;
  bytes: number;
}

/** Remembers for a minute which baselines are active, and which owners have none; the least recently used go first. */
export function cacheBaselines(store: BaselineStore, clock: Clock): BaselineCache {
  const answers: Answers = { byOwner: new Map(), bytes: 0 };
  return {
    async active(owners) {
      const now = clock();
      const found = new Map<string, Answer>();
      for (const owner of owners) {
        const answer = answers.byOwner.get(owner);
        if (answer && answer.until > now) found.set(owner, answer);
      }
      const missing = owners.filter((owner) => !found.has(owner));
      const fetched = missing.length > 0 ? await store.active(missing) : new Map<string, Baseline>();
      for (const owner of missing) {
        const baseline = fetched.get(owner);
        found.set(owner, { baseline, until: now + BASELINE_TTL_MS, bytes: baseline ? bytesIn(baseline.model) : 0 });
      }
      remember(answers, found);
      return new Map([...found].flatMap(([owner, { baseline }]) => (baseline ? [[owner, baseline] as const] : [])));
    },

    forget(owner) {
      drop(answers, owner);
    },
  };
}

/** A Map keeps the order of insertion: what was used last goes to its end, what is too much leaves from its start. */
function remember(answers: Answers, used: ReadonlyMap<string, Answer>): void {
  for (const [owner, answer] of used) {
    drop(answers, owner);
    answers.byOwner.set(owner, answer);
    answers.bytes += answer.bytes;
  }
  for (const owner of answers.byOwner.keys()) {
    if (answers.byOwner.size <= OWNERS_MAX && answers.bytes <= MODEL_BYTES_MAX) return;
    drop(answers, owner);
  }
}

function drop(answers: Answers, owner: string): void {
  answers.bytes -= answers.byOwner.get(owner)?.bytes ?? 0;
  answers.byOwner.delete(owner);
}

/** Of all arrays in a model, however deep. */
function bytesIn(value: object): number {
  return Object.values(value).reduce((sum, part) => {
    if (ArrayBuffer.isView(part)) return sum + part.byteLength;
    return typeof part === "object" && part !== null ? sum + bytesIn(part) : sum;
  }, 0);
}
