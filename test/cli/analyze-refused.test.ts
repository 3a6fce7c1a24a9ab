import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { AnalyzeOptions } from "../../lib/analyze/analyze-file.ts";
import { explainError } from "../../lib/cli/explain-error.ts";
import { analyzeText, folder, path, rows } from "./analyzed.ts";

async function refusal(text: string, options: Partial<AnalyzeOptions> = {}): Promise<string> {
  const error = await analyzeText(text, options).then(
    () => "nothing was refused",
    (reason: unknown) => explainError(reason),
  );
  expect(readdirSync(folder).filter((name) => name.endsWith(".partial"))).toEqual([]);
  return error.replaceAll(`${folder}/`, "");
}

describe("rejected with the place and the fix", () => {
  test.each<[string, string, Partial<AnalyzeOptions>, string]>([
    ["a word among numbers", "a\n1\nx\n2\n", {}, 'in.csv, line 3, column 1 (a): "x" is not a number: write one with'],
    [
      "a bad time",
      "time,a\n1790081230,1\nsoon,2\n",
      {},
      'in.csv, line 3, column 1 (time): "soon" is not a time: write',
    ],
    ["a short row", "a,b\n1,2\n3\n", {}, "in.csv, line 3, column 2: 1 cells where the header has 2: every line needs"],
    ["no numbers", "a,b\nx,y\n", {}, "in.csv, line 1: no column holds numbers: add one per metric"],
    ["no rows", "a,b\n", {}, "in.csv: no rows below the header: give it at least one"],
    ["nothing", "", {}, "in.csv: empty: it needs a header line with the columns' names"],
    [
      "an unknown column",
      "a,b\n1,2\n",
      { table: { ignored: ["c"] } },
      "in.csv, line 1: no column named c: it has a, b",
    ],
    [
      "a metric that is empty where it is fitted to",
      "a,b\n1,\n2,\n3,4\n4,5\n",
      { train: { rows: 2 } },
      "in.csv: column b is empty in every row that is fitted to: leave it out with --ignore b, or fit to more with --train",
    ],
    [
      "rows out of order for bands, which remember",
      `time,a\n${rows(1_100, (i) => `${1790081230 + 60 * (i === 1_099 ? 0.5 : i)},${i % 3}`)}`,
      { detector: "bands", train: { share: 1 } },
      "in.csv, line 1101, column time: earlier than the row before it: sort the file by time, or use --detector gaussian",
    ],
    [
      "a column that is written anyway",
      "a,anomaly\n1,0\n",
      {},
      "in.csv, line 1: a column anomaly would be written twice: leave the file's own out with --ignore anomaly",
    ],
    [
      "an unknown format",
      "a\n1\n2\n",
      { outputs: [path("out.pdf")] },
      "out.pdf: not a format to write: use .csv, .json,",
    ],
    [
      "a folder that is not there",
      "a\n1\n2\n",
      { outputs: [path("no/out.csv")] },
      "no/out.csv: cannot be written: is its",
    ],
    [
      "more rows than a sheet has",
      `a\n${"1\n".repeat(166_667)}`,
      { outputs: [path("out.xlsx")] },
      "out.xlsx: 166667 rows are too many for an xlsx file: 3 columns wide it can have 166665, for it is built in memory",
    ],
    [
      "a preset without its time",
      "cpu_percent\n1\n",
      { preset: "metrics-history" },
      "in.csv, line 1: no column named timestamp",
    ],
    [
      "a preset without its metrics",
      "timestamp,a\n1790081230,1\n",
      { preset: "metrics-history" },
      "in.csv, line 1: none of the preset's columns: it needs at least one of cpu_percent, cpu_frequency,",
    ],
  ])("%s", async (_, text, options, message) => {
    expect(await refusal(text, options)).toContain(message);
  });

  test("a mistake near the end leaves an older output file unchanged", async () => {
    const out = path("kept.csv");
    writeFileSync(out, "as it was");
    await refusal(`a\n${"1\n2\n".repeat(600)}x\n`, { detector: "gaussian", outputs: [out] });
    expect(readFileSync(out, "utf8")).toBe("as it was");
  });
});
