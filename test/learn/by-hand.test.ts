import { rollback, setEpsilon } from "../../lib/learn/by-hand.ts";
import type { BaselineLedger, FitReport } from "../../lib/learn/report.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { activate } from "../contract/examples.ts";
import { baseline, START } from "../factories.ts";

const OWNER = "host#web-07";
const NOW = START + 86_400_000;

function report(changes: Partial<FitReport> = {}): FitReport {
  return {
    owner: OWNER,
    version: 1,
    at: START,
    detector: "gaussian",
    covariance: "diagonal",
    samples: 600,
    excluded: 3,
    epsilon: 8,
    source: "quantile",
    labels: { fault: [], false: [] },
    flagRate: 0.004,
    ...changes,
  };
}

/** A ledger with the given versions, promoted one after the other unless refused; each model's mean is its version. */
async function ledgerOf(...versions: readonly Partial<FitReport>[]) {
  const { baselines } = createMemoryStores(() => NOW);
  let active = 0;
  for (const [i, changes] of versions.entries()) {
    const one = report({ version: i + 1, ...changes });
    if (one.refused !== undefined) {
      await baselines.write(one);
      continue;
    }
    const fitted = baseline({ version: one.version, epsilon: one.epsilon, mean: [one.version] });
    await activate(baselines, one, fitted, active);
    active = one.version;
  }
  return baselines;
}

async function activeOf(ledger: Awaited<ReturnType<typeof ledgerOf>>) {
  const active = (await ledger.active([OWNER])).get(OWNER);
  const model = active?.model;
  return (
    active && { version: active.version, epsilon: active.epsilon, mean: model && "mean" in model && model.mean[0] }
  );
}

describe("setting epsilon", () => {
  const quality = { f1: 0.8, precision: { value: 1, low: 0.5, high: 1 }, recall: { value: 0.7, low: 0.4, high: 0.9 } };

  test("gives the active model another epsilon as a new version, and says who did it", async () => {
    const ledger = await ledgerOf({}, { source: "labels", quality, labels: { fault: ["ABC234"], false: [] } });
    const set = await setEpsilon(ledger, OWNER, 12.5, { by: "jo", now: NOW });
    const { quality: _, ...rest } = report({
      version: 3,
      epsilon: 12.5,
      source: "by hand",
      by: "jo",
      from: 2,
      replaces: 2,
      at: NOW,
    });
    expect(set).toEqual(rest);
    expect(await activeOf(ledger)).toEqual({ version: 3, epsilon: 12.5, mean: 2 });
    expect(await ledger.reports(OWNER, 1)).toEqual([set]);
    expect((await ledger.version(OWNER, 2))?.baseline?.epsilon).toBe(8);
  });

  test("a second time replaces the first, and auto restores the last chosen one on the newest model", async () => {
    const ledger = await ledgerOf(
      { epsilon: 7 },
      { epsilon: 9, source: "labels", quality, flagRate: 0.01 },
      { epsilon: 20, source: "by hand", refused: "flags 6 %" },
      { epsilon: 30, source: "by hand", by: "jo" },
    );
    await setEpsilon(ledger, OWNER, 40, { by: "jo", now: NOW });
    const set = await setEpsilon(ledger, OWNER, undefined, { by: "ada", now: NOW });
    expect(set).toMatchObject({
      version: 6,
      epsilon: 9,
      source: "labels",
      quality,
      flagRate: 0.01,
      from: 5,
      by: "ada",
    });
    expect(await activeOf(ledger)).toEqual({ version: 6, epsilon: 9, mean: 4 });
  });

  test("to auto finds the chosen one beyond many set by hand", async () => {
    const byHand = Array.from({ length: 120 }, (): Partial<FitReport> => ({ epsilon: 30, source: "by hand" }));
    const ledger = await ledgerOf({ epsilon: 7 }, ...byHand);
    expect(await setEpsilon(ledger, OWNER, undefined, { by: "jo", now: NOW })).toMatchObject({
      version: 122,
      epsilon: 7,
    });
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1_000_001])("%d is refused", async (epsilon) => {
    const ledger = await ledgerOf({});
    await expect(setEpsilon(ledger, OWNER, epsilon, { by: "jo", now: NOW })).rejects.toThrow(
      `${epsilon} is no epsilon`,
    );
    expect(await ledger.latest(OWNER)).toBe(1);
  });

  test.each([
    ["without a baseline", [], 9, "host#web-07 has no baseline yet"],
    ["to auto when it is", [{}], undefined, "the epsilon of host#web-07 is automatic already"],
    ["to auto when it never was", [{ source: "by hand" as const }], undefined, "no automatic epsilon to go back to"],
  ])("%s throws", async (_, versions, epsilon, message) => {
    const ledger = await ledgerOf(...versions);
    await expect(setEpsilon(ledger, OWNER, epsilon, { by: "jo", now: NOW })).rejects.toThrow(message);
  });

  test("throws when a refit was faster, and that refit's version stays", async () => {
    const ledger = await ledgerOf({});
    const raced: BaselineLedger = {
      ...ledger,
      async write(one, fitted) {
        await ledger.write(one, fitted);
        await activate(ledger, report({ version: 9, epsilon: 11 }), baseline({ version: 9, epsilon: 11 }), 1);
      },
    };
    await expect(setEpsilon(raced, OWNER, 12, { by: "jo", now: NOW })).rejects.toThrow("got another version meanwhile");
    expect(await activeOf(ledger)).toMatchObject({ version: 9, epsilon: 11 });
  });
});

