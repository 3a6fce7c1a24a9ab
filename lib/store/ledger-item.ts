import type { AlertBudget, RefitProgress } from "../learn/report.ts";
import { groupOwner } from "../watch/baseline.ts";
import { has, json, readJson } from "./attributes.ts";
import { baselineKey } from "./baseline-item.ts";
import { aFlag, aNumber, anInteger, aText, objectOf, texts } from "./documents.ts";
import { reader, written } from "./formats.ts";
import type { Item } from "./item-table.ts";

/** The ledger's items beside the versions: the alert budget of a group, and the progress of the scheduled refit. */

export function budgetKey(group: string): Item {
  return baselineKey(groupOwner(group), "BUDGET");
}

/** An item without a budget says that somebody removed it. */
export function itemOfBudget(group: string, budget: AlertBudget | undefined): Item {
  return written("budget", { ...budgetKey(group), ...(budget ? { budget: json(budget) } : {}) });
}

const budgetOfDocument = objectOf({ alertsPerWeek: aNumber, by: aText, at: anInteger });

export const budgetOfItem = reader("budget", (stored) =>
  has(stored, "budget") ? readJson(stored, "budget", budgetOfDocument) : undefined,
);

export const PROGRESS_KEY: Item = baselineKey("refit", "PROGRESS");

/** Every period was a day once: its number is stored under that name. */
export function itemOfProgress({ period: day, ...progress }: RefitProgress): Item {
  return written("progress", { ...PROGRESS_KEY, progress: json({ day, ...progress }) });
}

const progressOfDocument = objectOf(
  { day: anInteger, done: aFlag },
  { after: objectOf({ group: aText, host: aText }, { labelled: aFlag }), again: texts, trying: aText, ended: texts },
);

export const progressOfItem = reader("progress", (stored): RefitProgress => {
  const { day: period, ...progress } = readJson(stored, "progress", progressOfDocument);
  return { period, ...progress };
});
