import { UserError } from "../user-error.ts";
import type { FirstRows } from "./cell-table.ts";
import { reasonLeftOut } from "./left-out.ts";
import { type Decimal, decimalOf, isMissing, type NumberForm, numberFormOf } from "./number-form.ts";
import { type FoundTime, findTime } from "./time-columns.ts";
import type { DateOrder } from "./written-date.ts";

/** A caller's knowledge about the columns of a file. */
export interface ColumnsOptions {
  /** The column with the time; absent: found by its name or by its dates. */
  readonly time?: string;
  /** The column with the host; absent: found by its name. */
  readonly host?: string;
  /** Columns that are not read. */
  readonly ignored?: readonly string[];
  /** Columns that are not read if the file has them. */
  readonly foreign?: readonly string[];
  /** The order of day and month where the dates do not tell. */
  readonly dates?: DateOrder;
  /** The time zone of times that name none; absent: UTC. */
  readonly zone?: string;
  /** Each column without a role is a metric, so that text in it is refused. */
  readonly verbatim?: boolean;
}

/** The content of a column; undefined for a metric. */
type Role = "time" | "clock" | "host" | "group" | "label" | "ignored" | "key" | undefined;

/** The columns of a file, by its first rows. */
export interface Survey {
  /** By column. */
  readonly roles: readonly Role[];
  /** By column. */
  readonly forms: readonly NumberForm[];
  /** The columns that are metrics. */
  readonly names: readonly string[];
  /** The units that the cells of these columns have behind their numbers, by name; none of a long table. */
  readonly units: Readonly<Record<string, string>>;
  readonly time?: FoundTime;
  /** The name of the column with the host. */
  readonly host?: string;
  /** The number of hosts among the first rows; 1 without such a column. */
  readonly hostsSeen: number;
  /** Rows of one time and host belong together, because this column tells their metrics or their devices apart. */
  readonly key?: Key;
  /** Columns that are not read as metrics, with the reason. */
  readonly leftOut: readonly LeftOut[];
  readonly notes: readonly string[];
}

export interface Key {
  readonly column: number;
  readonly of: "metrics" | "devices";
}

interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

/** The columns that name a host, the likeliest first. A number in one of the last three is a measurement. */
const HOST_NAMES = ["host", "hostname", "server", "instance", "node"];
const KEY_NAME =
  /^(?:metric|metric_?name|measurement|variable|series|_?field|key|counter|__name__|parameter|sensor|name)$/i;
const VALUE_NAME = /^_?(?:value|val|reading|metric_?value)$/i;
const DEVICE_NAME = /^(?:cpu|dev|device|iface|interface|disk|filesystem|mount|mountpoint|partition)$/i;

/** Finds out what each column holds. Throws UserError where only a person can say. */
export function surveyColumns(first: FirstRows, options: ColumnsOptions = {}): Survey {
  checkNames(first, options);
  const { columns } = first.table;
  const time = findTime(first, options);
  const host = hostColumn(first, options);
  const plain = columns.map((name, i): Role => {
    if (options.ignored?.includes(name) || options.foreign?.includes(name)) return "ignored";
    if (i === time?.column) return "time";
    if (i === time?.clock) return "clock";
    return i === host ? "host" : roleByName(name);
  });
  const decimal = decimalOf(
    columns.flatMap((_, i) => (plain[i] === undefined ? [...first.cellsOf(i)] : [])),
    first.table.delimiter,
  );
  const reasons = columns.map((name, i) => reasonLeftOut(first, i, { ...options, name, role: plain[i], decimal }));
  const key = options.verbatim ? undefined : keyColumn(first, plain, reasons);
  const roles = plain.map(
    (role, i): Role => (i === key?.column ? "key" : reasons[i] === undefined ? role : (role ?? "ignored")),
  );
  checkRepeats(first, roles);
  if (!roles.includes(undefined))
    throw new UserError(
      `${first.path}, line ${first.table.headerLine}: ${options.verbatim ? "no feature columns" : "no column holds numbers"}: add one per metric`,
    );
  return surveyOf(first, roles, { reasons, decimal, ...(time && { time }), ...(key && { key }) });
}

interface Found {
  readonly reasons: readonly (string | undefined)[];
  readonly decimal: Decimal;
  readonly time?: FoundTime;
  readonly key?: Key;
}

