// The design card end to end: rows and labels in DynamoDB, a Gaussian and its epsilon, flags, and a message by SNS.
import { once } from "node:events";
import { createServer } from "node:http";
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { clientConfig, type Environment } from "../../lib/clients.ts";
import { parseConfig } from "../../lib/config/config.ts";
import { eventOf } from "../../lib/handlers/contract.ts";
import { createHandlers } from "../../lib/handlers/handlers.ts";
import { ENVIRONMENT, FUNCTIONS } from "../../lib/resources.ts";
import { createStores } from "../../lib/store/aws.ts";
import { Flag } from "../../lib/watch/apply.ts";
import type { Folded } from "../../lib/watch/fold.ts";
import type { HistoryChunk } from "../../lib/watch/history.ts";
import { newHost } from "../../lib/watch/state.ts";
import { encodeRecord } from "../../lib/wire/encode.ts";
import { run } from "../cli/live.ts";
import { anIncident, keepChunk } from "../contract/examples.ts";
import { dataPath, readTable, testWithData } from "../data.ts";
import { schemaOf } from "../factories.ts";
import { urlOf } from "../store/dynalite.ts";
import { EMULATOR_TEST_MS, emulatorEnvironment, STACK, withEmulator } from "./emulator.ts";

jest.setTimeout(EMULATOR_TEST_MS);

const HOST = "server-1";
const NAMES = ["latency", "throughput"];
const STEP = 10_000;
/** The score of a sample is the third largest of five, so each labelled row comes five times, and lags by two. */
const TIMES = 5;
const LAG = 2;
const PER_RECORD = 60;

type Row = readonly number[];

/** The rows of ex8data1 in the order of `NAMES`; the last column of those to validate with is their label. */
function rowsOf(name: string): { readonly rows: readonly Row[]; readonly labels: readonly number[] } {
  const { names, rows } = readTable(`coursera/${name}.csv.gz`);
  const at = (row: number, column: string) => rows[row * names.length + names.indexOf(column)] ?? Number.NaN;
  const places = Array.from({ length: rows.length / names.length }, (_, row) => row);
  return {
    rows: places.map((row) => NAMES.map((column) => at(row, column))),
    labels: places.map((row) => (names.length > NAMES.length ? (rows[(row + 1) * names.length - 1] ?? 0) : 0)),
  };
}

const repeated = (rows: readonly Row[]) => rows.flatMap((row) => Array.from({ length: TIMES }, () => row));

/** Ten times in an order in which no three of the few outliers, which lie together, are among five. */
function spread(rows: readonly Row[]): readonly Row[] {
  return Array.from({ length: 10 * rows.length }, (_, i) => rows[(i * 50) % rows.length] ?? []);
}

