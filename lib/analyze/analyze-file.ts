import { basename } from "node:path";
import { type Detector, type DetectorChoice, detectorsOf, isMemoryless } from "../model/detector.ts";
import type { CsvRow } from "../rows/csv-row.ts";
import { UserError } from "../user-error.ts";
import type { Unchanged } from "../watch/unchanged.ts";
import { gatherChart, metricPanels, scorePanel } from "./chart-data.ts";
import { type AnalyzedColumns, type ColumnChoice, surveyColumns } from "./file-columns.ts";
import { fitJudge, type ThresholdOptions } from "./fit-judge.ts";
import { type Column, plainLayout, shown } from "./layout.ts";
import { compareLevels, NO_SHIFTS } from "./level-shift.ts";
import { type Output, openOutput } from "./outputs.ts";
import { narrowed, ownMetrics, unchangedMetrics, widened } from "./own-metrics.ts";
import { createScorer, UNJUDGED, type Verdict } from "./row-scorer.ts";
import { createSummary, type Summary } from "./summary.ts";
import { gatherTraining, type Sample, type Training } from "./training-rows.ts";

export interface AnalyzeOptions extends ColumnChoice, ThresholdOptions {
  readonly file: string;
  /** Absent: chosen by the columns and rows of the file. */
  readonly detector?: DetectorChoice;
  /** The first part of the file trains the detector: a share of the rows up to 1, or their number. */
  readonly train?: { readonly share: number } | { readonly rows: number };
  /** Files to write; the extension chooses the format. */
  readonly outputs: readonly string[];
  /** Rows to show. */
  readonly head: number;
  readonly onlyAnomalies: boolean;
  /** Receives the finished share of the work. */
  readonly progress: (share: number) => void;
}

/** The result. */
export interface Analysis {
  readonly detector: DetectorChoice;
  /** In units of the detector; absent for several hosts, because each has its own. */
  readonly threshold?: number;
  /** The number of training rows. */
  readonly fittedTo: number;
  readonly columns: AnalyzedColumns;
  readonly summary: Summary;
  /** The first rows as written, titles first. */
  readonly head: readonly (readonly string[])[];
  /** Hosts without a model, with the reason; rows without a host have the empty name. */
  readonly unfitted: ReadonlyMap<string, string>;
  /** The metrics with one value in all rows that a host was fitted to, by host. */
  readonly unchanged: ReadonlyMap<string, readonly Unchanged[]>;
  /** The metrics whose level changes within the file and stays, by host; only where all rows were read. */
  readonly moved: ReadonlyMap<string, readonly string[]>;
  /** Whether a host was fitted to all its rows, because the usual levels of their halves differ. */
  readonly isRefitted: boolean;
}

/** The half that is learnt then holds three days by the minute; with fewer rows the z-score judges better. */
const BANDS_ROWS_MIN = 8_640;
/** The training share of the rows for detectors whose fit anomalies would spoil. */
const TRAIN_SHARE = 0.5;
/** The share of anomalies in document 004. */
const PRESET_CONTAMINATION = 0.05;
const PROGRESS_ROWS = 1_000;

/** Reads a file twice, to fit and to score. Memory does not grow with the file. */
export async function analyze(options: AnalyzeOptions): Promise<Analysis> {
  const columns = await surveyColumns(options.file, options);
  const rows = Math.max(1, await columns.count());
  const plan = planOf(options, columns, rows);
  const outputs: Output[] = [];
  try {
    for (const path of options.outputs)
      outputs.push(
        openOutput(path, { ...options, detector: plan.detector, columns: plan.layout, metrics: columns.metrics, rows }),
      );
    const { hosts: trained, moved, isRefitted } = await train(options, columns, plan);
    const fitted = fitHosts(options, columns, plan, trained);
    const { summary, chart, head } = await score(options, columns, plan, fitted.scorers, outputs);
    const title = `${basename(options.file)}: ${summary.anomalies} anomalies in ${summary.rows} rows`;
    for (const output of outputs) await output.end({ title, summary, chart });
    const { detector } = plan;
    const fittedTo = [...trained.values()].reduce((sum, { seen }) => sum + seen, 0);
    const [threshold, ...others] = new Set(fitted.thresholds);
    const about = {
      detector,
      fittedTo,
      columns,
      summary,
      head,
      moved,
      isRefitted,
      unfitted: fitted.unfitted,
      unchanged: fitted.unchanged,
    };
    return { ...about, ...(threshold === undefined || others.length > 0 ? {} : { threshold }) };
  } catch (error) {
    for (const output of outputs) output.abandon();
    throw error;
  }
}

