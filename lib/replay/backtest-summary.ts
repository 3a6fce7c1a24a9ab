import { textTable } from "../text-table.ts";
import { DAY_MS } from "../time.ts";
import type { BacktestReport, ReportedIncident, ReportedNotice } from "./backtest-report.ts";

/** A replay and the name of its configuration. */
export interface NamedReport {
  readonly name: string;
  readonly report: BacktestReport;
}

/** The summary for people: one replay, or several of the same recording side by side. */
export function backtestSummary(replays: readonly NamedReport[]): string {
  const parts = [
    figures(replays),
    counts("host", replays, { ofIncident: ({ host }) => host, ofNotice: subjectOf }),
    counts("first cause", replays, { ofIncident: firstCause, ofNotice: firstCause }),
    ...(replays.length === 1 ? replays.map(({ report }) => list(report.incidents)) : []),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function figures(replays: readonly NamedReport[]): string {
  const reports = replays.map(({ report }) => report);
  const row = (name: string, figure: (report: BacktestReport) => string) => [name, ...reports.map(figure)];
  const some = (isWanted: (report: BacktestReport) => boolean, ...rows: string[][]) =>
    reports.some(isWanted) ? rows : [];
  const kinds = [...new Set(reports.flatMap(({ notices }) => notices.map(({ kind }) => kind)))];
  const rows = [
    row("hosts", ({ hosts }) => whole(hosts)),
    row("days", (report) => daysOf(report).toFixed(1)),
    row("samples", ({ samples }) => whole(samples)),
    ...some(
      ({ rejected }) => rejected > 0,
      row("rejected records", ({ rejected }) => whole(rejected)),
    ),
    row("incidents", ({ incidents }) => whole(incidents.length)),
    row("  a day", (report) => (report.incidents.length / daysOf(report)).toFixed(2)),
    row("  critical", ({ incidents }) => countOf(incidents, ({ severity }) => severity === "critical")),
    row("  still open", ({ incidents }) => countOf(incidents, ({ resolved }) => resolved === null)),
    ...some(
      knowsFalse,
      row("  false by the labels", ({ incidents }) => countOf(incidents, ({ isFalse }) => isFalse === true)),
    ),
    ...some(
      ({ eventRecall }) => eventRecall !== undefined,
      row("labelled runs with an incident", ({ eventRecall = 0 }) => `${(100 * eventRecall).toFixed(0)} %`),
      row("F1 by sample", ({ f1 = 0 }) => f1.toFixed(3)),
    ),
    row("messages", ({ notices }) => whole(notices.length)),
    row("  a day", (report) => (report.notices.length / daysOf(report)).toFixed(2)),
    ...kinds.map((name) => row(`  ${name}`, ({ notices }) => countOf(notices, ({ kind }) => kind === name))),
    ...some(
      ({ answers }) => answers.withoutIncident > 0,
      row("answers about no incident", ({ answers }) => whole(answers.withoutIncident)),
    ),
  ];
  const heads = replays.length === 1 ? [""] : replays.map(({ name }) => name);
  return textTable(["", ...heads], rows, { alignValues: "right" }).trimStart();
}

/** What incidents and messages are counted by; undefined: not counted. */
interface Key {
  readonly ofIncident: (incident: ReportedIncident) => string | undefined;
  readonly ofNotice: (notice: ReportedNotice) => string | undefined;
}

const ROWS_MAX = 20;

/** Incidents and messages by host or by cause, most incidents first. */
function counts(title: string, replays: readonly NamedReport[], { ofIncident, ofNotice }: Key): string {
  const columns = replays.flatMap(({ name, report }) => {
    const of = replays.length === 1 ? "" : `, ${name}`;
    const wrong = report.incidents.filter(({ isFalse }) => isFalse);
    return [
      { head: `incidents${of}`, keys: report.incidents.map(ofIncident) },
      ...(knowsFalse(report) ? [{ head: `false${of}`, keys: wrong.map(ofIncident) }] : []),
      { head: `messages${of}`, keys: report.notices.map(ofNotice) },
    ].map(({ head, keys }) => ({ head, tally: tallyOf(keys) }));
  });
  const names = [...new Set(columns.flatMap(({ tally }) => [...tally.keys()]))];
  const of = (name: string) => columns.map(({ tally }) => tally.get(name) ?? 0);
  const sorted = names.sort((a, b) => sum(of(b)) - sum(of(a)) || (a < b ? -1 : 1));
  if (sorted.length === 0) return "";
  const heads = [title, ...columns.map(({ head }) => head)];
  const rows = sorted.slice(0, ROWS_MAX).map((name) => [name, ...of(name).map(whole)]);
  return textTable(heads, rows, { alignValues: "right" }) + more(sorted.length);
}

function list(incidents: readonly ReportedIncident[]): string {
  if (incidents.length === 0) return "";
  const rows = incidents
    .slice(0, ROWS_MAX)
    .map((one) => [one.id, one.host, one.severity, one.opened, one.resolved ?? "open", firstCause(one) ?? ""]);
  const heads = ["incident", "host", "severity", "opened", "resolved", "first cause"];
  return textTable(heads, rows) + more(incidents.length);
}

function more(length: number): string {
  return length > ROWS_MAX ? `\nand ${whole(length - ROWS_MAX)} more: --json has them all` : "";
}

function firstCause({ causes: [first], kind }: ReportedIncident | ReportedNotice): string | undefined {
  return first?.metric ?? (kind === "silent" ? "silence" : undefined);
}

/** As the incidents name it: `group#…` for news about a group. */
function subjectOf({ host, group }: ReportedNotice): string | undefined {
  return host ?? (group === undefined ? undefined : `group#${group}`);
}

function knowsFalse({ incidents }: BacktestReport): boolean {
  return incidents.some(({ isFalse }) => isFalse !== undefined);
}

function daysOf({ from, to }: BacktestReport): number {
  return (Date.parse(to) - Date.parse(from)) / DAY_MS;
}

function tallyOf(keys: readonly (string | undefined)[]): ReadonlyMap<string, number> {
  const tally = new Map<string, number>();
  for (const key of keys) if (key !== undefined) tally.set(key, (tally.get(key) ?? 0) + 1);
  return tally;
}

function countOf<T>(all: readonly T[], isCounted: (one: T) => boolean): string {
  return whole(all.filter(isCounted).length);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function whole(number: number): string {
  return number.toLocaleString("en");
}
