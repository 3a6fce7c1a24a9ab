import type { Baseline } from "../watch/baseline.ts";
import { activeEntry, type BaselineLedger, type FitReport, MODEL_DAYS } from "./report.ts";

/** No score of a sane detector exceeds this; a mistyped epsilon would end all alerts. */
const EPSILON_MAX = 1e6;

/** Versions searched for an earlier one, first the few that nearly always suffice. */
const LOOK_BACK = [10, 100, 1_000] as const;

/** Who acts, and when (ms since the epoch). */
export interface Actor {
  readonly by: string;
  readonly now: number;
}

type Active = { readonly report: FitReport; readonly baseline: Baseline };

/**
 * Gives the owner's active model another epsilon, as a new version. A number is a person's choice, which refits keep.
 * With undefined it is the one chosen automatically last, until the next refit chooses anew. Returns the new version's
 * report. Throws a RangeError that says why it cannot.
 */
export async function setEpsilon(
  ledger: BaselineLedger,
  owner: string,
  epsilon: number | undefined,
  actor: Actor,
): Promise<FitReport> {
  if (epsilon !== undefined && !(epsilon > 0 && epsilon <= EPSILON_MAX))
    throw new RangeError(`${epsilon} is no epsilon: use a number above 0, at most ${EPSILON_MAX}`);
  const active = await activeOf(ledger, owner);
  const chosen = epsilon === undefined ? await automaticOf(ledger, active.report) : byHand(epsilon);
  const { quality: _, budget: __, ...kept } = active.report;
  return promote(ledger, active, { ...kept, ...chosen }, active.baseline, actor);
}

/**
 * Makes an older version's model and epsilon the active ones again, as a new version. Without a number that is the
 * version in force before the active one, so that a second rollback takes back the first. Refits keep the epsilon like
 * one set by hand: the reasons for their own choice have not changed. Returns the new version's report. Throws a
 * RangeError that says why it cannot.
 */
export async function rollback(
  ledger: BaselineLedger,
  owner: string,
  version: number | undefined,
  actor: Actor,
): Promise<FitReport> {
  const active = await activeOf(ledger, owner);
  const chosen = version ?? (await before(ledger, active.report));
  if (chosen === active.report.version) throw new RangeError(`version ${chosen} of ${owner} is the active one`);
  const older = await ledger.version(owner, chosen);
  if (!older) throw new RangeError(`${owner} has no version ${chosen}: its newest is ${await ledger.latest(owner)}`);
  const { report, baseline } = older;
  if (report.refused !== undefined)
    throw new RangeError(`version ${chosen} of ${owner} was refused: ${report.refused}`);
  if (!baseline)
    throw new RangeError(
      `the model of version ${chosen} of ${owner} is gone: a replaced version keeps its model for ${MODEL_DAYS} days`,
    );
  return promote(ledger, active, { ...report, source: "by hand" }, baseline, actor);
}

async function activeOf(ledger: BaselineLedger, owner: string): Promise<Active> {
  const entry = await activeEntry(ledger, owner);
  if (!entry?.baseline) throw new RangeError(`${owner} has no baseline yet: there is no epsilon to change`);
  return { report: entry.report, baseline: entry.baseline };
}

/** An epsilon with its reasons. The flag rate of one set by hand is known when the next refit has tried it. */
type RepeatedChoice = Pick<FitReport, "epsilon" | "source" | "labels" | "quality" | "budget"> & {
  readonly flagRate?: number;
};

function byHand(epsilon: number): RepeatedChoice {
  return { epsilon, source: "by hand", labels: { fault: [], false: [] } };
}

async function automaticOf(ledger: BaselineLedger, active: FitReport): Promise<RepeatedChoice> {
  if (active.source !== "by hand") throw new RangeError(`the epsilon of ${active.owner} is automatic already`);
  const found = await earlier(ledger, active, ({ source }) => source !== "by hand");
  if (!found) throw new RangeError(`${active.owner} has no automatic epsilon to go back to: set a value instead`);
  const { epsilon, source, labels, quality, budget, flagRate } = found;
  return { epsilon, source, labels, flagRate, ...(quality ? { quality } : {}), ...(budget ? { budget } : {}) };
}

async function before(ledger: BaselineLedger, active: FitReport): Promise<number> {
  if (active.replaces !== undefined) return active.replaces;
  const found = await earlier(ledger, active, () => true);
  if (!found) throw new RangeError(`${active.owner} has no version before ${active.version} to go back to`);
  return found.version;
}

/** The newest version before the active one that was not refused and that meets the condition. */
async function earlier(ledger: BaselineLedger, active: FitReport, fits: (report: FitReport) => boolean) {
  for (const limit of LOOK_BACK) {
    const reports = await ledger.reports(active.owner, limit);
    const found = reports.find((one) => one.version < active.version && one.refused === undefined && fits(one));
    if (found || reports.length < limit) return found;
  }
  return undefined;
}

async function promote(
  ledger: BaselineLedger,
  active: Active,
  repeated: FitReport,
  { schema, model, samples, fitted }: Baseline,
  { by, now }: Actor,
): Promise<FitReport> {
  const { owner } = active.report;
  const version = (await ledger.latest(owner)) + 1;
  const replaces = active.report.version;
  const report: FitReport = { ...repeated, version, at: now, by, from: repeated.version, replaces };
  const { epsilon } = report;
  const baseline: Baseline = { owner, version, schema, model, epsilon, samples, fitted };
  await ledger.write(report, baseline);
  if (await ledger.promote(report, active.report.version)) return report;
  throw new RangeError(`${owner} got another version meanwhile: nothing was changed, try again`);
}
