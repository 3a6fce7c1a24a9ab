import type { GroupSteps } from "./group-refit.ts";
import type { BaselineLedger, RefitProgress } from "./report.ts";

/** Where a refit of the fleet stopped: the last host it did, and whether its turn was among the labelled hosts. */
export type Cursor = NonNullable<RefitProgress["after"]>;

/** Owners that are tried once more: names take at most 1 KB each, and an item of DynamoDB 400 KB. */
const AGAIN_MAX = 300;
/** Ends of runs in the same item, by the names of their hosts. */
const ENDED_MAX = 50;
/** One end may have another reason, such as a new deployment of the function. */
const ENDS_MAX = 2;

export const RUNS_ENDED = "two runs of the refit ended while they fitted this host";
export const RUNS_ENDED_FIX =
  "See in the log of `refit` whether memory or time ran out, and let the host send fewer metrics, or less often. " +
  "The next period tries the host again.";

/** How a run of the scheduled refit notes where it is. */
export interface Steps {
  readonly fitting: GroupSteps["fitting"];
  /** Before the hosts up to the cursor are stored: a run that ends meanwhile goes on behind them. */
  storing(after: Cursor, owner: string): Promise<void>;
  /** The hosts up to the cursor had their turn. */
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
  const ended = (trying === undefined ? before : [...before, trying]).slice(-ENDED_MAX);
  let kept: RefitProgress = { ...stored, ...(ended.length > 0 ? { ended } : {}) };
  const isLost = (owner: string) => ended.filter((one) => one === owner).length >= ENDS_MAX;
  const behind = (after: Cursor, failed: readonly string[]): RefitProgress => {
    // Those that fail in their second try get no third one.
    const more = kept.done ? [] : failed.filter((owner) => !isLost(owner));
    const again = [...new Set([...(kept.again ?? []), ...more])].slice(0, AGAIN_MAX);
    return { ...kept, after, ...(again.length > 0 ? { again } : {}) };
  };
  const steps: Steps = {
    async fitting(owner) {
      if (isLost(owner)) return { refused: RUNS_ENDED, error: new Error(`${RUNS_ENDED}. ${RUNS_ENDED_FIX}`) };
      await ledger.saveProgress({ ...kept, trying: owner });
      return undefined;
    },
    storing: (after, owner) => ledger.saveProgress(behind(after, [owner])),
    async passed(after, failed) {
      kept = behind(after, failed);
      await ledger.saveProgress(kept);
    },
  };
  /** All owners had their turn; those that failed in their first one are left. */
  const end = () => {
    const { after: _, again, done, ...rest } = kept;
    return ledger.saveProgress({ ...rest, done: true, ...(again && !done ? { again } : {}) });
  };
  return { steps, end };
}
