import type { AlertBudget, RefitProgress } from "../learn/report.ts";
import { groupOwner } from "../watch/baseline.ts";
import { has, json, opened, readJson, written } from "./attributes.ts";
import { baselineKey } from "./baseline-item.ts";
import { aFlag, aNumber, anInteger, anObject, aText } from "./documents.ts";
import type { Item } from "./item-table.ts";

/** What the ledger keeps beside the versions: the alert budget of a group, and how far the daily refit has come. */

export function budgetKey(group: string): Item {
  return baselineKey(groupOwner(group), "BUDGET");
}

/** A budget taken away leaves an item without one. */
export function itemOfBudget(group: string, budget: AlertBudget | undefined): Item {
  return written({ ...budgetKey(group), ...(budget ? { budget: json(budget) } : {}) });
}

export function budgetOfItem(item: Item): AlertBudget | undefined {
  const stored = opened("baselines", item);
  return has(stored, "budget") ? readJson(stored, "budget", budgetOfDocument) : undefined;
}

function budgetOfDocument(document: unknown): AlertBudget {
  const { alertsPerWeek, by, at } = anObject(document);
  return { alertsPerWeek: aNumber(alertsPerWeek), by: aText(by), at: anInteger(at) };
}

export const PROGRESS_KEY: Item = baselineKey("refit", "PROGRESS");

export function itemOfProgress(progress: RefitProgress): Item {
  return written({ ...PROGRESS_KEY, progress: json(progress) });
}

export function progressOfItem(item: Item): RefitProgress {
  return readJson(opened("baselines", item), "progress", progressOfDocument);
}

function progressOfDocument(document: unknown): RefitProgress {
  const { day, done, after } = anObject(document);
  const known = { day: anInteger(day), done: aFlag(done) };
  if (after === undefined) return known;
  const { group, host } = anObject(after);
  return { ...known, after: { group: aText(group), host: aText(host) } };
}
