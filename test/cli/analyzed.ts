import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AnalyzeOptions, analyze } from "../../lib/analyze/analyze-file.ts";

/** The folder of the input and the outputs, for the tests of one file. */
export const folder = mkdtempSync(join(tmpdir(), "fleetwarden-analyze-"));
export const path = (name: string) => join(folder, name);
const file = path("in.csv");
afterAll(() => rmSync(folder, { recursive: true }));

const OPTIONS = { file, table: {}, outputs: [], head: 0, onlyAnomalies: false, progress: () => {} };

/** Analyzes a file with this text. */
export function analyzeText(text: string | Uint8Array, options: Partial<AnalyzeOptions> = {}) {
  writeFileSync(file, text);
  return analyze({ ...OPTIONS, ...options });
}

/** Lines of a file, each made from its number. */
export const rows = (n: number, line: (i: number) => string) =>
  Array.from({ length: n }, (_, i) => `${line(i)}\n`).join("");
