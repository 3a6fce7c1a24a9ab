import { isDeepStrictEqual } from "node:util";
import type { Alerts } from "../model/crossings.ts";
import { kindOf } from "../model/detector.ts";
import type { Baseline } from "../watch/baseline.ts";
import { ceilingOf, type Faults, withinBudget } from "./budget.ts";
import { type Choice, chooseForHost } from "./choice.ts";
import type { FitSettings } from "./fit-settings.ts";
import { gate } from "./gate.ts";
import type { Prepared } from "./pool.ts";
import { type BaselineLedger, type FitReport, namesOf } from "./report.ts";
import type { Fit } from "./training-fit.ts";

interface Circumstances {
  readonly work?: { readonly group: string; readonly alerts: Alerts };
  readonly pooled?: Choice | undefined;
  readonly settings: FitSettings;
  readonly now: number;
  readonly faultsFor?: (fit: Fit) => Faults;
}

/** The faults that people labelled on one host, and the labelled rows that the fit catches. */
export function ownFaults({ peaks, rows }: Fit): Faults {
  return { peaks: rows ? [...peaks, { id: "rows", verdict: "fault", peak: rows.least }] : peaks };
}

/**
 * Chooses the epsilon, asks the gate, writes the version and promotes it. A version that would repeat the active one is
 * not written.
 */
export async function settle(
  ledger: BaselineLedger,
  { owner, schema, fit, shortened }: Prepared,
  { work, pooled, settings, now, faultsFor = ownFaults }: Circumstances,
): Promise<FitReport> {
  if ("refused" in fit) return refuse(ledger, owner, fit.refused, settings, now);
  const version = (await ledger.latest(owner)) + 1;
  const about = { owner, version, at: now, ...namesOf(fit.model), covariance: settings.covariance };
  const active = await ledger.current(owner);
  const chosen = chooseForHost(fit, pooled);
  const choice = byHand(active, fit) ?? (await budgeted(ledger, chosen, fit, { work, active, faults: faultsFor(fit) }));
  const verdict = gate(fit, choice.epsilon);
  const { samples, excluded } = fit;
  const found = { ...about, samples, excluded, ...(shortened && { shortened }), ...choice, ...verdict };
  const report: FitReport = { ...found, ...(active && { replaces: active.version }) };
  if (report.refused) {
    await ledger.write(report);
    return report;
  }
  const { epsilon } = report;
  const baseline: Baseline = { owner, version, schema, model: fit.model, epsilon, samples, fitted: now };
  if (active && saysTheSame(active, report) && (await ledger.confirm(baseline))) return { ...active, refitted: now };
  await ledger.write(report, baseline);
  const promoted = await ledger.promote(report, active?.version ?? 0);
  return promoted ? report : { ...report, refused: "another refit was faster" };
}

/** Whether two reports differ only in number and time. */
function saysTheSame(one: FitReport, other: FitReport): boolean {
  const account = ({ version: _, at: __, replaces: ___, refitted: ____, budget, ...rest }: FitReport) => ({
    ...rest,
    allowed: budget?.allowed,
  });
  return isDeepStrictEqual(account(one), account(other));
}

const NOTHING = {
  samples: 0,
  excluded: 0,
  epsilon: 0,
  source: "default",
  labels: { fault: [], false: [] },
  flagRate: 0,
} as const;

/** Writes a version without a model, and why there is none. */
export async function refuse(
  ledger: BaselineLedger,
  owner: string,
  refused: string,
  { detector, covariance }: FitSettings,
  now: number,
): Promise<FitReport> {
  const version = (await ledger.latest(owner)) + 1;
  const report = { owner, version, at: now, detector: kindOf(detector), covariance, ...NOTHING, refused };
  await ledger.write(report);
  return report;
}

/**
 * A person's choice for the group goes first. A whole group's budget is computed anew; a single host keeps its last.
 */
async function budgeted(
  ledger: BaselineLedger,
  choice: Choice,
  { peaks }: Fit,
  { work, active, faults }: { work: Circumstances["work"]; active: FitReport | undefined; faults: Faults },
): Promise<Choice> {
  if (choice.source === "group by hand") return choice;
  const budget = work && (await ledger.budget(work.group));
  if (work && budget) return withinBudget(choice, peaks, budget, work.alerts, faults);
  if (work || active?.source !== "budget") return choice;
  const epsilon = Math.min(active.epsilon, ceilingOf(choice.epsilon, faults));
  return epsilon > choice.epsilon ? { ...choice, epsilon, source: "budget" } : choice;
}

/** Without labels, `fused` used an epsilon of 7 where calendar bands use 1. */
const FUSED_SCALE = 7;

/**
 * An epsilon that a person set stays until somebody sets it back. Under another detector it has no meaning, and is
 * dropped; but one set for `fused` is converted to the scale of calendar bands.
 */
export function byHand(active: FitReport | undefined, { model }: Fit): (Choice & Pick<FitReport, "by">) | undefined {
  if (active?.source !== "by hand") return undefined;
  const { detector, source, labels, quality, by } = active;
  const wasFused = detector === "fused" && model.detector === "bands";
  if (detector !== model.detector && !wasFused) return undefined;
  const epsilon = wasFused ? active.epsilon / FUSED_SCALE : active.epsilon;
  return { epsilon, source, labels, ...(quality ? { quality } : {}), ...(by === undefined ? {} : { by }) };
}
