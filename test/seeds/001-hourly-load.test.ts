// Document 001: a hundred hourly loads, two-sided z-score, threshold 2.5. test/cli/analyze.test.ts has every z.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../cli/live.ts";
import { unzip } from "../table/workbook.ts";

const folder = mkdtempSync(join(tmpdir(), "fleetwarden-001-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("the shipped sample gives the table, the workbook and the summary, and flags rows 20, 75 and 88 alone", async () => {
  const [load, table, book] = ["load.csv", "out.json", "load.xlsx"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await run("demo", "sample", "-o", load);
  const words = ["analyze", load, "--detector", "zscore", "--threshold", "2.5"];
  const { code, out } = await run(...words, "--head", "10", "-o", table, book);
  expect(code).toBe(0);
  expect(out).toContain("3 of 100 rows are anomalies (3.0 %).");
  expect(out).toMatch(/^timestamp +server_load_percent +z +anomaly\n2025-03-01 00:00:00 +62\.48 +0\.39 +No\n/);
  const rows: { anomaly: boolean; server_load_percent: number }[] = JSON.parse(readFileSync(table, "utf8"));
  expect(rows.flatMap(({ anomaly }, row) => (anomaly ? [row] : []))).toEqual([20, 75, 88]);
  expect([20, 75, 88].map((row) => rows[row]?.server_load_percent)).toEqual([90, 30, 95]);
  expect(unzip(readFileSync(book)).has("xl/worksheets/sheet1.xml")).toBe(true);
});
