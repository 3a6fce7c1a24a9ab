import type { GroupSteps } from "./group-refit.ts";
import type { BaselineLedger, RefitProgress } from "./report.ts";

/** The last host that a refit of the fleet did, and whether it did this host among the labelled ones. */
export type Cursor = NonNullable<RefitProgress["after"]>;

/** Owners that are tried once more: names take at most 1 KB each, and an item of DynamoDB 400 KB. */
const AGAIN_MAX = 300;
/** The same item names this many ends of runs by their hosts. If it is full, the group of the last host fails. */
const ENDED_MAX = 50;
/** One end may have another reason, such as a new deployment of the function. */
const ENDS_MAX = 2;

export const RUNS_ENDED = "two runs of the refit ended while they fitted this host";
const ENDED_FIX = "Look in the log of `refit` whether memory or time ran out";
export const RUNS_ENDED_FIX = `${ENDED_FIX}, and let the host send fewer metrics, or less often. The next period tries again.`;

/** How a run of the scheduled refit notes where it is. */
export interface Steps {
  readonly fitting: GroupSteps["fitting"];
  /** The refit calls it before it stores the hosts up to the cursor. If it ends there, the next run passes them. */
  storing(after: Cursor, owner: string): Promise<void>;
  /** The refit calls it when it has done the hosts up to the cursor. */
  passed(after: Cursor, failed: readonly string[]): Promise<void>;
}

/**
 * Saves the progress at each step, so that a run that memory or time ends loses little. If such runs ended twice at the
 * same owner, its turn is over for this period, and the run goes on behind it.
 */
export function keepProgress(
  ledger: Pick<BaselineLedger, "saveProgress">,
  { trying, ended: before = [], ...stored }: RefitProgress,
) {
  const ended = trying === undefined ? before : [...before, trying];
  let isFull = ended.length >= ENDED_MAX;
  let kept: RefitProgress = { ...stored, ...(ended.length > 0 && !isFull ? { ended } : {}) };
  const isLost = (owner: string) => ended.filter((one) => one === owner).length >= ENDS_MAX;
  const behind = (after: Cursor, failed: readonly string[]): RefitProgress => {
    // Those that fail in their second try get no third one.
    const more = kept.done ? [] : failed.filter((owner) => !isLost(owner));
    const again = [...new Set([...(kept.again ?? []), ...more])].slice(0, AGAIN_MAX);
    return { ...kept, after, ...(again.length > 0 ? { again } : {}) };
  };
  const steps: Steps = {
    async fitting(owner) {
      if (isFull) throw new Error(`${ENDED_MAX} runs of the refit ended, the last in this group. ${ENDED_FIX}`);
      if (isLost(owner)) return { refused: RUNS_ENDED, error: new Error(`${RUNS_ENDED}. ${RUNS_ENDED_FIX}`) };
      await ledger.saveProgress({ ...kept, trying: owner });
      return undefined;
    },
    storing: (after, owner) => ledger.saveProgress(behind(after, [owner])),
    async passed(after, failed) {
      kept = behind(after, failed);
      isFull = false;
      await ledger.saveProgress(kept);
    },
  };
  /** Ends the first or the second try of the period. Only owners that failed in the first are left. */
  const end = () => {
    const { after: _, again, done, ...rest } = kept;
    return ledger.saveProgress({ ...rest, done: true, ...(again && !done ? { again } : {}) });
  };
  return { steps, end };
}