describe("rolling back", () => {
  const history = [{ epsilon: 7 }, { epsilon: 9, refused: "flags 6 %" }, { epsilon: 10 }, { epsilon: 11 }];

  test("activates model and epsilon of the version before, and a second time the version that it left", async () => {
    const ledger = await ledgerOf(
      { epsilon: 7, flagRate: 0.01 },
      { epsilon: 9, refused: "flags 6 %" },
      { epsilon: 10 },
    );
    const back = await rollback(ledger, OWNER, undefined, { by: "jo", now: NOW });
    const kept = { source: "by hand" as const, by: "jo", at: NOW };
    expect(back).toEqual(report({ version: 4, epsilon: 7, flagRate: 0.01, from: 1, replaces: 3, ...kept }));
    expect(await activeOf(ledger)).toEqual({ version: 4, epsilon: 7, mean: 1 });
    await rollback(ledger, OWNER, undefined, { by: "jo", now: NOW });
    expect(await activeOf(ledger)).toEqual({ version: 5, epsilon: 10, mean: 3 });
  });

  test("skips a version that another refit overtook before it was in force", async () => {
    const ledger = await ledgerOf({ epsilon: 7 }, { epsilon: 10 });
    await ledger.write(report({ version: 3, epsilon: 99 }), baseline({ version: 3, epsilon: 99, mean: [3] }));
    await activate(
      ledger,
      report({ version: 4, epsilon: 11, replaces: 2 }),
      baseline({ version: 4, epsilon: 11, mean: [4] }),
      2,
    );
    expect(await rollback(ledger, OWNER, undefined, { by: "jo", now: NOW })).toMatchObject({
      version: 5,
      epsilon: 10,
      from: 2,
    });
    expect(await activeOf(ledger)).toEqual({ version: 5, epsilon: 10, mean: 2 });
  });

  test("holds against refits until somebody sets epsilon back to auto", async () => {
    const ledger = await ledgerOf({ epsilon: 7 }, { epsilon: 10, source: "labels" });
    await rollback(ledger, OWNER, undefined, { by: "jo", now: NOW });
    expect(await setEpsilon(ledger, OWNER, undefined, { by: "jo", now: NOW })).toMatchObject({
      epsilon: 10,
      source: "labels",
    });
  });

  test("to a given version activates that version", async () => {
    const ledger = await ledgerOf(...history);
    expect(await rollback(ledger, OWNER, 1, { by: "jo", now: NOW })).toMatchObject({ version: 5, epsilon: 7, from: 1 });
    expect(await activeOf(ledger)).toEqual({ version: 5, epsilon: 7, mean: 1 });
  });

  test.each([
    ["a refused version", 2, "version 2 of host#web-07 was refused: flags 6 %"],
    ["a version that is not there", 9, "host#web-07 has no version 9: its newest is 4"],
    ["the active version", 4, "version 4 of host#web-07 is the active one"],
  ])("to %s is refused", async (_, version, message) => {
    const ledger = await ledgerOf(...history);
    await expect(rollback(ledger, OWNER, version, { by: "jo", now: NOW })).rejects.toThrow(message);
    expect(await activeOf(ledger)).toMatchObject({ version: 4 });
    expect(await ledger.latest(OWNER)).toBe(4);
  });

  test("to a version whose model is gone is refused, and the default is no other", async () => {
    let now = NOW;
    const { baselines: ledger } = createMemoryStores(() => now);
    await activate(ledger, report(), baseline({ version: 1, mean: [1] }));
    await activate(ledger, report({ version: 2, replaces: 1 }), baseline({ version: 2, mean: [2] }), 1);
    now += 14 * 86_400_000;
    const message = "the model of version 1 of host#web-07 is gone: a replaced version keeps its model for 14 days";
    for (const version of [1, undefined])
      await expect(rollback(ledger, OWNER, version, { by: "jo", now })).rejects.toThrow(message);
    expect(await activeOf(ledger)).toMatchObject({ version: 2, mean: 2 });
  });

  test("from the first version is refused", async () => {
    const ledger = await ledgerOf({}, { refused: "flags 6 %" });
    await expect(rollback(ledger, OWNER, undefined, { by: "jo", now: NOW })).rejects.toThrow(
      "no version before 1 to go back to",
    );
  });
});
