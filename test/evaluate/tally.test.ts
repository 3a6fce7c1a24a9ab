// Figures of an evaluation, by hand.

import { summarise } from "../../lib/evaluate/averages.ts";
import { bestThreshold, SINGLE_ROWS } from "../../lib/evaluate/best-threshold.ts";
import type { Played, PlayedIncident } from "../../lib/evaluate/play.ts";
import { figuresOf, sumOf, tallyOf } from "../../lib/evaluate/tally.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 5);

const digits = (text: string) => Uint8Array.from(text, Number);

/** An hour of the incident's rows each; false incidents are marked as the replay has found them. */
function incident(opened: number, lastAnomaly: number, about: Partial<PlayedIncident> = {}): PlayedIncident {
  return {
    opened: START + opened * HOUR,
    lastAnomaly: START + lastAnomaly * HOUR,
    isCritical: false,
    isFalse: false,
    causes: ["cpu", "memory", "disk", "network"],
    ...about,
  };
}

/** Rows an hour apart; `labels` and `ratios` have a digit for each. */
function played(labels: string, ratios: string, about: Partial<Played> = {}): Played {
  return {
    name: "web-1",
    from: 4,
    intervalMs: HOUR,
    times: Float64Array.from(labels, (_, row) => START + row * HOUR),
    labels: digits(labels),
    ratios: Float64Array.from(ratios, Number),
    flagged: Uint8Array.from(ratios, (ratio) => Number(Number(ratio) > 1)),
    period: 2,
    causes: [],
    incidents: [],
    messages: 0,
    ...about,
  };
}

// The test part is rows 4 to 15: labelled 6–8, 12 and 15; flagged 5, 7, 8, 12 and 13.
const ONE = played("0000001110001001", "9900020330003500", {
  incidents: [
    incident(5, 5, { isFalse: true, isCritical: true }),
    incident(7, 9),
    incident(8.5, 10, { isFalse: true }),
    incident(11, 13, { isCritical: true }),
  ],
  messages: 6,
});

test("only rows of the test part are counted", () => {
  const { tp, fp, fn, tn, f1, precision, recall, accuracy } = figuresOf(tallyOf(ONE));
  expect({ tp, fp, fn, tn }).toEqual({ tp: 3, fp: 2, fn: 2, tn: 5 });
  expect({ f1, precision, recall, accuracy }).toEqual({ f1: 3 / 5, precision: 3 / 5, recall: 3 / 5, accuracy: 8 / 12 });
});

// Twelve hours, seven of them without a label. Events: 6–8 found an hour late, 12 found before it began, 15 missed.
test("incidents are compared with events and normal days", () => {
  expect(figuresOf(tallyOf(ONE))).toMatchObject({
    incidents: 4,
    rightIncidents: 2,
    incidentPrecision: 1 / 2,
    criticalFalse: 1,
    criticalFalsePerNormalDay: expect.closeTo(1 / (7 / 24), 12),
    falsePerNormalDay: expect.closeTo(2 / (7 / 24), 12),
    events: 3,
    eventsTouched: 2 / 3,
    delayMedianMinutes: 30, // of 60 and 0
    messagesPerDay: 12,
  });
});

test("an event that began before the measured rows does not count", () => {
  expect(figuresOf(tallyOf({ ...ONE, from: 7 })).events).toBe(2);
  expect(figuresOf(tallyOf({ ...ONE, from: 6 })).events).toBe(3);
});

test("causes count where an incident touches the event: the first incident's causes, in its order", () => {
  const caused = (from: number, to: number, ...metrics: string[]) => ({
    from: START + from * HOUR,
    to: START + to * HOUR,
    metrics,
  });
  const causes = [caused(6, 8, "disk"), caused(12, 12, "memory", "cpu"), caused(12, 12), caused(15, 15, "cpu")];
  const first = figuresOf(tallyOf({ ...ONE, causes }));
  expect([first.top1, first.top3]).toEqual([1 / 2, 1]);
  const fourth = figuresOf(tallyOf({ ...ONE, causes: [caused(6, 8, "network"), caused(12, 12, "gpu")] }));
  expect([fourth.top1, fourth.top3]).toEqual([0, 0]);
});

test("a figure without its label, incident or known cause is null", () => {
  const { f1, precision, recall, incidentPrecision, eventsTouched, delayMedianMinutes, top1, ...others } = figuresOf(
    tallyOf(played("00000000", "00000900")),
  );
  expect([f1, precision, recall, incidentPrecision, eventsTouched, delayMedianMinutes, top1]).toEqual(
    Array(7).fill(null),
  );
  expect(others).toMatchObject({ tp: 0, fp: 1, fn: 0, tn: 3, accuracy: 3 / 4, falsePerNormalDay: 0 });
});

