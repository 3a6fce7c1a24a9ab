import { type Incident, mayBeNormal, subjectOf } from "../incident/incident.ts";
import { DAY_MS, HOUR_MS } from "../time.ts";
import { hostOwner } from "../watch/baseline.ts";
import { isSteady, SETTLED_AFTER_MS } from "../watch/life.ts";
import { type IncidentStore, MOVED_DAYS } from "../watch/ports.ts";
import type { BaselineLedger } from "./report.ts";

interface MovedPorts {
  readonly incidents: Pick<IncidentStore, "feed">;
  readonly baselines: Pick<BaselineLedger, "current" | "reports">;
}

/**
 * A host's last refit is at least this old before an extra one. Between two nightly refits there is room for one extra
 * refit. So a host gets at most one a day, on the day on which its level has moved for good.
 */
const REST_MS = 12 * HOUR_MS;
/** Extra refits in one run: a whole group that moves must not take the function's time. The next run goes on. */
const HOSTS_MAX = 20;
/** A sign that is older than this was not used in time: the scheduled refit learns it. */
const SIGN_MS = 2 * DAY_MS;
const INCIDENTS_MAX = 10_000;
/** Versions among which the newest fit is searched: people may have set epsilon several times since. */
const VERSIONS_MAX = 10;

/**
 * When an incident last showed that the level of its host has moved for good. It settled, a person called it the new
 * normal, or it has been open and steady for at least three whole days. Undefined if it does not show that at `now`, in
 * milliseconds since the epoch, or if people called it anything else.
 */
function movedAt(incident: Incident, now: number): number | undefined {
  if (incident.kind !== "anomaly" || !mayBeNormal(incident)) return undefined;
  const { ending, label, opened, resolved } = incident;
  const isNew = label?.verdict === "new-normal";
  if (label && !isNew && label.verdict !== "unknown") return undefined;
  const signs = [
    ...(isNew ? [label.at] : []),
    ...(ending === "settled" && resolved !== undefined ? [resolved] : []),
    ...(resolved === undefined && now - opened >= SETTLED_AFTER_MS && isSteady(incident)
      ? [opened + Math.floor((now - opened) / DAY_MS) * DAY_MS]
      : []),
  ];
  return signs.length > 0 ? Math.max(...signs) : undefined;
}

/** Hosts whose level has moved for good since their last refit, the longest waiting first, at most `HOSTS_MAX`. */
export async function movedHosts({ incidents, baselines }: MovedPorts, now: number): Promise<readonly string[]> {
  const signs = new Map<string, number>();
  for (const incident of await incidents.feed(now - MOVED_DAYS * DAY_MS, now + 1, INCIDENTS_MAX)) {
    const at = movedAt(incident, now);
    if (at === undefined || now - at > SIGN_MS) continue;
    const host = subjectOf(incident);
    signs.set(host, Math.max(at, signs.get(host) ?? 0));
  }
  const due: string[] = [];
  for (const [host, at] of [...signs].sort(([, a], [, b]) => a - b)) {
    if (due.length === HOSTS_MAX) break;
    const fitted = await lastFitOf(baselines, hostOwner(host));
    if (fitted !== undefined && fitted < at && now - fitted >= REST_MS) due.push(host);
  }
  return due;
}

/** When a refit last tried the owner, refused or not; undefined if it has no baseline of its own. */
async function lastFitOf(ledger: MovedPorts["baselines"], owner: string): Promise<number | undefined> {
  const active = await ledger.current(owner);
  if (!active) return undefined;
  const versions = await ledger.reports(owner, VERSIONS_MAX);
  // A version with `from` repeats the model of another: a person made it.
  const fits = versions.filter(({ from }) => from === undefined).map(({ at }) => at);
  return Math.max(active.refitted ?? 0, ...fits);
}
