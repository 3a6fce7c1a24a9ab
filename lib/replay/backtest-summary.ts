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
    counts("host", replays, ({ incidents, notices }) => [incidents.map(({ host }) => host), notices.map(subjectOf)]),
    counts("first cause", replays, ({ incidents, notices }) => {
      const causes = new Map(incidents.map((one) => [one.id, firstCause(one)]));
      // News of a silence names no cause, and news of a limit has no incident.
      const ofNotice = ({ causes: [first], incidents: [id = ""] }: ReportedNotice) => first?.metric ?? causes.get(id);
      return [incidents.map(firstCause), notices.map(ofNotice)];
    }),
    ...(replays.length === 1 ? replays.flatMap(({ report }) => [list(report.incidents), quietList(report)]) : []),
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
    ...some(
      ({ quiet }) => quiet.length > 0,
      row("quiet incidents", ({ quiet }) => whole(quiet.length)),
    ),
    row("messages", ({ notices }) => whole(notices.length)),
    row("  a day", (report) => (report.notices.length / daysOf(report)).toFixed(2)),
    ...kinds.map((name) => row(`  ${name}`, ({ notices }) => countOf(notices, ({ kind }) => kind === name))),
    ...some(
      ({ answers }) => answers.withoutIncident > 0,
      row("answers about no incident", ({ answers }) => whole(answers.withoutIncident)),
    ),
  ];
  const table = textTable(["", ...replays.map(({ name }) => name)], rows, { alignValues: "right" });
  // One replay needs no name.
  return replays.length === 1 ? table.slice(table.indexOf("\n") + 1) : table;
}

const ROWS_MAX = 20;

type Names = readonly (string | undefined)[];

/**
 * Incidents and messages by the names that `namesOf` gives to each of them, most frequent first; undefined: not
 * counted.
 */
function counts(
  title: string,
  replays: readonly NamedReport[],
  namesOf: (report: BacktestReport) => readonly [incidents: Names, notices: Names],
): string {
  const columns = replays.flatMap(({ name, report }) => {
    const of = replays.length === 1 ? "" : `, ${name}`;
    const [incidents, notices] = namesOf(report);
    const wrong = incidents.filter((_, i) => report.incidents[i]?.isFalse);
    return [
      { head: `incidents${of}`, tally: tallyOf(incidents) },
      ...(knowsFalse(report) ? [{ head: `false${of}`, tally: tallyOf(wrong) }] : []),
      { head: `messages${of}`, tally: tallyOf(notices) },
    ];
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

function quietList({ quiet }: BacktestReport): string {
  const title = "Quiet: people had called the same a false alarm, so nobody was notified.";
  return quiet.length === 0 ? "" : `${title}\n${list(quiet)}`;
}

function more(length: number): string {
  return length > ROWS_MAX ? `\nand ${whole(length - ROWS_MAX)} more: --json has them all` : "";
}

function firstCause({ causes: [first], kind }: ReportedIncident): string | undefined {
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

function tallyOf(keys: Names): ReadonlyMap<string, number> {
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
