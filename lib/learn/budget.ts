import { type Choice, qualityOf } from "./choice.ts";
import type { AlertBudget, FitReport } from "./report.ts";
import type { Fit } from "./training-fit.ts";

/** Alerts that a group's counted rises predict for an epsilon. */
export interface GroupRates {
  /** Alerts a week that the group would raise at an epsilon. */
  readonly alertsPerWeek: (epsilon: number) => number;
  /** The least epsilon at which the group would raise at most these a week; if none does, the highest counted one. */
  readonly epsilonWithin: (alertsPerWeek: number) => number;
}

/**
 * Raises epsilon as far as the alert budget of the group demands, by the alerts that its hosts would have raised in the
 * last two weeks. Returns the recall that this costs on the host's labelled faults.
 */
export function withinBudget(
  choice: Choice,
  fit: Fit,
  { alertsPerWeek: allowed }: AlertBudget,
  { alertsPerWeek, epsilonWithin }: GroupRates,
): Choice & Pick<FitReport, "budget"> {
  const before = alertsPerWeek(choice.epsilon);
  const epsilon = before > allowed ? Math.max(choice.epsilon, epsilonWithin(allowed)) : choice.epsilon;
  const quality = qualityOf(epsilon, fit.peaks);
  const lost = choice.quality && quality ? { recallLost: choice.quality.recall.value - quality.recall.value } : {};
  const budget = { allowed, before, after: alertsPerWeek(epsilon), ...lost };
  if (epsilon === choice.epsilon) return { ...choice, budget };
  return { ...choice, epsilon, source: "budget", ...(quality ? { quality } : {}), budget };
}
