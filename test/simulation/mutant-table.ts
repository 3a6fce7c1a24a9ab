import { MUTANTS } from "./mutants.ts";
import { liveThrough } from "./world.ts";

/** This percentage of the mutants must be found. */
const FOUND_PERCENT_MIN = 95;

/** Prints one row for each mutant as Markdown: in which world it was found, and the first violation there. */
export async function findMutants(seed: number, worlds: number, only = [""]): Promise<void> {
  const mutants = MUTANTS.filter(({ name }) => only.some((part) => name.includes(part)));
  let found = 0;
  console.log("| mutant | worlds | found by |\n|---|---:|---|");
  for (const mutant of mutants) {
    let [lived, violation]: [number, string | undefined] = [0, undefined];
    while (lived < worlds && violation === undefined) {
      [violation] = (await liveThrough(seed + lived++, mutant.plant())).violations;
    }
    if (violation !== undefined) found++;
    console.log(`| ${mutant.name} | ${lived} | ${violation === undefined ? "**not found**" : brief(violation)} |`);
  }
  console.log(`\n${found} of ${mutants.length} found`);
  if (found * 100 < FOUND_PERCENT_MIN * mutants.length) process.exitCode = 1;
}

/** One short line: without the stores' contents, and without characters that Markdown reads as a column. */
function brief(violation: string): string {
  const [line = ""] = violation.split("\n");
  return line.replace(/: (["[{]|undefined, without).*/, " differs").replaceAll("|", "/");
}
