import { FUNCTIONS } from "../resources.ts";
import { type Clock, MINUTE_MS } from "../time.ts";
import type { Baseline } from "../watch/baseline.ts";
import type { BaselineStore } from "../watch/ports.ts";

/** How long scoring may use a baseline after its replacement. */
export const BASELINE_TTL_MS = MINUTE_MS;

/** Owners with and without a baseline. */
const OWNERS_MAX = 20_000;
/** Half of a function's memory: in `score`, some 3,100 hosts of 38 metrics, whose bands take up to 297 KB each. */
export function modelBytesOf(name: "score" | "sweep"): number {
  return (FUNCTIONS[name].memoryMiB * 1024 * 1024) / 2;
}

export interface BaselineCache extends BaselineStore {
  /** Drops the owner, so that the next call reads its baseline from the store. */
  forget(owner: string): void;
}

interface Answer {
  /** Undefined: the owner has no baseline. */
  readonly baseline: Baseline | undefined;
  readonly until: number;
  /** The size of its model. */
  readonly bytes: number;
}

/**
 * Remembers the active baselines, and the owners without one. After a minute it asks which versions are active, and the
 * store reads only models that changed. Drops the least recently used first, beyond so many bytes of models.
 */
export function cacheBaselines(store: BaselineStore, clock: Clock, bytesMax = modelBytesOf("score")): BaselineCache {
  // A Map keeps the order of insertion: used entries move to the end, and surplus ones leave from the start.
  const answers = new Map<string, Answer>();
  let bytes = 0;
  const forget = (owner: string) => {
    bytes -= answers.get(owner)?.bytes ?? 0;
    answers.delete(owner);
  };
  return {
    forget,

    async active(owners) {
      const now = clock();
      const found = new Map<string, Answer>();
      for (const owner of owners) {
        const answer = answers.get(owner);
        if (answer && answer.until > now) found.set(owner, answer);
      }
      const missing = owners.filter((owner) => !found.has(owner));
      const known = new Map(missing.flatMap((owner) => withBaseline(owner, answers.get(owner))));
      const fetched = missing.length > 0 ? await store.active(missing, known) : new Map<string, Baseline>();
      for (const owner of missing) {
        const baseline = fetched.get(owner);
        found.set(owner, { baseline, until: now + BASELINE_TTL_MS, bytes: baseline ? bytesIn(baseline.model) : 0 });
      }
      for (const [owner, answer] of found) {
        forget(owner);
        answers.set(owner, answer);
        bytes += answer.bytes;
      }
      for (const owner of answers.keys()) {
        if (answers.size <= OWNERS_MAX && bytes <= bytesMax) break;
        forget(owner);
      }
      return new Map([...found].flatMap(([owner, answer]) => withBaseline(owner, answer)));
    },
  };
}

function withBaseline(owner: string, answer: Answer | undefined): (readonly [string, Baseline])[] {
  return answer?.baseline ? [[owner, answer.baseline]] : [];
}

/** The bytes of all arrays in a model, at any depth; an array in two places counts once. */
function bytesIn(value: object, seen = new Set<unknown>()): number {
  return Object.values(value).reduce((sum, part) => {
    if (typeof part !== "object" || part === null || seen.has(part)) return sum;
    seen.add(part);
    return sum + (ArrayBuffer.isView(part) ? part.byteLength : bytesIn(part, seen));
  }, 0);
}
