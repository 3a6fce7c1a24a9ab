import * as v from "valibot";
import { PAYLOAD_UNIT_BYTES, PUBLISH_UNIT_BYTES, type Quantity, type Usage, unitsOf } from "../cost/usage.ts";
import type { Handlers } from "../handlers/contract.ts";
import type { Outgoing, Reply, Request } from "../http.ts";
import { parseJson } from "../json.ts";
import { type FunctionName, TABLE_NAMES, TABLES, type Table } from "../resources.ts";
import { type Clock, HOUR_MS, MINUTE_MS } from "../time.ts";
import { APP_ID, tableName } from "./names.ts";

type Service = (request: Request) => Promise<Reply>;

/**
 * The twin's process also runs the emulators, which in AWS are other machines. The functions and their clients take
 * about this share of its CPU, by a profile of 300 hosts: `node --cpu-prof --import tsx bench/fleet-cost.ts 300 4`.
 */
const OWN_SHARE = 0.5;
/**
 * The lines START, END and REPORT of one run have about 290 bytes
 * (https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html), and CloudWatch counts 26 bytes more for each line
 * (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html).
 */
const LOG_LINE_BYTES = 26;
const RUN_LOG_BYTES = 290 + 3 * LOG_LINE_BYTES;

export type Meter = ReturnType<typeof createMeter>;

/** The usage of the functions and the stream, at most of the last hour. Times are milliseconds since the epoch. */
export interface Metered {
  readonly from: number;
  readonly to: number;
  readonly usage: Usage;
  /** When the twin started. */
  readonly started: number;
}

/**
 * Counts what AWS would bill for the functions and the stream, minute by minute for an hour. It sits where the twin
 * hands its services and functions to each other, and knows the functions' requests by the name of their application.
 */
export function createMeter(clock: Clock) {
  const opened = clock();
  const minutes = new Map<number, Map<Quantity, number>>();

  function count(quantity: Quantity, amount: number): void {
    const minute = Math.floor(clock() / MINUTE_MS);
    const counts = minutes.get(minute) ?? new Map<Quantity, number>();
    counts.set(quantity, (counts.get(quantity) ?? 0) + amount);
    minutes.set(minute, counts);
    for (const old of minutes.keys()) if (old <= minute - HOUR_MS / MINUTE_MS) minutes.delete(old);
  }

  return {
    count,

    read(): Metered {
      const to = clock();
      const first = Math.floor(to / MINUTE_MS) - HOUR_MS / MINUTE_MS + 1;
      const usage: Partial<Record<Quantity, number>> = {};
      for (const [minute, counts] of minutes) {
        if (minute < first) continue;
        for (const [quantity, amount] of counts) usage[quantity] = (usage[quantity] ?? 0) + amount;
      }
      return { from: Math.max(opened, first * MINUTE_MS), to, usage, started: opened };
    },

    /** The request to hand to the emulator; what it costs is counted with the answer. */
    emulated(target: string, request: Request, outgoing: Outgoing): Request {
      if (target.startsWith("Kinesis_")) {
        onAnswer(outgoing, () => outgoing.statusCode === 200 && countRecords(target, request.body, count));
        return request;
      }
      if (!isOfFunction(request)) return request;
      onAnswer(outgoing, (answer) => countUnits(target, request.body, answer, count));
      return { ...request, body: askingForUnits(request.body) };
    },

    sns(service: Service): Service {
      return async (request) => {
        const form = new URLSearchParams(request.body.toString("utf8"));
        const bytes = Buffer.byteLength(form.get("Message") ?? "");
        if (form.get("Action") === "Publish") count("publishes", unitsOf(bytes, PUBLISH_UNIT_BYTES));
        return service(request);
      };
    },

    s3(service: Service): Service {
      return async (request) => {
        const isRead = request.method === "GET" && !request.url.searchParams.has("list-type");
        if (isOfFunction(request)) count(isRead ? "bucketReads" : "bucketWrites", 1);
        if (isOfFunction(request) && request.method === "PUT") count("bucketBytes", request.body.length);
        return service(request);
      };
    },

    /** Counts the runs of the functions, their CPU, and the lines that Lambda writes about each run. */
    functions(handlers: Handlers): Handlers {
      const metered =
        <Args extends readonly unknown[], T>(name: FunctionName, handle: (...args: Args) => Promise<T>) =>
        async (...args: Args): Promise<T> => {
          const before = process.cpuUsage();
          try {
            return await handle(...args);
          } finally {
            const { user, system } = process.cpuUsage(before);
            count(`runs.${name}`, 1);
            count(`cpu.${name}`, (OWN_SHARE * (user + system)) / 1e6);
            count("logBytes", RUN_LOG_BYTES);
          }
        };
      return {
        score: metered("score", handlers.score),
        sweep: metered("sweep", handlers.sweep),
        refit: metered("refit", handlers.refit),
        feedback: metered("feedback", handlers.feedback),
      };
    },

    /** Counts a line that a function prints. */
    print(line: string): void {
      count("logBytes", Buffer.byteLength(line) + LOG_LINE_BYTES);
    },
  };
}