interface Plan {
  readonly detector: DetectorChoice;
  /** The approximate number of rows in the file. */
  readonly rows: number;
  readonly trainRows: number;
  /** Whether hosts are fitted to all rows where the halves differ: nobody chose the training part. */
  readonly mayRefit: boolean;
  readonly threshold: ThresholdOptions;
  readonly layout: readonly Column[];
}

function planOf(options: AnalyzeOptions, columns: AnalyzedColumns, rows: number): Plan {
  const detector = options.detector ?? (options.preset ? "iforest" : likeliest(columns, rows));
  const train = options.train ?? { share: detector === "zscore" || options.preset ? 1 : TRAIN_SHARE };
  const own = options.threshold === undefined && options.contamination === undefined && detector === "iforest";
  return {
    detector,
    rows,
    mayRefit: options.train === undefined && !options.preset && detector !== "zscore" && !knowsDays(detector),
    trainRows: "rows" in train ? train.rows : Math.ceil(train.share * rows),
    threshold: own && options.preset ? { contamination: PRESET_CONTAMINATION } : options,
    layout: layoutOf(options, columns, detector),
  };
}

function likeliest({ time, hostsSeen }: AnalyzedColumns, rows: number): Detector {
  return time !== undefined && rows / hostsSeen >= BANDS_ROWS_MIN ? "bands" : "zscore";
}

/** Bands expect the rhythm of days. */
function knowsDays(detector: DetectorChoice): boolean {
  return detectorsOf(detector).includes("bands");
}

function layoutOf({ file }: AnalyzeOptions, columns: AnalyzedColumns, detector: DetectorChoice): readonly Column[] {
  const members = typeof detector === "string" ? [] : detectorsOf(detector);
  const layout = plainLayout(columns, detector === "zscore" ? "z" : "score", members);
  const twice = columns.metrics.find((name) => layout.filter(({ title }) => title === name).length > 1);
  if (twice !== undefined)
    throw new UserError(
      `${file}, line 1: a column ${twice} would be written twice: leave the file's own out with --ignore ${twice}`,
    );
  return layout;
}

/** Gathers the training part. It reads on to the end where the halves of the file may choose another. */
async function train(options: AnalyzeOptions, columns: AnalyzedColumns, { detector, trainRows, rows, mayRefit }: Plan) {
  const width = columns.metrics.length;
  const [first, all] = [gatherTraining(width), gatherTraining(width)];
  const levels = compareLevels(width, rows / columns.hostsSeen);
  const inOrder = orderCheck(options.file, columns, detector);
  const last = mayRefit ? rows : trainRows;
  let seen = 0;
  await eachRow(columns, (row) => {
    inOrder(row);
    const host = row.host ?? "";
    if (seen < trainRows) first.add(host, row);
    if (mayRefit) all.add(host, row);
    levels.add(host, row);
    if (++seen % PROGRESS_ROWS === 0) options.progress(seen / (last + rows));
    return seen < last;
  });
  const { halves, lasting } = last >= rows && !knowsDays(detector) ? levels.end() : NO_SHIFTS;
  const hosts = new Map(first.hosts());
  const isRefitted = mayRefit && halves.size > 0;
  if (isRefitted) for (const [host, training] of all.hosts()) if (halves.has(host)) hosts.set(host, training);
  const named = [...lasting].map(([host, found]) => [host, found.map((j) => columns.metrics[j] ?? "")] as const);
  return { hosts, moved: new Map(named), isRefitted };
}

