// `npm run docs` writes the table of `fleetwarden cost --hosts 10,1000,100000 --markdown` into docs/deploying.md.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { billMarkdown } from "../../lib/cost/bill-text.ts";
import { fleetBill } from "../../lib/cost/fleet-bill.ts";

export const DEPLOYING_PAGE = join(import.meta.dirname, "../../docs/deploying.md");
const FLEETS = [10, 1_000, 100_000].map((hosts) => fleetBill({ hosts, intervalMs: 10_000, flushMs: 60_000 }));

/** docs/deploying.md with the table of today. */
export function withBills(): string {
  const page = readFileSync(DEPLOYING_PAGE, "utf8");
  return page.replace(/(<!-- cost -->\n)[\s\S]*(<!-- \/cost -->)/, (_, begin, end) => {
    return `${begin}\n${billMarkdown(FLEETS)}\n\n${end}`;
  });
}
