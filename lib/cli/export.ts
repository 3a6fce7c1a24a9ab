import { Argument, Command, Option } from "commander";
import { readConfig } from "../config/file.ts";
import { storedAnomalies, storedHistory } from "../export/history-rows.ts";
import { HISTORY_COLUMNS } from "../export/history-sample.ts";
import { INCIDENT_COLUMNS, incidentRow } from "../export/incident-rows.ts";
import { LABEL_COLUMNS } from "../export/label-rows.ts";
import { metricNames, plainSamples, sampleColumns, sampleRows } from "../export/sample-rows.ts";
import { SCORE_COLUMNS, scoreRows } from "../export/score-rows.ts";
import type { Selection, Span } from "../export/span.ts";
import { recordOf } from "../incident/record.ts";
import type { Stores } from "../store/stores.ts";
import { type Row, TABLE_FORMATS, type TableFormat } from "../table/columns.ts";
import { jsonChunks, tableChunks } from "../table/write.ts";
import { UserError } from "../user-error.ts";
import { type Moment, momentArgument, momentAt, momentOption } from "./arguments.ts";
import { withStores } from "./connect.ts";
import { exportMetricsCommand } from "./export-metrics.ts";
import { selectedHosts, selectedIncidents, selectedLabels, withSelection } from "./selection.ts";
import { type TargetOptions, withTarget } from "./target.ts";
import { formatOf, isJson, writeOut } from "./write-out.ts";

const EXPORTS = ["samples", "scores", "incidents", "labels"] as const;
type Exported = (typeof EXPORTS)[number];

interface Options extends TargetOptions, Selection {
  readonly format?: TableFormat;
  readonly output?: string;
  readonly config?: string;
  readonly preset?: "metrics-history";
  readonly since: Moment;
  readonly until?: Moment;
}

export function exportCommand(): Command {
  return withSelection(withTarget(new Command("export")))
    .addArgument(new Argument("<what>", "stored samples, their scores, incidents, or labels").choices(EXPORTS))
    .addOption(
      new Option(
        "--format <format>",
        "format of the table, xlsx for at most 500000 cells (default: by the file's name, else csv)",
      ).choices(TABLE_FORMATS),
    )
    .option("-o, --output <file>", "the file to write (default: standard output)")
    .option("--config <file>", "the configuration with the metric policies to score by")
    .addOption(
      new Option(
        "--preset <name>",
        "with scores of one host: the columns of a metrics history; as JSON, its anomalies with their reasons",
      ).choices(["metrics-history"]),
    )
    .addOption(momentOption("--since <when>", "start: a duration ago, or a time like 2026-12-01T02:00Z", "7d"))
    .option("--until <when>", "end, in the same forms (default: now)", momentArgument)
    .addCommand(exportMetricsCommand())
    .addHelpText("after", "\nExample:\n  fleetwarden export scores --group web --since 24h -o scores.xlsx")
    .action(async (what: Exported, options: Options) => {
      const format = options.format ?? formatOf(options.output);
      if (format === "xlsx" && options.output === undefined && process.stdout.isTTY)
        throw new UserError("a terminal cannot show xlsx: name a file with -o");
      await withStores(options, async (stores) =>
        writeOut(options.output, await chunksOf(what, format, stores, options)),
      );
    });
}

type Chunks = AsyncIterable<string | Buffer>;

async function chunksOf(what: Exported, format: TableFormat, stores: Stores, options: Options): Promise<Chunks> {
  const span = spanOf(options, Date.now());
  const table = (columns: Parameters<typeof tableChunks>[1], rows: AsyncIterable<Row>) =>
    tableChunks(format, columns, rows);
  if (options.preset !== undefined) return metricsHistory(what, format, stores, options, span);
  if (what === "scores") {
    return table(
      SCORE_COLUMNS,
      scoreRows({ ...stores, policyOf: policyFor(options) }, await selectedHosts(stores, options), span),
    );
  }
  if (what === "samples") return samples(format, stores, options, span);
  if (what === "labels") return table(LABEL_COLUMNS, await selectedLabels(stores, options, span));
  const incidents = selectedIncidents(stores, options, span);
  return isJson(format)
    ? jsonChunks(format, mapped(incidents, recordOf))
    : table(INCIDENT_COLUMNS, mapped(incidents, incidentRow));
}

/** The files of a metrics history know one machine. */
async function metricsHistory(
  what: Exported,
  format: TableFormat,
  stores: Stores,
  options: Options,
  span: Span,
): Promise<Chunks> {
  if (what !== "scores") throw new UserError(`--preset ${options.preset} is for scores: export scores`);
  const [host, ...more] = await selectedHosts(stores, options);
  if (!host || more.length > 0)
    throw new UserError(
      `--preset ${options.preset} takes one host, not ${host ? more.length + 1 : 0}: name it with --host`,
    );
  const severities = options.config === undefined ? undefined : readConfig(options.config).severities;
  const ports = { ...stores, policyOf: policyFor(options), severities };
  return isJson(format)
    ? jsonChunks(format, storedAnomalies(ports, host, span))
    : tableChunks(format, HISTORY_COLUMNS, storedHistory(ports, host, span));
}

function policyFor({ config }: Options) {
  return config === undefined ? undefined : readConfig(config).policyOf;
}

/** JSON documents need no common columns, so one read of the history is enough. */
async function samples(format: TableFormat, stores: Stores, options: Options, span: Span): Promise<Chunks> {
  const { history } = stores;
  const named = await selectedHosts(stores, options);
  if (isJson(format)) return jsonChunks(format, plainSamples(history, named, span));
  const names = await metricNames(history, named, span);
  return tableChunks(format, sampleColumns(names), sampleRows(history, named, names, span));
}

function spanOf({ since, until }: Options, now: number): Span {
  const span = { from: momentAt(since, now), to: until === undefined ? now + 1 : momentAt(until, now) };
  if (span.from >= span.to) throw new UserError("--since is not before --until: swap them");
  return span;
}

async function* mapped<T, U>(values: AsyncIterable<T>, change: (value: T) => U): AsyncGenerator<U> {
  for await (const value of values) yield change(value);
}
