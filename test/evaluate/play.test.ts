// An evaluation measures the results of a deployment.
import { DEFAULT_CONFIG, parseConfig } from "../../lib/config/config.ts";
import { recordingOf } from "../../lib/evaluate/entity.ts";
import { playEntity } from "../../lib/evaluate/play.ts";
import { quizOn, secondHalfOf } from "../../lib/evaluate/quiz.ts";
import { backtest } from "../../lib/replay/backtest.ts";
import { anIncident, judged } from "../contract/examples.ts";
import { recorded } from "../replay/made.ts";
import { seededRandom } from "../simulation/random.ts";

const MINUTE = 60_000;
const NAMES = ["cpu", "memory"];
/** Rows of the train part, and of both. */
const [CUT, ROWS] = [120, 300];

/** Calm rows a minute apart; the CPU is busy for ten minutes from each of these rows on. */
function busyRows(...bursts: number[]): number[][] {
  const random = seededRandom(1);
  const noise = () => random() + random() + random() - 1.5;
  const busy = (row: number) => (bursts.some((from) => row >= from && row < from + 10) ? 60 : 0);
  return Array.from({ length: ROWS }, (_, row) => [20 + 4 * noise() + busy(row), 50 + 3 * noise()]);
}

const table = (rows: readonly number[][]) => ({ names: NAMES, rows: Float64Array.from(rows.flat()) });
const options = { clock: () => 0, progress: () => {} };

async function play(rows: readonly number[][], labels: Uint8Array, config = DEFAULT_CONFIG) {
  const recording = recordingOf("web-1", [table(rows.slice(0, CUT)), table(rows.slice(CUT))], MINUTE);
  const entity = { name: "web-1", recording: { ...recording, labels }, from: CUT, intervalMs: MINUTE, causes: [] };
  return playEntity(entity, { ...options, config });
}

test("the test part has the same incidents and messages as a replay of the same rows as one file", async () => {
  const rows = busyRows(80, 150, 230);
  const labels = new Uint8Array(ROWS).fill(1, 150, 160);
  const played = await play(rows, labels);
  const csv = [`${NAMES},label`, ...rows.map((row, i) => `${row},${labels[i]}`)].join("\n");
  const report = await backtest(await recorded({ "web-1.csv": csv }), { stopwatch: () => 0, progress: () => {} });
  const start = played.times[CUT]!;
  const own = report.incidents.filter(({ opened }) => Date.parse(opened) >= start);
  expect(own).toHaveLength(report.incidents.length - 1);
  expect(played.incidents).toEqual(
    own.map(({ opened, lastAnomaly, severity, isFalse, causes }) => ({
      opened: Date.parse(opened),
      lastAnomaly: Date.parse(lastAnomaly),
      isCritical: severity === "critical",
      isFalse,
      causes: causes.map(({ metric }) => metric),
    })),
  );
  expect(played.incidents.map(({ isFalse }) => isFalse)).toEqual([false, true]);
  expect(played.messages).toBe(report.notices.filter(({ at }) => Date.parse(at) >= start).length);
  expect(played.flagged.reduce((sum, flag) => sum + flag, 0)).toBe(report.anomalies);
});

// The epsilons of the two sensitivities are as 5 to 7; the bands' scores do not depend on them.
test("a row's score is in units of the epsilon of that time; while the host learns, it has none", async () => {
  const sensitive = parseConfig('{ "version": 1, "detectors": { "*": { "sensitivity": "sensitive" } } }');
  const labels = new Uint8Array(ROWS);
  const one = await play(busyRows(150), labels);
  const other = await play(busyRows(150), labels, sensitive);
  expect([...one.ratios.subarray(0, 60)]).toEqual(Array(60).fill(0));
  for (let row = 60; row < 156; row++) expect(other.ratios[row]).toBeCloseTo(one.ratios[row]! / 0.71, 12);
  expect(one.ratios[155]).toBeGreaterThan(1);
  for (const { ratios, flagged } of [one, other])
    expect([...flagged]).toEqual(Array.from(ratios, (ratio) => Number(ratio > 1)));
  expect([one.flagged[155], one.flagged[200]]).toEqual([1, 0]);
});