type Count = (quantity: Quantity, amount: number) => void;

function isOfFunction({ headers }: Request): boolean {
  return String(headers["user-agent"] ?? "").includes(`app/${APP_ID}`);
}

/** Calls back with the body once the emulator answers. */
function onAnswer(outgoing: Outgoing, then: (answer: string) => void): void {
  const end = outgoing.end.bind(outgoing);
  outgoing.end = (body) => {
    then(String(body));
    return end(body);
  };
}

const RECORDS = v.object({ Records: v.array(v.object({ Data: v.string() })) });
const ONE_RECORD = v.object({ Data: v.string() });

function countRecords(target: string, body: Buffer, count: Count): void {
  if (!/\.PutRecords?$/.test(target)) return;
  const asked = parseJson(body.toString("utf8"));
  const several = v.safeParse(RECORDS, asked);
  const one = v.safeParse(ONE_RECORD, asked);
  for (const { Data } of several.success ? several.output.Records : one.success ? [one.output] : []) {
    count("records", 1);
    count("payloadUnits", unitsOf(Buffer.byteLength(Data, "base64"), PAYLOAD_UNIT_BYTES));
  }
}

/** The SDK's requests do not ask, and a name that comes twice has its last value. */
function askingForUnits(body: Buffer): Buffer {
  return Buffer.concat([Buffer.from('{"ReturnConsumedCapacity":"TOTAL",'), body.subarray(1)]);
}

const READS = /\.(BatchGetItem|GetItem|Query|Scan)$/;
const CONSUMED = /"CapacityUnits":([\d.]+),"TableName":"([^"]+)"/;

/** The emulator counts a table's own units, by the sizes of its items. An item of an index costs as much again. */
function countUnits(target: string, request: Buffer, answer: string, count: Count): void {
  const consumed = CONSUMED.exec(answer.slice(Math.max(0, answer.lastIndexOf('"ConsumedCapacity"'))));
  const name = TABLE_NAMES.find((table) => request.includes(`"${tableName(table)}"`));
  if (!name) return;
  if (READS.test(target)) {
    count(`read.${name}`, Number(consumed?.[1] ?? 0));
    return;
  }
  // A write whose condition fails costs as much as the stored item, at least one unit.
  const units = Number(consumed?.[1] ?? (answer.includes("ConditionalCheckFailed") ? 1 : 0));
  count(`write.${name}`, units + unitsOfIndexes(TABLES[name], units, request));
}

/** At most: DynamoDB writes to an index only what changed in it. */
function unitsOfIndexes({ indexes }: Table, units: number, request: Buffer): number {
  const each = indexes.map(({ projection, partitionKey }) => {
    if (projection === "ALL") return units;
    return request.includes(`"${partitionKey.name}"`) ? Math.min(1, units) : 0;
  });
  return each.reduce((sum, one) => sum + one, 0);
}
