import { type Cause, type Direction, direction } from "../incident/cause.ts";
import type { Reading } from "../incident/latest.ts";

/** A number with its unit: `12.3k`, `97 %`, `4.56 MB`. */
interface Quantity {
  readonly number: string;
  readonly unit: string;
}

interface Unit {
  readonly suffix: string;
  readonly symbol: string;
  /** Whether the SI prefix joins the unit (kB) or the number (12k %). */
  readonly prefixed: boolean;
  /** The prefix that the metric's own unit already has, as an index of PREFIXES. */
  readonly prefix: number;
  /** The bounds of a metric's values. */
  readonly least: number;
  readonly most: number;
}

const PREFIXES = ["", "k", "M", "G", "T", "P", "E"];

/** Units that the last part of a metric's name tells. A declared unit goes before it. */
const UNITS: readonly Unit[] = [
  { suffix: "_percent", symbol: "%", prefixed: false, prefix: 0, least: 0, most: 100 },
  { suffix: "_bytes", symbol: "B", prefixed: true, prefix: 0, least: 0, most: Infinity },
  { suffix: "_bytes_per_second", symbol: "B/s", prefixed: true, prefix: 0, least: 0, most: Infinity },
  { suffix: "_mhz", symbol: "Hz", prefixed: true, prefix: PREFIXES.indexOf("M"), least: 0, most: Infinity },
  // Text messages have no degree sign.
  { suffix: "_celsius", symbol: "C", prefixed: false, prefix: 0, least: -Infinity, most: Infinity },
  { suffix: "_seconds", symbol: "s", prefixed: false, prefix: 0, least: 0, most: Infinity },
  { suffix: "_milliseconds", symbol: "ms", prefixed: false, prefix: 0, least: 0, most: Infinity },
  { suffix: "_ms", symbol: "ms", prefixed: false, prefix: 0, least: 0, most: Infinity },
];

/** Declared units that a prefix joins; the prefix may be part of the declaration, as in `MB/s`. */
const PREFIXED = /^(k|M|G|T|P|E)?(B|B\/s|bit|bit\/s|bps|Hz|W|V|A|J|Wh)$/;
/** Declared units whose amounts are never negative; that of temperatures, voltages and the like may be. */
const POSITIVE = /^(%|[kMGTPE]?i?(B|bit|bps|Hz)(\/s)?|[num]?s|min|h)$/;

const BARE: Unit = { suffix: "", symbol: "", prefixed: false, prefix: 0, least: -Infinity, most: Infinity };

/** Below this, zeros after the point are harder to count than an exponent is to read. */
const SMALLEST_PLAIN = 1e-4;

/** A cause with less of the score than this only shows what stayed normal. */
const GUILTY_SHARE = 0.1;
const DIGITS = 3;
const UNKNOWN = "?";
const MISSING = "no value";

/** A metric's value to three significant digits, with its declared unit, or else the one that its name tells. */
export function value(metric: string, amount: number, unit?: string): string {
  if (Number.isNaN(amount)) return MISSING;
  return join(quantity(amount, unitOf(metric, unit)));
}

/** The unit of a metric's values as they are sent; undefined if neither a declaration nor the name tells it. */
export function symbolOf(metric: string, declared?: string): string | undefined {
  const { symbol, prefix } = unitOf(metric, declared);
  return symbol === "" ? undefined : `${PREFIXES[prefix]}${symbol}`;
}

/** A number without unit to three significant digits: `47.5`, `12.3k`, `1.2e-7`. */
export function decimal(amount: number): string {
  return join(quantity(amount, BARE));
}

/** A count or version, exact: `12345`. */
export function count(amount: number): string {
  return Number.isSafeInteger(amount) ? String(amount) : decimal(amount);
}

/**
 * A cause's normal band: `2-31 %`, `-5 to 5`, `800 MHz to 2.1 GHz`. It ends at the unit's bounds, since CPU use below 0
 * % is impossible. A metric whose own values are beyond them has an unfitting name, and is shown as it is.
 */
export function range({ metric, unit: declared, now, expected, low, high }: Reading): string {
  const unit = unitOf(metric, declared);
  const [below, above] = [Math.min(now, expected), Math.max(now, expected)];
  const [least, most] = [below < unit.least ? low : unit.least, above > unit.most ? high : unit.most];
  const [from, to] = [quantity(Math.max(low, least), unit), quantity(Math.min(high, most), unit)];
  if (join(from) === join(to)) return join(from);
  const oneUnit = from.number === "0" || from.unit === to.unit;
  const plain = !/[-?]/.test(`${from.number}${to.number}`);
  return oneUnit && plain ? `${from.number}-${join(to)}` : `${join(from)} to ${join(to)}`;
}

