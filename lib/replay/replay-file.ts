import { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { clientConfig } from "../clients.ts";
import type { Config } from "../config/config.ts";
import { eventsOf } from "../evaluate/events.ts";
import type { Cause } from "../incident/cause.ts";
import { type IncidentRecord, recordOf } from "../incident/record.ts";
import { DEFAULT_SETTINGS } from "../learn/fit-settings.ts";
import { fitBaseline } from "../learn/group-refit.ts";
import { trainingSet } from "../learn/training.ts";
import { bodyFor, type Message } from "../local/message.ts";
import { STREAM_NAME } from "../local/names.ts";
import { startTwin, type Twin } from "../local/twin.ts";
import { evaluateEpsilon } from "../model/best-epsilon.ts";
import type { Detector } from "../model/detector.ts";
import { type CsvTable, readCsv } from "../rows/read-csv.ts";
import { createStores } from "../store/aws.ts";
import { UserError } from "../user-error.ts";
import { hostOwner } from "../watch/baseline.ts";
import { Flag } from "../watch/fold.ts";
import { encodeJson } from "../wire/encode.ts";
import { DEFAULT_GROUP } from "../wire/samples.ts";
import { schemaId } from "../wire/schemas.ts";
import { createWorld, type Put } from "./world.ts";

export interface ReplayOptions {
  readonly file: string;
  readonly host: string;
  readonly train: string;
  /** Between rows of files without a time column, in milliseconds. */
  readonly intervalMs: number;
  readonly rowsPerRecord: number;
  readonly detector: Detector;
  /** Whose rules and policies the rows are judged by; absent: none. */
  readonly config?: Config;
  readonly clock: () => number;
  /** Called with the number of rows done of all. */
  readonly progress: (done: number, total: number) => void;
  readonly log: (line: string) => void;
}

export interface ReplayReport {
  readonly records: number;
  readonly samples: number;
  readonly rejected: number;
  readonly anomalies: number;
  readonly incidents: readonly {
    readonly id: string;
    readonly opened: string;
    readonly resolved: string | null;
    readonly peakScore: number;
    readonly causes: readonly Pick<Cause, "metric" | "now" | "expected" | "share">[];
  }[];
  readonly notices: readonly {
    readonly kind: string;
    readonly incident: string;
    readonly subject: string;
    readonly sms: string;
  }[];
  readonly seconds: number;
  /** Per sample, where the file has a column `label`. */
  readonly precision?: number;
  readonly recall?: number;
  readonly f1?: number;
  /** Share of the labelled runs that an incident touches. */
  readonly eventRecall?: number;
}

/** Rows without times get these: training ends where the replay begins. */
const START = Date.UTC(2026, 0, 1);

/** Drives a file through the whole twin, in memory and in virtual time: stream, mapping, score, tables, topic. */
export async function replay(options: ReplayOptions): Promise<ReplayReport> {
  const table = await readCsv(options.file);
  const train = await readCsv(options.train);
  const times = table.times ?? timesFrom(START, rowCount(table), options.intervalMs);
  const progress = (scored: number) => options.progress(scored, rowCount(table));
  const world = createWorld(times[0] ?? START, progress, options.config);
  const twin = await startTwin({
    port: 0,
    createHandlers: world.createHandlers,
    clock: world.clock,
    random: Math.random,
    windowSeconds: 0,
    schedules: false,
    delivery: { onMessage: (message) => world.messages.push(message) },
    log: options.log,
  });
  try {
    await firstBaseline(twin, train, options, world.clock);
    const began = options.clock();
    const records = await putAll(twin, table, times, options, world.put);
    await twin.idle();
    const seconds = (options.clock() - began) / 1000;
    const incidents = await incidentsOf(twin, options.host, world.clock);
    return {
      records,
      ...world.counts(),
      incidents: incidents.map(summaryOf),
      notices: world.messages.map(noticeOf),
      seconds,
      ...qualityOf(table, times, world.flags, incidents),
    };
  } finally {
    await twin.close();
  }
}

async function firstBaseline(
  twin: Twin,
  train: CsvTable,
  { host, intervalMs, train: path, detector, config }: ReplayOptions,
  clock: () => number,
): Promise<void> {
  const stores = createStores(twin.env, clock, Math.random);
  try {
    const rows = rowCount(train);
    const schema = { id: schemaId(train.names), names: train.names };
    const times = timesFrom(clock() - rows * intervalMs, rows, intervalMs);
    const set = trainingSet([{ host, schema, times, values: train.rows, flags: new Uint8Array(rows) }], []);
    if (!set) throw new UserError(`${path}: no rows to fit a baseline to`);
    const report = await fitBaseline(
      stores.baselines,
      hostOwner(host),
      set,
      { ...DEFAULT_SETTINGS, detector },
      clock(),
      config?.policyOf(host, DEFAULT_GROUP),
    );
    if (report.refused) throw new UserError(`${path}: no baseline could be fitted: ${report.refused}`);
  } finally {
    stores.close();
  }
}

/** Most records in a PutRecords call (https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html). */
const RECORDS_PER_PUT = 100;

async function putAll(
  twin: Twin,
  table: CsvTable,
  times: Float64Array,
  { host, rowsPerRecord }: ReplayOptions,
  put: (records: Promise<readonly Put[]>) => Promise<void>,
): Promise<number> {
  const client = new KinesisClient(clientConfig(twin.env));
  const starts = Array.from({ length: Math.ceil(times.length / rowsPerRecord) }, (_, i) => i * rowsPerRecord);
  try {
    for (let at = 0; at < starts.length; at += RECORDS_PER_PUT) {
      const chosen = starts.slice(at, at + RECORDS_PER_PUT);
      await put(
        putRecords(
          client,
          host,
          chosen.map((start) => recordAt(table, times, host, start, rowsPerRecord)),
        ),
      );
    }
    return starts.length;
  } finally {
    client.destroy();
  }
}

async function putRecords(client: KinesisClient, host: string, records: readonly { data: Buffer; arrival: number }[]) {
  const { Records = [] } = await client.send(
    new PutRecordsCommand({
      StreamName: STREAM_NAME,
      Records: records.map(({ data }) => ({ PartitionKey: host, Data: data })),
    }),
  );
  return records.map(({ arrival }, i) => {
    const sequenceNumber = Records[i]?.SequenceNumber;
    if (!sequenceNumber) throw new Error(`the stream refused a record: ${Records[i]?.ErrorMessage}`);
    return { sequenceNumber, arrival };
  });
}

function recordAt({ names, rows }: CsvTable, times: Float64Array, host: string, start: number, count: number) {
  const own = [...times.subarray(start, start + count)];
  const values = own.map((_, i) =>
    Array.from(rows.subarray((start + i) * names.length, (start + i + 1) * names.length), (x) =>
      Number.isNaN(x) ? null : x,
    ),
  );
  const record = {
    host,
    group: DEFAULT_GROUP,
    boot: START / 1000,
    seq: start,
    names,
    withNames: start === 0,
    times: own,
    rows: values,
  };
  return { data: Buffer.from(encodeJson(record)), arrival: own.at(-1) ?? START };
}

async function incidentsOf(twin: Twin, host: string, clock: () => number): Promise<readonly IncidentRecord[]> {
  const stores = createStores(twin.env, clock, Math.random);
  try {
    return (await stores.incidents.ofHost(host, 0, clock() + 1)).map(recordOf);
  } finally {
    stores.close();
  }
}

function summaryOf({ id, opened, resolved, peak, causes }: IncidentRecord) {
  return {
    id,
    opened: new Date(opened).toISOString(),
    resolved: resolved === undefined ? null : new Date(resolved).toISOString(),
    peakScore: peak.score,
    causes: causes.map(({ metric, now, expected, share }) => ({ metric, now, expected, share })),
  };
}

function noticeOf(message: Message) {
  const { kind, incident }: { kind?: unknown; incident?: unknown } = JSON.parse(bodyFor(message, "https"));
  return {
    kind: String(kind),
    incident: String(incident),
    subject: message.subject ?? "",
    sms: bodyFor(message, "sms"),
  };
}

function qualityOf(
  { labels }: CsvTable,
  times: Float64Array,
  flags: ReadonlyMap<number, number>,
  incidents: readonly IncidentRecord[],
) {
  if (!labels) return {};
  const flagged = Float64Array.from(times, (time) => ((flags.get(time) ?? 0) & Flag.anomaly ? 1 : 0));
  const { precision, recall, f1 } = evaluateEpsilon(flagged, labels, 0);
  const events = eventsOf(labels);
  const touched = events.filter(({ first, last }) =>
    incidents.some(({ opened, lastAnomaly }) => opened <= (times[last] ?? 0) && lastAnomaly >= (times[first] ?? 0)),
  );
  return { precision, recall, f1, eventRecall: events.length > 0 ? touched.length / events.length : 0 };
}

function rowCount({ rows, names }: CsvTable): number {
  return rows.length / names.length;
}

function timesFrom(start: number, count: number, intervalMs: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => start + i * intervalMs);
}
