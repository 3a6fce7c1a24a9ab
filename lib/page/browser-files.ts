import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { VERDICT_WORDS } from "../alert/verdict-words.ts";
import { CATEGORIES } from "../incident/label.ts";

const FOLDER = join(import.meta.dirname, "public");
const UPLOT = dirname(createRequire(import.meta.url).resolve("uplot"));

const WORDS = [
  `export const VERDICTS = ${JSON.stringify(VERDICT_WORDS)};`,
  `export const CATEGORIES = ${JSON.stringify(CATEGORIES)};`,
].join("\n");

/** The files that a browser runs, by name: those of public/, uPlot as a module, and the words of labels. */
export function browserFiles(): ReadonlyMap<string, string> {
  return new Map([
    ...readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), "utf8")] as const),
    // The package has no minified module: this file declares one variable.
    ["uplot.js", `${readFileSync(join(UPLOT, "uPlot.iife.min.js"), "utf8")}\nexport default uPlot;\n`],
    ["uplot.css", readFileSync(join(UPLOT, "uPlot.min.css"), "utf8")],
    ["verdicts.js", WORDS],
  ]);
}
