import { textTable } from "../text-table.ts";
import { totalOf } from "./bill.ts";
import type { FleetBill } from "./fleet-bill.ts";

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
  const marks = head.map((_, column) => (column < 2 ? "---" : "---:"));
  return [head, marks, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function cellsOf(fleets: readonly FleetBill[]) {
  const lines = fleets[0]?.bill ?? [];
  const head = ["a month", "price", ...fleets.map(({ hosts }) => `${hosts.toLocaleString("en")} hosts`)];
  const rows = lines.map(({ what, price }, i) => [
    what,
    price,
    ...fleets.map(({ bill }) => (bill[i]?.dollars ?? 0).toFixed(2)),
  ]);
  const totals = fleets.map(({ bill }) => `$${totalOf(bill).toFixed(2)}`);
  const each = fleets.map(({ hosts, bill }) => `$${(totalOf(bill) / hosts).toFixed(hosts < 100 ? 2 : 4)}`);
  return { head, rows: [...rows, ["all", "", ...totals], ["for each host", "", ...each]] };
}