testWithData("refit fits a Gaussian to ex8data1 and selects its epsilon from the labels; score flags, SNS tells", () =>
  withEmulator(async (endpoint) => {
    const { rows: training } = rowsOf("ex8data1.train");
    const { rows: validation, labels } = rowsOf("ex8data1.val");
    // The last row needs two samples behind it.
    const samples = [...spread(training), ...repeated(validation), ...spread(training).slice(0, LAG)];
    const first = samples.length - LAG - TIMES * validation.length;
    const begin = Date.now() - samples.length * STEP;
    const timeOf = (place: number) => begin + place * STEP;
    let now = timeOf(samples.length);

    const env = await environmentOf(endpoint);
    const inbox = await subscribe(env);
    const stores = createStores(env, () => now, Math.random);
    await stores.hosts.save({ ...newHost(HOST, "web"), seen: samples.length, newest: timeOf(samples.length - 1) });
    // People labelled the faults; the other validation rows were flagged by an earlier, too eager version.
    const flags = samples.map((_, place) => (place >= first && place < samples.length - LAG ? Flag.anomaly : 0));
    for (let from = 0; from < samples.length; from += PER_RECORD) {
      await keepChunk(
        stores,
        chunkOf(samples.slice(from, from + PER_RECORD), flags.slice(from, from + PER_RECORD), timeOf(from)),
      );
    }
    for (const [i, label] of labels.entries()) {
      if (label !== 1) continue;
      const opened = timeOf(first + TIMES * i + LAG);
      await stores.incidents.save(anIncident(HOST, { id: idOf(i), opened, lastAnomaly: opened + (TIMES - 1) * STEP }));
      await stores.incidents.label(HOST, opened, { verdict: "fault", at: now, by: "jo" });
    }

    const folded: Folded[] = [];
    const handlers = createHandlers({
      env,
      clock: () => now,
      random: Math.random,
      config: () => parseConfig(JSON.stringify({ version: 1, detectors: { web: { detector: "gaussian" } } })),
      report: () => {},
      log: (what, error) => {
        throw new Error(what, { cause: error });
      },
      observe: (some) => folded.push(...some),
    });
    const context = { getRemainingTimeInMillis: () => FUNCTIONS.refit.timeoutSeconds * 1_000 };
    const { reports } = (await handlers.refit({ host: HOST }, context)) as { reports: unknown[] };
    expect(reports).toMatchObject([{ source: "labels", samples: 10 * training.length, quality: { f1: 0.875 } }]);

    // The contents of DynamoDB. The mean and variance are those of numpy: X.mean(0), X.var(0).
    const stored = await new DynamoDBClient(clientConfig(env)).send(
      new GetItemCommand({
        TableName: env[ENVIRONMENT.baselines],
        Key: { owner: { S: `host#${HOST}` }, version: { S: "ACTIVE" } },
      }),
    );
    expect(stored.Item).toMatchObject({ detector: { S: "gaussian" } });
    const baseline = (await stores.baselines.active([`host#${HOST}`])).get(`host#${HOST}`);
    if (baseline?.model.detector !== "gaussian") throw new Error("the configuration asks for a Gaussian");
    const { mean, sd } = baseline.model;
    const [latency = 0, throughput = 1] = NAMES.map((name) => baseline.schema.names.indexOf(name));
    expect([mean[throughput], mean[latency]]).toEqual([closeTo(14.1122257839), closeTo(14.9977105081)]);
    expect([sd[throughput]! ** 2, sd[latency]! ** 2]).toEqual([closeTo(1.83263141349), closeTo(1.70974533083)]);
    const densityAt = (score: number) => Math.exp(-score) / (2 * Math.PI * sd[0]! * sd[1]!);
    // Half-way in logs of the interval of best F1, (1.655345595744e-05, 4.988957210240e-04].
    expect(densityAt(baseline.epsilon) / 9.0876e-5).toBeCloseTo(1, 4);

    // The rows again, live.
    const live = repeated(validation);
    for (let from = 0; from < live.length; from += PER_RECORD) {
      const rows = live.slice(from, from + PER_RECORD);
      const times = rows.map((_, i) => timeOf(samples.length + from + i));
      now = times.at(-1)! + 1_000;
      const record = { host: HOST, group: "web", boot: 1, seq: from, names: NAMES, withNames: true, times, rows };
      await handlers.score({ Records: [recordOf(from, encodeRecord(record), now)] }, context);
    }
    const flagged = folded.flatMap(({ parts }) => parts.flatMap((part) => [...part.flags]));
    const strange = (row: Row) => {
      const scores = row.map(
        (value, j) =>
          (value - mean[j === 0 ? latency : throughput]!) ** 2 / (2 * sd[j === 0 ? latency : throughput]! ** 2),
      );
      return densityAt(scores.reduce((sum, score) => sum + score, 0)) < 9.0876e-5;
    };
    const expected = live.map(
      (_, place) => place >= LAG && strange(validation[Math.floor((place - LAG) / TIMES)] ?? []),
    );
    expect(flagged.map((flag) => (flag & Flag.anomaly) !== 0)).toEqual(expected);
    expect(validation.filter(strange)).toHaveLength(7);
    expect(inbox.subjects[0]).toMatch(/^\[(WARN|CRIT)\] server-1 \(web\): /);
    inbox.close();
    stores.close();
  }),
);

