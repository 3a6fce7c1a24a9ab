import { FUNCTIONS, type FunctionName, type TableName } from "../resources.ts";
import { type Provisioned, readDollars, scalingAlarms, sumOf, writtenDollars } from "./capacity.ts";
import { FIXED, MONTH_HOURS, PRICES } from "./prices.ts";
import type { Quantity, Usage } from "./usage.ts";

/** A line of a month's bill. */
export interface BillLine {
  readonly what: string;
  /** How it is charged. */
  readonly price: string;
  readonly dollars: number;
}

const GIGABYTE = 1024 ** 3;
const MILLION = 1e6;

/** MiB of one whole vCPU (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). */
export const VCPU_MIB = 1_769;
/** A run waits for the calls that follow one another: about four, of four milliseconds each. */
const RUN_WAITS_SECONDS = 0.015;

/** The bill of a month with this usage, in dollars. A table that is provisioned costs its capacity, used or not. */
export function billOf(usage: Usage, shards: number, provisioned?: Provisioned): readonly BillLine[] {
  const gigabytes = (bytes: Quantity, price: number) => ((usage[bytes] ?? 0) / GIGABYTE) * price;
  const millions = (amount: number | undefined, price: number) => ((amount ?? 0) / MILLION) * price;
  const read = (table: TableName) => {
    const capacity = provisioned?.[table];
    return capacity ? readDollars(capacity) : millions(usage[`read.${table}`], PRICES.millionReadUnits);
  };
  const write = (table: TableName) => {
    const capacity = provisioned?.[table];
    return capacity ? writtenDollars(capacity) : millions(usage[`write.${table}`], PRICES.millionWriteUnits);
  };
  const or = (unitHour: number, onDemand: string) =>
    provisioned ? `$${unitHour} per unit and hour, or ${onDemand}` : onDemand;
  const readOr = (per: string) => or(PRICES.readUnitHour, `$${PRICES.millionReadUnits} per million of ${per}`);
  const writeOr = (per: string) => or(PRICES.writeUnitHour, `$${PRICES.millionWriteUnits} per million of ${per}`);
  const units = `$${PRICES.millionReadUnits} and $${PRICES.millionWriteUnits} per million units`;
  const others = (["incidents", "alerting"] as const).reduce((sum, table) => sum + read(table) + write(table), 0);
  const runs = names(FUNCTIONS).map((name) => millions(usage[`runs.${name}`], PRICES.millionRuns));
  const seconds = names(FUNCTIONS).map((name) => gigabyteSeconds(name, usage) * PRICES.gigabyteSecond);
  const alarm = `$${PRICES.alarmMetricMonth} each`;
  const bucket =
    millions(usage.bucketWrites, PRICES.millionBucketWrites) +
    millions(usage.bucketReads, PRICES.millionBucketReads) +
    gigabytes("bucketBytes", PRICES.bucketGigabyteMonth);
  return [
    line("stream", `$${PRICES.shardHour} per shard and hour`, shards * MONTH_HOURS * PRICES.shardHour),
    line(
      "records",
      `$${PRICES.millionPayloadUnits} per million of 25 KB`,
      millions(usage.payloadUnits, PRICES.millionPayloadUnits),
    ),
    line("states of hosts, read", readOr("4 KB"), read("hosts")),
    line("states of hosts, written", writeOr("1 KB"), write("hosts")),
    line("history, written", writeOr("1 KB"), write("history")),
    line("history, read by refits", readOr("8 KB"), read("history")),
    line("baselines", units, read("baselines") + write("baselines")),
    line("incidents, alerting", units, others),
    line("tables, stored", `$${PRICES.tableGigabyteMonth} per GB`, gigabytes("storedBytes", PRICES.tableGigabyteMonth)),
    line(
      "tables, backed up",
      `$${PRICES.backupGigabyteMonth} per GB`,
      gigabytes("backedUpBytes", PRICES.backupGigabyteMonth),
    ),
    line(
      "functions",
      `$${PRICES.millionRuns} per million runs, $${PRICES.gigabyteSecond} per GB and second`,
      sumOf([...runs, ...seconds]),
    ),
    line("bucket", `$${PRICES.millionBucketWrites} per million writes and lists`, bucket),
    line("messages", `$${PRICES.millionPublishes} per million`, millions(usage.publishes, PRICES.millionPublishes)),
    line("logs", `$${PRICES.logGigabyte} per GB`, gigabytes("logBytes", PRICES.logGigabyte)),
    line(`alarms: ${FIXED.alarmMetrics} a stack`, alarm, FIXED.alarmMetrics * PRICES.alarmMetricMonth),
    ...(provisioned
      ? [line("alarms of auto scaling", alarm, scalingAlarms(provisioned) * PRICES.alarmMetricMonth)]
      : []),
    line("key of the links", `$${PRICES.secretMonth}`, FIXED.secrets * PRICES.secretMonth),
  ];
}

export function totalOf(bill: readonly BillLine[]): number {
  return sumOf(bill.map(({ dollars }) => dollars));
}

function line(what: string, price: string, dollars: number): BillLine {
  return { what, price, dollars };
}

/** Less memory is a smaller share of a vCPU, so the same work takes longer. */
function gigabyteSeconds(name: FunctionName, usage: Usage): number {
  const { memoryMiB } = FUNCTIONS[name];
  const share = Math.min(1, memoryMiB / VCPU_MIB);
  const computed = (usage[`runs.${name}`] ?? 0) * RUN_WAITS_SECONDS + (usage[`cpu.${name}`] ?? 0) / share;
  return (memoryMiB / 1024) * (usage[`seconds.${name}`] ?? computed);
}

function names<Name extends string>(of: Readonly<Record<Name, unknown>>): readonly Name[] {
  return Object.keys(of).filter((name): name is Name => name in of);
}