test("with answers the second half is measured, after the first questions got the labels of the rows", async () => {
  const rows = busyRows(150, 170, 260);
  const labels = new Uint8Array(ROWS).fill(1, 150, 160);
  const recording = { ...recordingOf("web-1", [table(rows)], MINUTE), labels };
  const timeOf = (row: number) => recording.times[row] ?? 0;
  const causes = [150, 260].map((row) => ({ from: timeOf(row), to: timeOf(row + 9), metrics: ["cpu"] }));
  const entity = secondHalfOf({ name: "web-1", recording, from: CUT, intervalMs: MINUTE, causes });
  // Half-way between rows 120 and 300.
  expect(entity.from).toBe(210);
  expect(entity.causes).toEqual(causes.slice(1));

  const { at, answer } = quizOn(entity, 2);
  expect(at).toBe(timeOf(210));
  const about = (row: number, ratio: number, metric: string) => ({
    ...anIncident("web-1", { opened: timeOf(row), lastAnomaly: timeOf(row + 5) }),
    peak: judged(timeOf(row), ratio, 1),
    causes: [{ metric, now: 90, expected: 10, low: 5, high: 15, contribution: 9, share: 1 }],
  });
  const incidents = [about(155, 2, "cpu"), about(172, 1.1, "memory"), about(190, 40, "load")];
  expect(answer(incidents)).toEqual([
    { host: "web-1", of: timeOf(172), at, verdict: "false" },
    { host: "web-1", of: timeOf(155), at, verdict: "fault" },
  ]);
  const { incidents: opened } = await playEntity(entity, { ...options, config: DEFAULT_CONFIG, answers: 10 });
  expect(opened.map((one) => one.opened >= at)).toEqual([true]);
});

test("fitted once, the model takes the whole train part as normal and learns nothing from the test part", async () => {
  const zscore = parseConfig('{ "version": 1, "detectors": { "*": { "detector": "zscore" } } }');
  const rows = busyRows(40, 150, 230);
  const play = async (own: readonly number[][]) => {
    const recording = recordingOf("web-1", [table(own.slice(0, CUT)), table(own.slice(CUT))], MINUTE);
    const labels = new Uint8Array(own.length);
    const entity = { name: "web-1", recording: { ...recording, labels }, from: CUT, intervalMs: MINUTE, causes: [] };
    return playEntity(entity, { ...options, config: zscore, refit: "never" });
  };
  const whole = await play(rows);
  // The largest |z| of each row by the mean and deviation of the train part; three of the last five, 0 before.
  const z = rows.map((row) => Math.max(...row.map((x, j) => Math.abs(x - meanOf(rows, j)) / sdOf(rows, j))));
  const third = (i: number) =>
    z
      .slice(Math.max(CUT, i - 4), i + 1)
      .concat(0, 0, 0, 0)
      .sort((a, b) => b - a)[2]!;
  const factor = whole.ratios[CUT + 10]! / third(CUT + 10);
  for (let i = CUT; i < ROWS; i++) expect(whole.ratios[i]).toBeCloseTo(factor * third(i), 9);
  expect([...whole.ratios.subarray(0, CUT)]).toEqual(Array(CUT).fill(0));
  // A second copy of the test part, twice as long as the train part and more, is judged as the first one was.
  const twice = await play([...rows, ...rows.slice(CUT), ...rows.slice(CUT)]);
  expect([...twice.ratios.subarray(0, ROWS)]).toEqual([...whole.ratios]);
  expect([...twice.ratios.subarray(ROWS + 180 + 4)]).toEqual([...whole.ratios.subarray(CUT + 4)]);
});

const column = (rows: readonly number[][], j: number) => rows.slice(0, CUT).map((row) => row[j]!);
const meanOf = (rows: readonly number[][], j: number) => column(rows, j).reduce((sum, x) => sum + x, 0) / CUT;
const sdOf = (rows: readonly number[][], j: number) =>
  Math.sqrt(column(rows, j).reduce((sum, x) => sum + (x - meanOf(rows, j)) ** 2, 0) / CUT);

test("names that records cannot have are refused with the rule", async () => {
  const recording = recordingOf("web-1", [{ ...table(busyRows()), names: ["cpu", "me\u0007mory"] }], MINUTE);
  const entity = {
    name: "web-1",
    recording: { ...recording, labels: new Uint8Array(ROWS) },
    from: CUT,
    intervalMs: MINUTE,
  };
  await expect(playEntity({ ...entity, causes: [] }, { ...options, config: DEFAULT_CONFIG })).rejects.toThrow(
    '"web-1": the name "me\\u0007mory": use a text of 1 to 256 characters',
  );
});
