import { textTable } from "../text-table.ts";
import type { Mean } from "./averages.ts";
import type { BestThreshold } from "./best-threshold.ts";
import { bestThresholdTable, count, figure } from "./best-threshold-table.ts";
import type { EvaluateReport, NabReport } from "./evaluate-folder.ts";
import type { NabScore } from "./nab.ts";

/** The report as tables for people. */
export function formatEvaluation(report: EvaluateReport): string {
  const { detector, folder, entities, mean, pooled, nab, seconds } = report;
  const all: readonly (readonly [string, Partial<Mean>])[] = [
    ...entities.map((entity) => [entity.name, entity] as const),
    ["mean", mean],
    ["pooled", pooled],
  ];
  const table = (head: readonly string[], cells: (of: Partial<Mean>) => string[]) =>
    textTable(
      head,
      all.map(([name, figures]) => [name, ...cells(figures)]),
      { alignValues: "right" },
    );
  const parts = [
    `${detector} on ${folder}: each machine learns from its train part first; the figures are of its test part.`,
    ...[table(ROWS, rowCells), ...(mean.together ? [table(TOGETHER, togetherCells)] : [])],
    ...[table(INCIDENTS, incidentCells), ...(nab ? [nabTable(nab)] : [])],
    bestThresholdText(report.bestThreshold),
  ];
  return [...parts, `${seconds.toFixed(1)} s`].join("\n\n");
}

const ROWS = [
  ...["rows", "best F1", "AP", "ROC", "VUS-PR"],
  ...["F1", "precision", "recall", "accuracy", "TP", "FP", "FN", "TN"],
];

function rowCells(of: Partial<Mean>): string[] {
  const shares = [of.bestF1, of.ap, of.roc, of.vusPr, of.f1, of.precision, of.recall, of.accuracy];
  return [...shares.map((share) => figure(share)), ...[of.tp, of.fp, of.fn, of.tn].map(count)];
}

/** The reading of all metrics together ranks samples better than the score, which also has to persist. */
const TOGETHER = ["all metrics together", "best F1", "AP", "ROC", "VUS-PR"];

function togetherCells({ together: of }: Partial<Mean>): string[] {
  return [of?.bestF1, of?.ap, of?.roc, of?.vusPr].map((share) => figure(share));
}

const INCIDENTS = [
  ...["incidents", "opened", "right", "precision", "false/day", "critical false", "critical false/day"],
  ...["events", "touched", "delay", "messages/day", "top-1", "top-3"],
];

function incidentCells(of: Partial<Mean>): string[] {
  return [
    ...[count(of.incidents), count(of.rightIncidents), figure(of.incidentPrecision)],
    ...[figure(of.falsePerNormalDay, 2), count(of.criticalFalse), figure(of.criticalFalsePerNormalDay, 2)],
    ...[count(of.events), figure(of.eventsTouched)],
    typeof of.delayMedianMinutes === "number" ? `${of.delayMedianMinutes.toFixed(1)} min` : "-",
    ...[figure(of.messagesPerDay, 2), figure(of.top1), figure(of.top3)],
  ];
}

function nabTable(nab: NabReport): string {
  const row = (title: string, key: keyof NabReport, value: (score: NabScore) => number) => {
    const { standard, rewardLowFpRate, rewardLowFnRate } = nab[key];
    return [title, ...[standard, rewardLowFpRate, rewardLowFnRate].map((score) => value(score).toFixed(2))];
  };
  const shipped = (score: NabScore) => score.shipped;
  const best = (score: NabScore) => score.score;
  return textTable(
    ["NAB score", "standard", "low FP", "low FN"],
    [
      row("every detection counts, at epsilon", "all", shipped),
      row("first of each alert, at epsilon", "first", shipped),
      row("every detection counts, at the best threshold", "all", best),
      row("first of each alert, at the best threshold", "first", best),
    ],
    { alignValues: "right" },
  );
}

function bestThresholdText(best: BestThreshold): string {
  const { title, head, rows, warning } = bestThresholdTable(best);
  return [`${title}:`, textTable(head, rows, { alignValues: "right" }), warning].join("\n");
}
