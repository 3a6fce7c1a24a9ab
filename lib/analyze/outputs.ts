import { extname } from "node:path";
import type { DetectorChoice } from "../model/detector.ts";
import { createDraft } from "../table/draft.ts";
import { plainTime } from "../table/metrics-history.ts";
import { jsonFormat, ndjsonFormat, type TextFormat } from "../table/text-format.ts";
import { tooLarge } from "../table/xlsx.ts";
import { UserError } from "../user-error.ts";
import { analysisPage, gatherCharts } from "./analysis-page.ts";
import type { ChartData } from "./chart-data.ts";
import { drawSvg } from "./chart-svg.ts";
import type { Ranked } from "./events.ts";
import { sentencesOf, worstTable } from "./findings-text.ts";
import { historyAnomaly, historyLayout } from "./history-layout.ts";
import type { Column, Row } from "./layout.ts";
import { rowCsv, rowJson, rowObject } from "./row-text.ts";
import type { Summary } from "./summary.ts";
import { createAnalysis } from "./workbook.ts";

/** An output file under construction. */
export interface Output {
  /** Takes every row of the input, in order. */
  add(row: Ranked): void;
  /** Finishes the file, which appears at its path only now. */
  end(findings: Findings): Promise<void>;
  /** Removes the unfinished file. */
  abandon(): void;
}

/** Known after the last row. */
interface Findings {
  readonly title: string;
  readonly summary: Summary;
  readonly chart: ChartData;
}

export interface OutputOptions {
  readonly columns: readonly Column[];
  readonly metrics: readonly string[];
  readonly preset?: "metrics-history";
  readonly detector: DetectorChoice;
  readonly onlyAnomalies: boolean;
  /** The approximate number of rows in the file. */
  readonly rows: number;
}

const EXTENSIONS = ["csv", "json", "ndjson", "xlsx", "svg", "html"] as const;

/** Opens a file; the extension chooses the format. Throws UserError if the format or the path does not work. */
export function openOutput(path: string, options: OutputOptions): Output {
  const extension = extname(path).slice(1).toLowerCase();
  const columns = options.preset ? historyLayout(options.metrics) : options.columns;
  if (extension === "xlsx") return xlsxOutput(path, columns, options);
  if (extension === "svg") return svgOutput(path);
  if (extension === "html") return pageOutput(path, options);
  const format = textFormat(extension, columns, options);
  if (!format)
    throw new UserError(`${path}: not a format to write: use ${EXTENSIONS.map((one) => `.${one}`).join(", ")}`);
  return textOutput(path, format, options);
}

function textFormat(
  extension: string,
  columns: readonly Column[],
  { preset, metrics, detector }: OutputOptions,
): TextFormat<Row> | undefined {
  const objectOf = preset
    ? (row: Row) => historyAnomaly(metrics, detector, row)
    : (row: Row) => rowObject(columns, row);
  if (extension === "csv") return preset ? rowCsv(columns, plainTime) : rowCsv(columns);
  if (extension === "json") return rowJson(jsonFormat(), objectOf);
  return extension === "ndjson" ? rowJson(ndjsonFormat(), objectOf) : undefined;
}

/** Text is buffered up to this many characters. */
const BUFFER_LENGTH = 64 * 1024;

function textOutput(path: string, format: TextFormat<Row>, { onlyAnomalies }: OutputOptions): Output {
  const file = createDraft(path);
  let text = format.head;
  const flush = () => {
    file.write(text);
    text = "";
  };
  return {
    add(row) {
      if (onlyAnomalies && !row.verdict.isAnomaly) return;
      text += format.next(row);
      if (text.length >= BUFFER_LENGTH) flush();
    },
    async end() {
      text += format.tail();
      flush();
      file.finish();
    },
    abandon: file.abandon,
  };
}

function svgOutput(path: string): Output {
  const file = createDraft(path);
  return {
    add() {},
    async end({ title, chart }) {
      file.write(drawSvg(title, chart).markup);
      file.finish();
    },
    abandon: file.abandon,
  };
}

function pageOutput(path: string, { metrics, detector }: OutputOptions): Output {
  const file = createDraft(path);
  const charts = gatherCharts(metrics);
  return {
    add: charts.add,
    async end({ title, summary }) {
      const table = worstTable(summary, metrics, detector);
      file.write(analysisPage(title, sentencesOf(summary), charts.end(summary.worst), table));
      file.finish();
    },
    abandon: file.abandon,
  };
}

function xlsxOutput(path: string, columns: readonly Column[], { onlyAnomalies, rows }: OutputOptions): Output {
  const problem = onlyAnomalies ? undefined : tooLarge(rows, columns.length);
  if (problem) throw new UserError(`${path}: ${problem}: write csv, or add --only-anomalies`);
  const file = createDraft(path);
  const workbook = createAnalysis(columns);
  return {
    add(row) {
      if (onlyAnomalies && !row.verdict.isAnomaly) return;
      workbook.add(row);
    },
    async end() {
      file.write(await workbook.bytes());
      file.finish();
    },
    abandon: file.abandon,
  };
}
