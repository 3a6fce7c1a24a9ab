import { recent, sizeOf } from "../recent.ts";
import { FUNCTIONS } from "../resources.ts";
import { type Clock, MINUTE_MS } from "../time.ts";
import type { Baseline, PackedBaseline } from "../watch/baseline.ts";
import type { BaselineStore } from "../watch/ports.ts";

/** How long scoring may use a baseline after its replacement. */
export const BASELINE_TTL_MS = MINUTE_MS;

/** Beside what a packed baseline takes itself. An owner without one takes it, too. */
const ANSWER_BYTES = 500;

/** The memory for models, packed and unpacked, in bytes. */
export interface ModelRoom {
  readonly packed: number;
  readonly unpacked: number;
}

/**
 * Together half of a function's memory. There is room for the packed models of a whole stack; unpacked models save CPU.
 */
export function modelRoomOf(name: "score" | "sweep"): ModelRoom {
  const bytes = FUNCTIONS[name].memoryMiB * 1024 * 1024;
  return { packed: (3 / 8) * bytes, unpacked: (1 / 8) * bytes };
}

/** The active baselines of some owners. */
interface ActiveBaselines {
  /** Unpacks it, unless it is among those used last. */
  get(owner: string): Baseline | undefined;
  head(owner: string): Omit<PackedBaseline, "unpack"> | undefined;
}

export interface BaselineCache {
  active(owners: readonly string[]): Promise<ActiveBaselines>;
  /** Drops the owner, so that the next call reads its baseline from the store. */
  forget(owner: string): void;
}

interface Answer {
  /** Undefined: the owner has no baseline. */
  readonly packed: PackedBaseline | undefined;
  readonly until: number;
}

/**
 * Remembers the active baselines, and the owners without one. After a minute it asks which versions are active, and the
 * store reads only models that changed. The least recently used leave first.
 */
export function cacheBaselines(
  store: Pick<BaselineStore, "packed">,
  clock: Clock,
  room = modelRoomOf("score"),
): BaselineCache {
  const answers = recent<Answer>(room.packed);
  const unpacked = recent<{ readonly packed: PackedBaseline; readonly baseline: Baseline; readonly bytes: number }>(
    room.unpacked,
  );
  const unpack = (owner: string, packed: PackedBaseline) => {
    const before = unpacked.take(owner);
    const baseline = before?.packed === packed ? before.baseline : packed.unpack();
    const bytes = before?.packed === packed ? before.bytes : sizeOf(baseline);
    unpacked.keep(owner, { packed, baseline, bytes }, bytes);
    return baseline;
  };
  return {
    forget(owner) {
      answers.take(owner);
    },

    async active(owners) {
      const now = clock();
      const found = new Map<string, Answer>();
      const known = new Map<string, PackedBaseline>();
      const missing: string[] = [];
      for (const owner of new Set(owners)) {
        const answer = answers.peek(owner);
        if (answer && answer.until > now) found.set(owner, answer);
        else missing.push(owner);
        if (answer?.packed) known.set(owner, answer.packed);
      }
      const fetched = missing.length > 0 ? await store.packed(missing, known) : new Map<string, PackedBaseline>();
      for (const owner of missing) {
        found.set(owner, { packed: fetched.get(owner), until: now + BASELINE_TTL_MS });
      }
      for (const [owner, answer] of found) answers.keep(owner, answer, ANSWER_BYTES + (answer.packed?.bytes ?? 0));
      return {
        head: (owner) => found.get(owner)?.packed,
        get(owner) {
          const packed = found.get(owner)?.packed;
          return packed && unpack(owner, packed);
        },
      };
    },
  };
}
