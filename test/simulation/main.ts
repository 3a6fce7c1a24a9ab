import { parseArgs } from "node:util";
import { addTo, summary, type Totals } from "./summary.ts";
import { liveThrough } from "./world.ts";

await main();

/** `npm run simulate -- --seed S --worlds N`: N worlds from seed S on; a single one prints every step. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seed: { type: "string" }, worlds: { type: "string" } } });
  const [seed, worlds] = [wholeNumber("seed", values.seed ?? "1"), wholeNumber("worlds", values.worlds ?? "200")];
  const totals: Totals = { worlds: 0, records: 0, invocations: 0, tally: new Map() };
  for (let i = 0; i < worlds; i++) {
    const report = await liveThrough(seed + i, worlds === 1 ? console.log : undefined);
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
