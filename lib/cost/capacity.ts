import type { TableName } from "../resources.ts";
import { SECOND_MS } from "../time.ts";
import { expectedUsage, type Fleet, MEASURED, MONTH_MS } from "./expected-usage.ts";
import { MONTH_HOURS, PRICES } from "./prices.ts";
import { READ_UNIT_BYTES, type Usage, unitsOf } from "./usage.ts";

/** Units a second that a table or an index is paid for, used or not. Auto scaling never goes below. */
export interface Capacity {
  readonly read: number;
  readonly write: number;
}

/** The capacities of a table and of each of its indexes; a table that is absent is on demand. */
export interface TableCapacity extends Capacity {
  readonly indexes: Readonly<Record<string, Capacity>>;
}

export type Provisioned = Readonly<Partial<Record<TableName, TableCapacity>>>;

/**
 * The share of its capacity that a calm fleet uses. Trouble of every host doubles the writes. The 30 % that were unused
 * in 300 s last for 225 s of that, and auto scaling acts after two minutes (docs/adr/033-provisioned-tables.md).
 */
export const TARGET = 0.7;
/** Auto scaling goes up to so many times the capacity: trouble doubles the writes, and a backlog comes faster. */
export const SCALE_MAX = 4;
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html */
const BURST_SECONDS = 300;
/** Bytes of a pending host in the index: its name twice, and the names of the attributes. */
const PENDING_BYTES = 128;
/** Each policy of auto scaling keeps four alarms: load and capacity, high and low. Reads and writes have one each. */
const ALARMS_OF_POLICY = 4;

/**
 * The capacities that such a fleet needs. The hosts table has it at any size. The history table has it where that costs
 * less than on demand: its reads come all at once, when a refit runs.
 */
export function provisionedFor(fleet: Fleet): Provisioned {
  const hosts = hostsCapacity(fleet);
  const history = historyCapacity(fleet);
  const usage = expectedUsage(fleet);
  const onDemand = (usage["read.history"] ?? 0) * PRICES.millionReadUnits + writeDollars(usage);
  const saves = dollarsOf(history) + scalingDollars({ history }) < onDemand / 1e6;
  return { hosts, ...(saves ? { history } : {}) };
}

function writeDollars(usage: Usage): number {
  return (usage["write.history"] ?? 0) * PRICES.millionWriteUnits;
}

function hostsCapacity(fleet: Fleet): TableCapacity {
  const calm = expectedUsage(fleet, "calm");
  // A message of every host at once comes into the index and leaves it; the sweep reads them all.
  const unsent = {
    read: unitsFor(unitsOf(fleet.hosts * PENDING_BYTES, READ_UNIT_BYTES) / 2 / BURST_SECONDS),
    write: unitsFor((2 * fleet.hosts) / BURST_SECONDS),
  };
  return { ...usual(calm["read.hosts"], calm["write.hosts"]), indexes: { unsent } };
}

function historyCapacity(fleet: Fleet): TableCapacity {
  const calm = expectedUsage(fleet, "calm");
  // One refit at a time reads a host's history as fast as it learns from it.
  const perSecond = MEASURED.sampleBytes / READ_UNIT_BYTES / 2 / MEASURED.refittedSeconds;
  return { ...usual(0, calm["write.history"]), read: unitsFor(perSecond / TARGET), indexes: {} };
}

/** The capacities of which these units of a month are the target. */
function usual(read = 0, write = 0): Capacity {
  const perSecond = (units: number) => (units * SECOND_MS) / MONTH_MS;
  return { read: unitsFor(perSecond(read) / TARGET), write: unitsFor(perSecond(write) / TARGET) };
}

function unitsFor(perSecond: number): number {
  return Math.max(1, Math.ceil(perSecond));
}

/** A month of a table's capacity, with its indexes. */
function dollarsOf(table: TableCapacity): number {
  return readDollars(table) + writtenDollars(table);
}

export function readDollars(table: TableCapacity): number {
  return MONTH_HOURS * PRICES.readUnitHour * allUnits(table, "read");
}

export function writtenDollars(table: TableCapacity): number {
  return MONTH_HOURS * PRICES.writeUnitHour * allUnits(table, "write");
}

function allUnits({ indexes, ...table }: TableCapacity, of: "read" | "write"): number {
  return sumOf([table, ...Object.values(indexes)].map((capacity) => capacity[of]));
}

/** For how long capacity is reserved. */
export type Term = keyof typeof PRICES.reserved.saved;

/** A reservation counts for all tables of a region. Only blocks that the fleet provisions as a whole are reserved. */
export function reservable(provisioned: Provisioned, stacks: number): Capacity {
  const { blockUnits } = PRICES.reserved;
  const whole = (of: "read" | "write") => {
    const units = stacks * sumOf(Object.values(provisioned).map((table) => allUnits(table, of)));
    return blockUnits * Math.floor(units / blockUnits);
  };
  return { read: whole("read"), write: whole("write") };
}

/** Dollars that a month of reserved units costs less than the same units by the hour. */
export function savedDollars({ read, write }: Capacity, term: Term): number {
  const full = MONTH_HOURS * (read * PRICES.readUnitHour + write * PRICES.writeUnitHour);
  return PRICES.reserved.saved[term] * full;
}

/** Auto scaling's own alarms, which CloudWatch bills as any other. An index scales its writes only. */
export function scalingAlarms(provisioned: Provisioned): number {
  const policies = Object.values(provisioned).map(({ indexes }) => 2 + Object.keys(indexes).length);
  return ALARMS_OF_POLICY * sumOf(policies);
}

function scalingDollars(provisioned: Provisioned): number {
  return scalingAlarms(provisioned) * PRICES.alarmMetricMonth;
}

export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
