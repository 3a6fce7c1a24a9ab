// `npm run docs` writes the tables of `fleetwarden cost --hosts 10,1000,15000,100000` into docs/deploying.md, also with
// `--capacity provisioned`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { billMarkdown, limitsMarkdown } from "../../lib/cost/bill-text.ts";
import { AGENT_PACE } from "../../lib/cost/expected-usage.ts";
import { fleetBill } from "../../lib/cost/fleet-bill.ts";

export const DEPLOYING_PAGE = join(import.meta.dirname, "../../docs/deploying.md");
const fleetsOf = (counts: readonly number[], capacity?: "provisioned") =>
  counts.map((hosts) => fleetBill({ hosts, ...AGENT_PACE, ...(capacity && { capacity }) }));
const BILLED = [10, 1_000, 15_000, 100_000];

/** docs/deploying.md with the tables of today. */
export function withBills(): string {
  const page = readFileSync(DEPLOYING_PAGE, "utf8");
  const priced = withTable(page, "cost", billMarkdown(fleetsOf(BILLED)));
  const provisioned = withTable(priced, "provisioned", billMarkdown(fleetsOf(BILLED, "provisioned")));
  return withTable(provisioned, "sizing", limitsMarkdown(fleetsOf(BILLED)));
}

function withTable(page: string, name: string, table: string): string {
  const place = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*(<!-- /${name} -->)`);
  return page.replace(place, (_, begin, end) => `${begin}\n${table}\n\n${end}`);
}