/** The figures that `fleetwarden fit` prints for the same files, and numpy before it. */
for (const { files, exact, f1, scan, scanF1 } of [
  {
    files: "ex8data1",
    exact: "9.087601e-5",
    f1: 0.875,
    scan: "8.990853e-5",
    scanF1: 0.875,
  },
  {
    files: "ex8data2",
    exact: "3.551366e-21",
    f1: 0.75,
    scan: "1.377229e-18",
    scanF1: 0.615385,
  },
]) {
  testWithData(`${files}: validation rows that are stored for a host decide its refit as they decide \`fit\``, () =>
    withEmulator(async (endpoint) => {
      const { names, rows } = readTable(`coursera/${files}.train.csv.gz`);
      const begin = Date.now() - rows.length * STEP;
      const env = await environmentOf(endpoint);
      const stores = createStores(env, Date.now, Math.random);
      const schema = schemaOf(...names);
      await stores.hosts.save({ ...newHost(HOST, "web"), seen: 1, newest: Date.now(), schema: schema.id });
      for (let from = 0; from < rows.length; from += PER_RECORD * names.length) {
        const values = rows.slice(from, from + PER_RECORD * names.length);
        const times = Float64Array.from(
          { length: values.length / names.length },
          (_, i) => begin + (from / names.length + i) * STEP,
        );
        await keepChunk(stores, { host: HOST, schema, times, values, flags: new Uint8Array(times.length) });
      }

      Object.assign(process.env, emulatorEnvironment(endpoint));
      const command = async (...words: string[]) => {
        const { code, out, err } = await run(...words, "--stack", STACK);
        expect({ code, err }).toEqual({ code: 0, err: "" });
        return out;
      };
      const validation = dataPath(`coursera/${files}.val.csv.gz`);
      expect(await command("labels", "rows", HOST, validation, "--by", "jo")).toMatch(
        /^server-1 has \d+ labelled rows, \d+ of them anomalies/,
      );
      const context = { getRemainingTimeInMillis: () => FUNCTIONS.refit.timeoutSeconds * 1_000 };
      const handlers = createHandlers({
        ...{ env, clock: Date.now, random: Math.random, report: () => {} },
        config: () => parseConfig(JSON.stringify({ version: 1, detectors: { web: { detector: "gaussian" } } })),
        log: (what, error) => {
          throw new Error(what, { cause: error });
        },
      });
      await handlers.refit({ host: HOST }, context);
      const [report] = await stores.baselines.reports(`host#${HOST}`, 1);
      expect(report).toMatchObject({
        source: "labels",
        samples: rows.length / names.length,
        quality: { f1 },
        rows: { scan: { f1: expect.closeTo(scanF1, 6) } },
      });
      expect(report).not.toHaveProperty("refused");
      expect((await stores.baselines.active([`host#${HOST}`])).get(`host#${HOST}`)?.epsilon).toBe(report?.epsilon);
      expect(Math.exp(report?.rows?.density?.exact ?? 0).toExponential(6)).toBe(exact);
      expect(await command("epsilon", "show", HOST)).toContain(
        `labelled rows, p(x) < ${exact} (the scan: p(x) < ${scan}, `,
      );

      expect(await command("labels", "rows", HOST, "--remove")).toContain("server-1 has no labelled rows.");
      await handlers.refit({ host: HOST }, context);
      expect(await stores.baselines.reports(`host#${HOST}`, 1)).toMatchObject([{ version: 2, source: "quantile" }]);
      stores.close();
    }),
  );
}

/** The variables that the functions of the deployed stack have. */
async function environmentOf(endpoint: string): Promise<Environment> {
  const client = new CloudFormationClient(clientConfig(emulatorEnvironment(endpoint)));
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: STACK }));
  const outputs = new Map((Stacks[0]?.Outputs ?? []).map((one) => [one.OutputKey, one.OutputValue]));
  const named = {
    [ENVIRONMENT.hosts]: outputs.get("HostsTable"),
    [ENVIRONMENT.baselines]: outputs.get("BaselinesTable"),
    [ENVIRONMENT.history]: outputs.get("HistoryTable"),
    [ENVIRONMENT.incidents]: outputs.get("IncidentsTable"),
    [ENVIRONMENT.alerting]: outputs.get("AlertingTable"),
    [ENVIRONMENT.failures]: outputs.get("FailuresBucket"),
    [ENVIRONMENT.alerts]: outputs.get("AlertsTopicArn"),
  };
  return { ...emulatorEnvironment(endpoint), ...named };
}

/** Subscribes a web server to the alerts topic; it keeps the subjects of its messages. */
async function subscribe(env: Environment) {
  const subjects: string[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { Type, Subject } = JSON.parse(body);
    if (Type === "Notification") subjects.push(Subject);
    response.end();
  }).listen(0, "127.0.0.1");
  server.unref(); // a failure before `close` must not keep the tests waiting
  await once(server, "listening");
  const TopicArn = env[ENVIRONMENT.alerts];
  await new SNSClient(clientConfig(env)).send(
    new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint: urlOf(server) }),
  );
  return { subjects, close: () => server.close().closeAllConnections() };
}

const closeTo = (value: number) => expect.closeTo(value, 9);

/** Six signs, of which none is 0 or 1. */
function idOf(i: number): string {
  return `ABC${i
    .toString(8)
    .padStart(3, "0")
    .replace(/\d/g, (digit) => String(Number(digit) + 2))}`;
}

function chunkOf(rows: readonly Row[], flags: readonly number[], from: number): HistoryChunk {
  return {
    host: HOST,
    schema: schemaOf(...NAMES),
    times: Float64Array.from(rows, (_, i) => from + i * STEP),
    values: Float64Array.from(rows.flat()),
    flags: Uint8Array.from(flags),
  };
}

function recordOf(from: number, data: Buffer, arrival: number) {
  return eventOf({ sequenceNumber: String(from), partitionKey: HOST, arrival, data: data.toString("base64") });
}