function surveyOf(first: FirstRows, roles: readonly Role[], { reasons, decimal, time, key }: Found): Survey {
  const { columns, notes } = first.table;
  const forms = columns.map((_, i) => numberFormOf(roles[i] === undefined ? first.cellsOf(i) : [], decimal));
  const hostColumn = roles.indexOf("host");
  return {
    hostsSeen: hostColumn < 0 ? 1 : Math.max(1, new Set(first.cellsOf(hostColumn)).size),
    ...{ roles, forms, names: columns.filter((_, i) => roles[i] === undefined) },
    units: key ? {} : Object.fromEntries(columns.flatMap((name, i) => (forms[i]?.unit ? [[name, forms[i].unit]] : []))),
    leftOut: columns.flatMap((name, i) => {
      const reason = i === key?.column ? undefined : reasons[i];
      return reason === undefined ? [] : [{ name: name || `column ${i + 1}`, reason }];
    }),
    notes: [
      ...notes,
      ...(decimal === "," ? ["Numbers are read with a decimal comma."] : []),
      ...timeNotes(time),
      ...(key ? [`Column ${columns[key.column]} tells the ${key.of} of one time apart.`] : []),
      ...unitNotes(columns, forms),
    ],
    ...(time && { time }),
    ...(hostColumn < 0 ? {} : { host: columns[hostColumn] ?? "" }),
    ...(key && { key }),
  };
}

function roleByName(name: string): Role {
  const lower = name.toLowerCase();
  return lower === "group" || lower === "label" ? lower : undefined;
}

function checkNames({ path, table }: FirstRows, { time, host, ignored = [] }: ColumnsOptions): void {
  for (const name of [...ignored, ...(time ? [time] : []), ...(host ? [host] : [])])
    if (!table.columns.includes(name))
      throw new UserError(
        `${path}, line ${table.headerLine}: no column named ${name}: it has ${table.columns.filter(Boolean).join(", ")}`,
      );
}

function hostColumn({ table, cellsOf }: FirstRows, { host }: ColumnsOptions): number | undefined {
  if (host !== undefined) return table.columns.indexOf(host);
  for (const [rank, wanted] of HOST_NAMES.entries()) {
    const column = table.columns.findIndex((name) => name.toLowerCase() === wanted);
    const isText = () => cellsOf(column).some((cell) => Number.isNaN(Number(cell)) && !isMissing(cell));
    if (column >= 0 && (rank < 2 || isText())) return column;
  }
  return undefined;
}

/** The text beside the one number of a long table, or the device whose rows share a time. */
function keyColumn(first: FirstRows, roles: readonly Role[], reasons: Found["reasons"]): Key | undefined {
  const { columns } = first.table;
  const metrics = columns.flatMap((name, i) => (roles[i] === undefined && reasons[i] === undefined ? [name] : []));
  const isText = (i: number) => roles[i] === undefined && reasons[i] !== undefined && first.cellsOf(i).length > 0;
  const long = columns.findIndex((name, i) => KEY_NAME.test(name) && isText(i));
  if (long >= 0 && metrics.length === 1 && VALUE_NAME.test(metrics[0] ?? "")) return { column: long, of: "metrics" };
  const device = columns.findIndex((name, i) => DEVICE_NAME.test(name) && roles[i] === undefined);
  const isShared = device >= 0 && roles.includes("time") && sharesTimes(first, roles);
  return isShared ? { column: device, of: "devices" } : undefined;
}

function sharesTimes({ rows }: FirstRows, roles: readonly Role[]): boolean {
  const seen = rows.map(({ cells }) =>
    cells.filter((_, i) => roles[i] === "time" || roles[i] === "clock" || roles[i] === "host").join("\n"),
  );
  return new Set(seen).size < seen.length;
}

/** No two columns may have one role, and no two metrics one name. */
function checkRepeats({ path, table }: FirstRows, roles: readonly Role[]): void {
  const { columns, headerLine } = table;
  const seen = new Map<string, number>();
  for (const [i, name] of columns.entries()) {
    const role = roles[i];
    const key = role === undefined || role === "ignored" || role === "key" ? `"${name}"` : role;
    const earlier = seen.get(key);
    if (earlier !== undefined && name !== "")
      throw new UserError(
        `${path}, line ${headerLine}, column ${i + 1}: "${name}" repeats column ${earlier + 1}, "${columns[earlier]}": rename or remove one`,
      );
    seen.set(key, i);
  }
}

function timeNotes(time: FoundTime | undefined): string[] {
  if (time?.form.kind === "serial") return [`Column ${time.name} is read as the days of Excel.`];
  if (time?.form.order === undefined) return [];
  return [`Column ${time.name} is read with the ${time.form.order === "dmy" ? "day" : "month"} first.`];
}

function unitNotes(columns: readonly string[], forms: readonly NumberForm[]): string[] {
  const inUnits = forms.flatMap(({ unit }, i) => (unit ? [`${columns[i]} in ${unit}`] : []));
  return inUnits.length > 0 ? [`Read with their units: ${inUnits.join(", ")}.`] : [];
}
