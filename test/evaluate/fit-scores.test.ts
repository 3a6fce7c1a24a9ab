// Other detectors than the Gaussian, fitted to one file and limited by another.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fitScores, formatScores } from "../../lib/evaluate/fit-scores.ts";
import { UserError } from "../../lib/user-error.ts";
import { seededRandom } from "../simulation/random.ts";

const root = mkdtempSync(join(tmpdir(), "fleetwarden-fit-"));
afterAll(() => rmSync(root, { recursive: true }));

/** Two metrics that stray together; in the rows from 100 to 130 the second stays where it usually is. */
function rowsOf(count: number, seed: number, isBroken: boolean): string[] {
  const random = seededRandom(seed);
  const noise = (size: number) => size * (random() + random() + random() - 1.5);
  return Array.from({ length: count }, (_, row) => {
    const shared = noise(10);
    const label = isBroken && row >= 100 && row < 130;
    const values = [40 + shared + noise(1), label ? 60 : 60 + shared + noise(1)].map((x) => x.toFixed(4));
    return [...values, ...(isBroken ? [Number(label)] : [])].join(",");
  });
}

function fileOf(name: string, header: string, rows: readonly string[]): string {
  const path = join(root, name);
  writeFileSync(path, `${[header, ...rows].join("\n")}\n`);
  return path;
}

const train = fileOf("train.csv", "a,b", rowsOf(1_500, 1, false));
const validation = fileOf("validation.csv", "a,b,label", rowsOf(300, 2, true));
const fitted = (
  detector: "zscore" | "iforest" | "reconstruction",
  changes: { winsorize?: number; train?: string } = {},
) => fitScores({ train, validation, detector, intervalMs: 60_000, progress: () => {}, ...changes });

test("a reconstruction finds metrics that part, which their z-scores cannot find", async () => {
  const windows = await fitted("reconstruction");
  expect(windows).toMatchObject({ detector: "reconstruction", features: ["a", "b"] });
  expect(windows.f1).toBeGreaterThan(0.8);
  expect((await fitted("zscore")).f1).toBeLessThan(0.5);
  const [low, high] = windows.interval;
  expect(windows.epsilon).toBeGreaterThanOrEqual(low);
  expect(windows.epsilon).toBeLessThan(high);
  expect(formatScores(windows)).toMatch(/^detector +score > +F1 +training rows flagged\nreconstruction /);
});

test("a z-score uses the deviations of winsorised values if the settings say so", async () => {
  const [plain, winsorised] = [await fitted("zscore"), await fitted("zscore", { winsorize: 0.1 })];
  // Smaller deviations: the same rows, at a higher score.
  expect(winsorised.f1).toBeCloseTo(plain.f1, 1);
  expect(winsorised.epsilon).toBeGreaterThan(1.05 * plain.epsilon);
});

test("a forest's epsilon lies between 0 and 1", async () => {
  const { epsilon } = await fitted("iforest");
  expect(epsilon).toBeGreaterThan(0);
  expect(epsilon).toBeLessThan(1);
});

test("too few rows are an error that names the file and the fix", async () => {
  const short = fileOf("short.csv", "a,b", rowsOf(29, 1, false));
  const work = fitted("reconstruction", { train: short });
  await expect(work).rejects.toThrow(UserError);
  await expect(work).rejects.toThrow(
    /short.csv: too few samples: 29 of the 30 needed; give it more rows or choose another --detector/,
  );
});
