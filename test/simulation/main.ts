import { parseArgs } from "node:util";
import { findMutants } from "./mutant-table.ts";
import type { Mutation } from "./mutation.ts";
import { PROVISIONED } from "./provisioned.ts";
import { addTo, summary, type Totals } from "./summary.ts";
import { liveThrough } from "./world.ts";

await main();

/**
 * `npm run simulate -- --seed S --worlds N`: N worlds from seed S on; a single one prints every step. `--mutants` plants
 * each fault of `mutants.ts`, or those whose names contain a text of `--only`, and says when the worlds find it.
 * `--provisioned` gives the tables of hosts and history too little capacity.
 */
async function main(): Promise<void> {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const { values } = parseArgs({
    options: { seed: text, worlds: text, mutants: flag, provisioned: flag, only: { ...text, multiple: true } },
  });
  const seed = wholeNumber("seed", values.seed ?? "1");
  if (values.mutants) await findMutants(seed, wholeNumber("worlds", values.worlds ?? "2000"), values.only);
  else await simulate(seed, wholeNumber("worlds", values.worlds ?? "200"), values.provisioned ? PROVISIONED : {});
}

async function simulate(seed: number, worlds: number, tables: Mutation): Promise<void> {
  const totals: Totals = { worlds: 0, records: 0, invocations: 0, tally: new Map() };
  for (let i = 0; i < worlds; i++) {
    const report = await liveThrough(seed + i, tables, worlds === 1 ? console.log : undefined);
    addTo(totals, report);
    if (report.violations.length === 0) continue;
    console.error([`seed ${seed + i} (${[...report.faults].join(", ")}):`, ...report.violations].join("\n  "));
    console.error(`replay: npm run simulate -- --seed ${seed + i} --worlds 1`);
    process.exitCode = 1;
    break;
  }
  console.log(summary(totals));
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new RangeError(`--${name} ${text}: give a whole number`);
  return number;
}
