// Tuning: what chooses, what judges, and when what is configured stays.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { candidatesOf, nameOf, parseVaried } from "../../lib/evaluate/candidates.ts";
import { foldsOf } from "../../lib/evaluate/folds.ts";
import { heldOut, isWorthIt, type Measures } from "../../lib/evaluate/held-out.ts";
import { studentT } from "../../lib/evaluate/student-t.ts";
import { run } from "../cli/live.ts";
import { seededRandom } from "../simulation/random.ts";

const root = mkdtempSync(join(tmpdir(), "fleetwarden-tune-"));
afterAll(() => rmSync(root, { recursive: true }));

describe("the choice on held-out time", () => {
  /** Measures of machines by fold around a level, from a seed. */
  const noisy = (seed: number, level: number, machines = 4, folds = 4): Measures => {
    const random = seededRandom(seed);
    return Array.from({ length: machines }, () => Array.from({ length: folds }, () => level + 0.2 * (random() - 0.5)));
  };

  test("a candidate that is better on every fold is chosen on each, and wins", () => {
    const judged = heldOut([noisy(1, 0.4), noisy(2, 0.41), noisy(3, 0.7)]);
    expect(judged).toMatchObject({ chosen: [2, 2, 2], best: 2, pairs: 12 });
    expect(judged.gain).toBeGreaterThan(judged.noise);
    expect(isWorthIt(judged)).toBe(true);
  });

  // By hand: the second is chosen on fold 1 by .5 to .4, and then gains .1, .3 and −.1, .1: mean .1, variance
  // (0 + .04 + .04 + 0) / 3, error sqrt(.02667 / 4) = .08165, and t of 3 degrees is 3.182.
  test("gain, error and noise come from the paired differences", () => {
    const configured = [
      [0.4, 0.5, 0.5],
      [0.4, 0.5, 0.5],
    ];
    const other = [
      [0.5, 0.6, 0.8],
      [0.5, 0.4, 0.6],
    ];
    const judged = heldOut([configured, other]);
    expect(judged).toMatchObject({ chosen: [1, 1], best: 1, pairs: 4 });
    expect(judged.gain).toBeCloseTo(0.1, 12);
    expect(judged.error).toBeCloseTo(0.08165, 5);
    expect(judged.noise).toBeCloseTo(3.182 * 0.08165, 4);
    expect(isWorthIt(judged)).toBe(false);
    // t of 12 degrees is 2.179: 2.179 * .1633 / sqrt(13) = .0987; of 11 it is 2.201: 2.201 * .1633 / sqrt(12) = .1038.
    expect(judged.pairsNeeded).toBe(13);
  });

  test("where candidates differ by chance, what is configured stays in nearly all cases", () => {
    const seeds = Array.from({ length: 300 }, (_, i) => 10 * i);
    const won = seeds.filter((seed) => isWorthIt(heldOut([0, 1, 2, 3].map((k) => noisy(seed + k + 1, 0.5)))));
    // One side of a 95 % interval is 2.5 %, of 300 at most 17: scipy.stats.binom.sf(17, 300, .025) is .0006.
    expect(won.length).toBeLessThanOrEqual(17);
  });

  test("no fold takes part in its own choice, nor does a later one", () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.integer({ min: 1, max: 3 }), (seed, fold) => {
        const candidates = [0, 1, 2].map((k) => noisy(3 * seed + k, 0.5));
        const changed = candidates.map((machines, k) =>
          machines.map((machine) => machine.map((value, f) => (f >= fold ? value + k * (seed % 7) : value))),
        );
        expect(heldOut(changed).chosen.slice(0, fold)).toEqual(heldOut(candidates).chosen.slice(0, fold));
      }),
    );
  });

  // scipy.stats.t.ppf(.975, [11, 20, 30, 100])
  test.each([
    [11, 2.201],
    [20, 2.086],
    [30, 2.042],
    [100, 1.984],
  ])("Student's t of %i degrees is %f", (degrees, expected) => expect(studentT(degrees)).toBeCloseTo(expected, 3));
});

describe("folds", () => {
  const played = (labels: readonly number[], from: number) => ({
    from,
    labels: Uint8Array.from(labels),
    times: Float64Array.from(labels, (_, i) => i),
  });

  test("have as many events each, and meet half-way between two", () => {
    const labels = [0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0];
    // Between the events that end before row 4 and begin at 8: row 6; between the end of row 11 and 15: row 14.
    expect(foldsOf(played(labels, 1), 2)).toEqual([1, 10]);
    expect(foldsOf(played(labels, 1), 4)).toEqual([1, 6, 10, 14]);
    expect(foldsOf(played(labels, 1), 5)).toBeUndefined();
    // The first event began in the train part.
    expect(foldsOf(played(labels, 4), 4)).toBeUndefined();
  });
});

