import { type NewsPublisher, REFUSALS_MAX } from "../alert/news.ts";
import type { AlertingStore } from "../alert/ports.ts";
import type { Refusal } from "../alert/refusal.ts";
import { DAY_MS } from "../time.ts";
import type { FitReport } from "./report.ts";

/**
 * One odd day is the gate's last day for one refit, and an odd weekend for two. On the third day in a row refusals are
 * unlikely to end by themselves.
 */
const TOLD_FROM_DAY = 3;

export interface RefusalPorts {
  readonly alerting: Pick<AlertingStore, "refusals" | "saveRefusal" | "endRefusal">;
  readonly publisher: NewsPublisher;
}

/**
 * Stores which owners' refits are refused and since when, by the reports of one run. Notifies people once of refusals
 * that have lasted for days. After a crash the next refit sends the message, or repeats it.
 */
export function refusalKeeper({ alerting, publisher }: RefusalPorts, now: number) {
  let known: Promise<ReadonlyMap<string, Refusal>> | undefined;
  return async (group: string, reports: readonly FitReport[]): Promise<void> => {
    known ??= alerting.refusals().then((all) => new Map(all.map((one) => [one.owner, one])));
    const before = await known;
    const lasting: Refusal[] = [];
    for (const { owner, refused } of reports) {
      const last = before.get(owner);
      if (refused === undefined) {
        if (last) await alerting.endRefusal(owner);
        continue;
      }
      const refusal = { owner, since: last?.since ?? now, at: now, refused, told: last?.told ?? false };
      await alerting.saveRefusal(refusal);
      if (!refusal.told && dayOf(now) - dayOf(refusal.since) >= TOLD_FROM_DAY - 1) lasting.push(refusal);
    }
    if (lasting.length === 0) return;
    const refusals = lasting.slice(0, REFUSALS_MAX).map(({ owner, since, refused }) => ({ owner, since, refused }));
    const news = { kind: "refits-refused", at: now, group, refusals, refusalsInAll: lasting.length } as const;
    await publisher.publish(news, { sms: false });
    for (const refusal of lasting) await alerting.saveRefusal({ ...refusal, told: true });
  };
}

/** Days since the epoch, UTC, by which the refit is daily. */
function dayOf(time: number): number {
  return Math.floor(time / DAY_MS);
}
