import { textTable } from "../text-table.ts";
import { totalOf } from "./bill.ts";
import type { FleetBill, SizedBill } from "./fleet-bill.ts";

/** Bills side by side, in dollars a month. All have the same lines. */
export function billTable(fleets: readonly FleetBill[]): string {
  const { head, rows } = cellsOf(fleets);
  const [what = "", price = "", ...hosts] = head;
  return textTable(
    [what, ...hosts, price],
    rows.map(([first = "", second = "", ...rest]) => [first, ...rest, second]),
  );
}

/** The same as a table of Markdown. */
export function billMarkdown(fleets: readonly FleetBill[]): string {
  const { head, rows } = cellsOf(fleets);
  return markdown(head, rows);
}

/** The stacks of fleets, and how far they use the parts of each: shares of 100 %. All have the same limits. */
export function limitsTable(fleets: readonly SizedBill[]): string {
  const { head, rows } = limitCells(fleets);
  return textTable(head, rows);
}

/** The same as a table of Markdown. */
export function limitsMarkdown(fleets: readonly SizedBill[]): string {
  const { head, rows } = limitCells(fleets);
  return markdown(head, rows);
}

function limitCells(fleets: readonly SizedBill[]) {
  const head = ["part of a stack", "limit", ...fleets.map(hostsText)];
  const limits = fleets[0]?.limits ?? [];
  const rows = limits.map(({ what, of }, i) => [what, of, ...fleets.map((one) => percent(one.limits[i]?.share ?? 0))]);
  const counts = (["stacks", "shards"] as const).map((part) => [part, "", ...fleets.map((one) => String(one[part]))]);
  return { head, rows: [...counts, ...rows] };
}

function percent(share: number): string {
  return share < 0.01 ? "< 1 %" : `${Math.round(100 * share).toLocaleString("en")} %`;
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const marks = head.map((_, column) => (column < 2 ? "---" : "---:"));
  return [head, marks, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function hostsText({ hosts }: FleetBill): string {
  return `${hosts.toLocaleString("en")} hosts`;
}

function cellsOf(fleets: readonly FleetBill[]) {
  const lines = fleets[0]?.bill ?? [];
  const head = ["a month", "price", ...fleets.map(hostsText)];
  const rows = lines.map(({ what, price }, i) => [
    what,
    price,
    ...fleets.map(({ bill }) => (bill[i]?.dollars ?? 0).toFixed(2)),
  ]);
  const totals = fleets.map(({ bill }) => `$${totalOf(bill).toFixed(2)}`);
  const each = fleets.map(({ hosts, bill }) => `$${(totalOf(bill) / hosts).toFixed(hosts < 100 ? 2 : 4)}`);
  return { head, rows: [...rows, ["all", "", ...totals], ["for each host", "", ...each]] };
}