interface Fitted {
  readonly scorers: ReadonlyMap<string, (sample: Sample) => Verdict>;
  readonly thresholds: readonly number[];
  readonly unfitted: ReadonlyMap<string, string>;
  readonly unchanged: Analysis["unchanged"];
}

function fitHosts(
  options: AnalyzeOptions,
  columns: AnalyzedColumns,
  plan: Plan,
  hosts: ReadonlyMap<string, Training>,
): Fitted {
  const scorers = new Map<string, (sample: Sample) => Verdict>();
  const thresholds: number[] = [];
  const unfitted = new Map<string, string>();
  const unchanged = new Map<string, readonly Unchanged[]>();
  for (const [host, training] of hosts) {
    try {
      const own = ownMetrics(training);
      const lacks = hosts.size > 1 && own.length > 0 && own.length < columns.metrics.length;
      const names = lacks ? own.map((metric) => columns.metrics[metric] ?? "") : columns.metrics;
      const rows = lacks ? narrowed(training, own) : training;
      const judge = fitJudge(plan.detector, rows, names, plan.threshold);
      const scorer = createScorer(judge);
      thresholds.push(judge.threshold);
      const same = unchangedMetrics(judge, rows, names);
      if (same.length > 0) unchanged.set(host, same);
      scorers.set(host, lacks ? widened(scorer, own) : scorer);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      unfitted.set(host, inWords(error.message, columns.metrics));
    }
  }
  const [[host = "", reason = ""] = []] = unfitted;
  if (scorers.size === 0) throw new UserError(`${options.file}${host && `, host ${host}`}: ${reason}`);
  return { scorers, thresholds, unfitted, unchanged };
}

/** Replaces the number of a feature, as models know it, with its name. */
function inWords(message: string, metrics: readonly string[]): string {
  const [, number] = /^feature (\d+) has no value in any row/.exec(message) ?? [];
  const name = number === undefined ? undefined : metrics[Number(number)];
  if (name === undefined) return message;
  return `column ${name} is empty in every row that is fitted to: leave it out with --ignore ${name}, or fit to more with --train`;
}

async function score(
  options: AnalyzeOptions,
  columns: AnalyzedColumns,
  { detector, trainRows, rows, layout, mayRefit }: Plan,
  scorers: Fitted["scorers"],
  outputs: readonly Output[],
) {
  const summary = createSummary();
  const readBefore = mayRefit ? rows : trainRows;
  const single = scorers.size === 1 && columns.hostsSeen === 1;
  const chart = gatherChart(single ? metricPanels(columns.metrics) : [scorePanel()], rows);
  const head = options.head > 0 ? [layout.map(({ title }) => title)] : [];
  const inOrder = orderCheck(options.file, columns, detector);
  let seen = 0;
  await eachRow(columns, (read) => {
    inOrder(read);
    const row = { ...read, verdict: scorers.get(read.host ?? "")?.(read) ?? UNJUDGED };
    summary.add(row);
    chart.add(row);
    for (const output of outputs) output.add(row);
    if (seen++ < options.head) head.push(layout.map((column) => shown(column, row)));
    if (seen % PROGRESS_ROWS === 0) options.progress((readBefore + seen) / (readBefore + rows));
    return true;
  });
  return { summary: summary.end(), chart: chart.end(), head };
}

/** Reads the file until `visit` returns false. */
async function eachRow({ pieces }: AnalyzedColumns, visit: (row: CsvRow) => boolean): Promise<void> {
  for await (const rows of pieces()) {
    for (const row of rows) if (!visit(row)) return;
  }
}

/** Where a detector remembers the rows before, the rows of each host must be sorted by time. */
function orderCheck(file: string, { time }: AnalyzedColumns, detector: DetectorChoice): (row: CsvRow) => void {
  const last = new Map<string, number>();
  if (isMemoryless(detector)) return () => {};
  return (row) => {
    if (row.time === undefined) return;
    const before = last.get(row.host ?? "");
    if (before !== undefined && row.time < before)
      throw new UserError(
        `${file}, line ${row.line}, column ${time}: earlier than the row before it: sort the file by time, or use --detector gaussian`,
      );
    last.set(row.host ?? "", row.time);
  };
}