test("the mean is unweighted and skips machines without the figure; the pooled figures cover all rows", () => {
  const calm = played("00000000", "00000900", { name: "web-2", incidents: [incident(5, 5, { isFalse: true })] });
  const { entities, mean, pooled } = summarise([ONE, calm]);
  expect(entities.map(({ name, bestF1 }) => [name, bestF1 === null])).toEqual([
    ["web-1", false],
    ["web-2", true],
  ]);
  expect(mean).toMatchObject({
    bestF1: entities[0]?.bestF1,
    f1: 3 / 5,
    accuracy: (8 / 12 + 3 / 4) / 2,
    incidents: 5 / 2,
    incidentPrecision: 1 / 4,
  });
  // 3 of 5 labelled rows, 3 false ones; three false incidents in eleven normal hours.
  expect(pooled).toMatchObject({ tp: 3, fp: 3, fn: 2, tn: 8, f1: 6 / 11, incidentPrecision: 2 / 5, events: 3 });
  expect(pooled.falsePerNormalDay).toBeCloseTo(3 / (11 / 24), 12);
  expect(pooled).toEqual(figuresOf(sumOf([ONE, calm].map(tallyOf))));
});

// Scores of the test part, labelled ones marked: 0 2 0* 3* 3* 0 0 0 3* 5 0 0*. Above 2 three of five, and one false.
test("the ranking covers the scores of the test part", () => {
  const [report] = summarise([ONE]).entities;
  expect(report?.bestF1).toBeCloseTo((2 * 3) / (2 * 3 + 1 + 2), 12);
  // One false above, then three at once, one false, the rest: (3/5)(3/4) + (2/5)(5/12).
  expect(report?.ap).toBeCloseTo((3 / 5) * (3 / 4) + (2 / 5) * (5 / 12), 12);
  // Each of the three beats six of seven, each of the other two ties with five: (18 + 5) / 35.
  expect(report?.roc).toBeCloseTo(23 / 35, 12);
});

describe("at the best threshold", () => {
  // The scores above, at 2.5: three of five labelled rows and one other.
  test("all rows of the test part are counted, the true negatives too", () => {
    const { machines, mean } = bestThreshold([ONE], SINGLE_ROWS);
    expect(machines).toMatchObject([{ name: "web-1", trainRows: 4, testRows: 12, items: 12, labelled: 5 }]);
    expect(machines[0]).toMatchObject({
      threshold: 2.5,
      tp: 3,
      fp: 1,
      fn: 2,
      tn: 6,
      accuracy: 9 / 12,
      precision: 3 / 4,
    });
    const { name: _, trainRows, testRows, ...figures } = machines[0]!;
    expect(mean).toEqual(figures);
  });

  // Rows 0–1, 3–4, 6–7 and 9–10 of the test part score 2, 3*, 0 and 5.
  test("a window is labelled if one of its rows is, and scores as its highest row", () => {
    const { machines } = bestThreshold([ONE], { length: 2, stride: 3 });
    expect(machines[0]).toMatchObject({ items: 4, labelled: 1, threshold: 2.5, tp: 1, fp: 1, fn: 0, tn: 2 });
    expect(machines[0]).toMatchObject({ accuracy: 3 / 4, precision: 1 / 2, recall: 1, f1: 2 / 3, auc: 2 / 3 });
  });

  // 28,479 rows make the 14,230 windows that the document counts (12,475 + 332 + 519 + 904).
  test("the number of windows of 20 rows, 2 apart, is document 003's for the first machine", () => {
    const rows = "0".repeat(28_479 + 4);
    expect(bestThreshold([played(rows, rows)], { length: 20, stride: 2 }).machines[0]?.items).toBe(14_230);
  });

  // At 2.5, web-1's rows as above; web-2 has a row that scores 9 without a label, which one threshold for both flags.
  test("one threshold serves the rows of all machines", () => {
    const calm = played("00000000", "00000900", { name: "web-2" });
    const { machines, mean, pooled } = bestThreshold([ONE, calm], SINGLE_ROWS);
    expect(machines[1]).toMatchObject({ threshold: null, accuracy: null, auc: null, items: 4, labelled: 0 });
    expect(mean).toMatchObject({ threshold: 2.5, accuracy: 9 / 12, items: 8 });
    expect(pooled).toMatchObject({ items: 16, labelled: 5, threshold: 2.5, tp: 3, fp: 2, fn: 2, tn: 9 });
  });
});

test("all metrics together have a ranking of their own, over the machines that have this reading", () => {
  const scores = Float64Array.from("9900009990009009", Number);
  const { entities, mean } = summarise([
    { ...ONE, together: scores },
    { ...ONE, name: "web-2" },
  ]);
  // Above 0 are exactly the labelled rows.
  expect(entities[0]?.together).toMatchObject({ bestF1: 1, ap: 1, roc: 1 });
  expect(entities[1]).not.toHaveProperty("together");
  expect(mean.together).toEqual(entities[0]?.together);
  expect(summarise([ONE]).mean).not.toHaveProperty("together");
});