/** A cause in a table: `cpu 98 %, normal 2-31 %`. */
export function causeInBrief(cause: Cause): string {
  return `${cause.metric} ${signedValue(cause)}, ${comparison(cause)}`;
}

/**
 * The comparison of a cause's value: `normal 2-31 %`, or `expected 41 % from the other metrics`. A guilty value inside
 * its range is strange beside others or for so long, so its usual value says more: `usually 14 %`.
 */
export function comparison(cause: Cause, normal = "normal"): string {
  if (cause.predicted) return `${expectation(cause)} from the other metrics`;
  const usual = value(cause.metric, cause.expected, cause.unit);
  const isApart = usual !== value(cause.metric, cause.now, cause.unit);
  const saysMore = cause.share >= GUILTY_SHARE && IN_RANGE.includes(direction(cause)) && isApart;
  return saysMore ? `usually ${usual}` : `${normal} ${range(cause)}`;
}

/** `expected 41 %`. */
export function expectation({ metric, unit, expected }: Pick<Cause, "metric" | "unit" | "expected">): string {
  return `expected ${value(metric, expected, unit)}`;
}

/** Directions of a value that is not strange by itself. */
const IN_RANGE: readonly Direction[] = ["in range", "elevated", "lowered"];

/** `98 %`, `stuck at 98 %`, or `filling, 98 %` as of every other sign. */
export function signedValue({ metric, unit, now, sign }: Pick<Cause, "metric" | "unit" | "now" | "sign">): string {
  const amount = value(metric, now, unit);
  if (sign === "stuck") return `stuck at ${amount}`;
  return sign ? `${sign}, ${amount}` : amount;
}

/** Whether a metric can have a value, as far as its unit tells. */
export function isPossible({ metric, unit }: Pick<Cause, "metric" | "unit">, amount: number): boolean {
  const { least, most } = unitOf(metric, unit);
  return Number.isFinite(amount) && amount >= least && amount <= most;
}

/** A share from 0 to 1 in per cent: `94 %`, `<1 %`. */
export function percent(share: number): string {
  if (Number.isNaN(share)) return `${UNKNOWN} %`;
  const hundredths = 100 * Math.min(Math.max(share, 0), 1);
  return hundredths > 0 && hundredths < 1 ? "<1 %" : `${Math.round(hundredths)} %`;
}

function quantity(amount: number, unit: Unit): Quantity {
  if (!Number.isFinite(amount)) return { number: UNKNOWN, unit: unit.prefixed ? prefixedSymbol(unit, 0) : unit.symbol };
  const { digits, steps } = scale(Math.abs(amount), PREFIXES.length - 1 - unit.prefix);
  const number = `${amount < 0 ? "-" : ""}${digits}`;
  if (unit.prefixed) return { number, unit: prefixedSymbol(unit, steps) };
  return { number: `${number}${PREFIXES[steps]}`, unit: unit.symbol };
}

function prefixedSymbol(unit: Unit, steps: number): string {
  return `${PREFIXES[unit.prefix + steps]}${unit.symbol}`;
}

/** Digits and how many times a thousand was taken out of them; beyond the last prefix, an exponent. */
function scale(magnitude: number, maxSteps: number): { digits: string; steps: number } {
  let rounded = round(magnitude);
  let steps = 0;
  while (rounded >= 1000 && steps < maxSteps) {
    rounded = round(rounded / 1000);
    steps += 1;
  }
  if (rounded >= 1000 || (rounded > 0 && rounded < SMALLEST_PLAIN)) return { digits: exponent(magnitude), steps: 0 };
  return { digits: String(rounded), steps };
}

function round(magnitude: number): number {
  return Number(magnitude.toPrecision(DIGITS));
}

function exponent(magnitude: number): string {
  return magnitude
    .toExponential(DIGITS - 1)
    .replace(/\.?0+e/, "e")
    .replace("+", "");
}

/** The instance of a foreign sender's series follows its name: `disk_used_percent:/var`. */
function unitOf(metric: string, declared?: string): Unit {
  if (declared !== undefined) return declaredUnit(declared);
  const [name = ""] = metric.split(":", 1);
  return UNITS.find(({ suffix }) => name.endsWith(suffix)) ?? BARE;
}

function declaredUnit(declared: string): Unit {
  const [, prefix = "", symbol] = PREFIXED.exec(declared) ?? [];
  const bounds = { least: POSITIVE.test(declared) ? 0 : -Infinity, most: declared === "%" ? 100 : Infinity };
  if (symbol === undefined) return { ...BARE, ...bounds, symbol: declared };
  return { suffix: "", symbol, prefixed: true, prefix: PREFIXES.indexOf(prefix), ...bounds };
}

function join({ number, unit }: Quantity): string {
  return unit ? `${number} ${unit}` : number;
}
