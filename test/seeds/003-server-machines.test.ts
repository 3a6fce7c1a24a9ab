// Document 003: the layout of the Server Machine Dataset, and the report at the best threshold.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../cli/live.ts";

const folder = mkdtempSync(join(tmpdir(), "fleetwarden-003-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Calm rows of two metrics, but for a labelled burst of both in rows 150 to 169 of the test. */
const BURST = [150, 170] as const;
const isBurst = (row: number) => row >= BURST[0] && row < BURST[1];
const line = (row: number, isHigh: boolean) =>
  `${20 + ((row * 7) % 5) + (isHigh ? 60 : 0)},${50 + ((row * 3) % 4) + (isHigh ? 40 : 0)}`;
const file = (rows: number, of: (row: number) => string) =>
  Array.from({ length: rows }, (_, row) => of(row)).join("\n");

test("the report has accuracy, F1, AUC, the best threshold and the whole confusion matrix", async () => {
  const files = {
    "train/machine-1-1.txt": file(300, (row) => line(row, false)),
    "test/machine-1-1.txt": file(300, (row) => line(row, isBurst(row))),
    "test_label/machine-1-1.txt": file(300, (row) => (isBurst(row) ? "1" : "0")),
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const { code, out } = await run("evaluate", folder, "--detector", "gaussian", "--json");
  expect(code).toBe(0);
  const [machine] = JSON.parse(out).bestThreshold.machines;
  expect(machine).toMatchObject({ trainRows: 300, testRows: 300, items: 300, labelled: 20 });
  const { tp, fp, fn, tn } = machine;
  expect([tp + fn, fp + tn]).toEqual([20, 280]);
  expect(machine.accuracy).toBeCloseTo((tp + tn) / 300, 12);
  expect(machine.f1).toBeCloseTo((2 * tp) / (2 * tp + fp + fn), 12);
  expect(machine.threshold).toBeGreaterThan(0);
  // The burst is fifteen times the spread of the calm rows.
  expect(machine.auc).toBeGreaterThan(0.95);
});