describe("candidates", () => {
  test("are what is configured and every combination of the values, without repetitions", () => {
    const document = { version: 1, detectors: { "*": { windowDays: 14 }, db: { detector: "gaussian" } } };
    const varied = ["covariance=diagonal,full", "winsorize=0,0.005"].map(parseVaried);
    const names = candidatesOf(document, "db", varied).map(({ changes }) => nameOf(changes));
    expect(names).toEqual([
      "as configured",
      "covariance diagonal, winsorize 0",
      "covariance diagonal, winsorize 0.005",
      "covariance full, winsorize 0",
      "covariance full, winsorize 0.005",
    ]);
    const [, , , , last] = candidatesOf(document, "db", varied);
    expect(last!.entry).toEqual({ windowDays: 14, detector: "gaussian", covariance: "full", winsorize: 0.005 });
    expect(candidatesOf(document, "db", [parseVaried("covariance=diagonal,full")])).toHaveLength(2);
  });

  test("a detector and an ensemble take each other's place", () => {
    const document = { version: 1, detectors: { "*": { detector: "gaussian" } } };
    const [, both] = candidatesOf(document, "*", [parseVaried("ensemble=bands+gaussian")]);
    expect(both!.entry).toEqual({ ensemble: ["bands", "gaussian"] });
    const [, alone] = candidatesOf({ version: 1, detectors: { "*": both!.entry } }, "*", [
      parseVaried("detector=zscore"),
    ]);
    expect(alone!.entry).toEqual({ detector: "zscore" });
  });

  test.each([
    ["ridge=0.1,0.3", /with ridge 0\.1, detectors\.\*\.ridge: unknown: use detector, ensemble, by, covariance/],
    ["covariance=round", /with covariance round, detectors\.\*\.covariance: "round": use diagonal, full/],
    ["covariance", /^covariance: name a key of detectors and its values, like covariance=diagonal,full$/],
  ])("%s is a mistake that says what to write", (text, message) => {
    expect(() => candidatesOf({ version: 1 }, "*", [parseVaried(text)])).toThrow(message);
  });
});

test("more than 64 combinations are too many", () => {
  const seeds = parseVaried(`seed=${Array.from({ length: 65 }, (_, i) => i)}`);
  expect(() => candidatesOf({ version: 1 }, "*", [seeds])).toThrow("65 combinations: at most 64");
});

describe("the command", () => {
  /** Two metrics that go together; in each event only the second leaves the first, well within its own range. */
  function machine(folder: string, name: string, seed: number): void {
    const random = seededRandom(seed);
    const noise = () => random() + random() + random() - 1.5;
    const isEvent = (row: number) => row >= 600 && (row - 600) % 60 >= 40;
    const rows = Array.from({ length: 600 + 8 * 60 }, (_, row) => {
      const shared = 20 * noise();
      const other = isEvent(row) ? -shared : shared;
      return { text: `${(100 + shared).toFixed(3)},${(50 + other / 2 + noise()).toFixed(3)}`, row };
    });
    const lines = (header: string, own: readonly string[]) => `${[header, ...own].join("\n")}\n`;
    mkdirSync(folder, { recursive: true });
    const train = rows.slice(0, 600).map(({ text }) => text);
    const test = rows.slice(600).map(({ text, row }) => `${text},${Number(isEvent(row))}`);
    writeFileSync(join(folder, `${name}.train.csv`), lines("requests,cpu", train));
    writeFileSync(join(folder, `${name}.test.csv`), lines("requests,cpu,label", test));
  }

  const folder = join(root, "machines");
  for (const [name, seed] of [
    ["web-1", 1],
    ["web-2", 2],
  ] as const)
    machine(folder, name, seed);
  const config = join(root, "fleetwarden.config.json");
  const document = {
    version: 1,
    detectors: { "*": { detector: "gaussian", seed: 7 } },
    alerts: { emails: ["ann@example.com"] },
  };
  writeFileSync(config, JSON.stringify(document));
  const tuned = (...args: readonly string[]) =>
    run("tune", folder, "--config", config, "--refit", "never", "--measure", "ap", ...args);

  test("writes the configuration with a setting that is better on every later fold", async () => {
    const out = join(root, "better.json");
    const { code, out: printed } = await tuned("--vary", "covariance=full", "--write", out);
    expect(code).toBe(0);
    expect(printed).toMatch(/^2 candidates on .*, in 4 folds by time of 2 machines with 16 labelled events\./);
    expect(printed).toMatch(/The winner is: covariance full\.\n[\s\S]*Written: /);
    expect(JSON.parse(readFileSync(out, "utf8"))).toEqual({
      ...document,
      detectors: { "*": { detector: "gaussian", seed: 7, covariance: "full" } },
    });
  });

  test("keeps what is configured where the difference is noise, says so, and writes nothing", async () => {
    const out = join(root, "same.json");
    const { code, out: printed } = await tuned("--vary", "winsorize=0.0005", "--write", out);
    expect(code).toBe(0);
    expect(printed).toMatch(/so (what is configured|that) stays\./);
    expect(printed).toContain(`Not written: ${out}`);
    expect(() => readFileSync(out)).toThrow("ENOENT");
  });

  test("says how many events each machine needs", async () => {
    const { code, err } = await tuned("--vary", "covariance=full", "--folds", "9");
    expect(code).not.toBe(0);
    expect(err).toContain("no machine has 9 labelled events in its test part, one for each fold: label more");
  });
});
