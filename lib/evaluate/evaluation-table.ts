import { textTable } from "../text-table.ts";
import type { Mean } from "./averages.ts";
import type { EntityReport } from "./entity.ts";
import type { EvaluateReport, NabReport } from "./evaluate-folder.ts";

const HEAD = [
  "entity",
  "best F1",
  "AP",
  "ROC",
  "epsilon",
  "F1",
  "prec",
  "recall",
  "events",
  "false/day",
  "delay",
  "top-1",
  "top-3",
];

/** The report as a table for people. */
export function formatEvaluation(report: EvaluateReport): string {
  const { entities, mean, pooled, random, skipped, nab, seconds } = report;
  const lines = [
    textTable(HEAD, [...entities.map((entity) => cells(entity.name, entity)), cells("mean", mean)]),
    "",
    `pooled: TP ${pooled.tp}, FP ${pooled.fp}, FN ${pooled.fn}, F1 ${figure(pooled.f1)}`,
    `point-adjusted F1 ${figure(mean.paF1)}; of random scores ${figure(random.paF1)}`,
  ];
  if (skipped.length > 0) lines.push(`skipped, with no labelled row to report on: ${skipped.join(", ")}`);
  if (nab) lines.push("", ...nabLines(nab));
  lines.push("", `${seconds.toFixed(1)} s`);
  return lines.join("\n");
}

function cells(name: string, of: EntityReport | Mean): string[] {
  return [
    name,
    figure(of.bestF1),
    figure(of.ap),
    figure(of.roc),
    of.threshold?.toPrecision(4) ?? "-",
    figure(of.f1),
    figure(of.precision),
    figure(of.recall),
    figure(of.eventRecall),
    of.falseAlertsPerDay?.toFixed(2) ?? "-",
    of.delayMedianMinutes === null ? "-" : `${of.delayMedianMinutes.toFixed(1)} min`,
    figure(of.causes?.top1),
    figure(of.causes?.top3),
  ];
}

function nabLines(nab: NabReport): string[] {
  const row = (title: string, key: keyof NabReport) => {
    const { standard, rewardLowFpRate, rewardLowFnRate } = nab[key];
    return [title, ...[standard, rewardLowFpRate, rewardLowFnRate].map(({ score }) => score.toFixed(2))];
  };
  return textTable(
    ["NAB score", "standard", "low FP", "low FN"],
    [row("every detection counts", "all"), row("first of each alert", "first")],
  ).split("\n");
}

function figure(value: number | null | undefined): string {
  return value === null || value === undefined || Number.isNaN(value) ? "-" : value.toFixed(3);
}
