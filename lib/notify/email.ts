import { type Cause, type Incident, type Notice, severityOf } from "../watch/incident.ts";
import { silenceLines } from "./email-silence.ts";
import { baselineText, counterfactual, direction, endOf, reading, type WriteName } from "./explanation.ts";
import { count, decimal, percent, range, value } from "./format.ts";
import type { RenderContext } from "./render.ts";
import { clean, firstFitting, shorten } from "./text.ts";
import { duration, moment } from "./time.ts";

/** Long enough for every real name: SNS allows 256 KiB, but people read this. */
const BYTES_MAX = 8 * 1024;

/** A host name has at most 253 characters; shorter forms serve only names in scripts of several bytes a character. */
const NAME_LENGTHS = [256, 64, 16];

/** Keeps the table's lines on a screen. */
const TABLE_NAME_MAX = 40;

/** As many as an incident is promised to carry. */
const CAUSES_MAX = 3;

/** The smallest part of the score that the other metrics are mentioned for. */
const OTHERS_MIN = 0.005;

/** The e-mail's text: what, where, since when, why, and how to answer. At most 8 KB of UTF-8. */
export function renderEmail(notice: Notice, { stack, link }: RenderContext): string {
  const { incident } = notice;
  const forms = NAME_LENGTHS.map((length) => {
    const name = (text: string) => shorten(clean(text), length);
    const lines = incident.kind === "silent" ? silenceLines(notice, name) : anomalyLines(notice, name, link);
    return `${[...lines, "", `Fleetwarden, stack ${name(stack)}`].join("\n")}\n`;
  });
  return firstFitting(BYTES_MAX, forms);
}

function anomalyLines({ kind, incident }: Notice, name: WriteName, link: string | undefined): string[] {
  const write = kind === "resolved" ? resolved : opened;
  return [...write(incident, name), ...answer(incident, name, link)];
}

function opened(incident: Incident, name: WriteName): string[] {
  const since = moment(incident.opened);
  const normalIf = counterfactual(incident.causes, name);
  return [
    `${severityOf(incident).toUpperCase()}: ${place(incident, name)} has not been normal since ${since}.`,
    `${count(incident.anomalies)} of ${count(incident.samples)} samples since then are anomalies.`,
    "",
    ...why(incident.causes, name),
    `Score ${decimal(incident.peak.score)} at ${moment(incident.peak.time)}, limit (epsilon) ${decimal(incident.epsilon)}.`,
    ...(normalIf ? [normalIf] : []),
    `Compared with ${baselineText(incident.baseline, name)}.`,
    "",
  ];
}

function resolved(incident: Incident, name: WriteName): string[] {
  const { peak, epsilon, causes } = incident;
  const end = endOf(incident);
  const [first] = causes;
  return [
    `RESOLVED: ${place(incident, name)} is back to normal after ${duration(end - incident.opened)}.`,
    "",
    `Since       ${moment(incident.opened)}`,
    `Until       ${moment(end)}`,
    `Severity    ${severityOf(incident)}`,
    `Peak        score ${decimal(peak.score)} at ${moment(peak.time)}, limit (epsilon) ${decimal(epsilon)}`,
    ...(first ? [`First cause ${reading(first, name)} (${percent(first.share)} of the score)`] : []),
    `Anomalies   ${count(incident.anomalies)} of ${count(incident.samples)} samples`,
    `Baseline    ${baselineText(incident.baseline, name)}`,
    "",
  ];
}

function place({ host, group }: Incident, name: WriteName): string {
  return `${name(host)} (group ${name(group)})`;
}

function why(causes: readonly Cause[], name: WriteName): string[] {
  const shown = causes.slice(0, CAUSES_MAX);
  if (shown.length === 0) return [];
  const together = "Each of these is in its own range; together they are strange.";
  return [
    ...table(causeRows(shown, name)),
    "",
    ...(shown.every((cause) => direction(cause) === "in range") ? [together] : []),
  ];
}

function causeRows(causes: readonly Cause[], name: WriteName): string[][] {
  const others = 1 - causes.reduce((sum, { share }) => sum + share, 0);
  return [
    ["metric", "now", "normal range", "share of score", ""],
    ...causes.map((cause) => [
      shorten(name(cause.metric), TABLE_NAME_MAX),
      value(cause.metric, cause.now),
      range(cause),
      percent(cause.share),
      direction(cause),
    ]),
    ...(others >= OTHERS_MIN ? [["others", "", "", percent(others), ""]] : []),
  ];
}

function table(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column]))));
  return rows.map((row) => {
    const cells = row.map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - width(cell)));
    return `  ${cells.join("   ").trimEnd()}`;
  });
}

function width(cell = ""): number {
  return Array.from(cell).length;
}

function answer({ id, label }: Incident, name: WriteName, link: string | undefined): string[] {
  const details = `Incident ${name(id)}. All of it: fleetwarden explain ${name(id)}`;
  if (label) return [`Labelled ${label.verdict} by ${name(label.by)}, ${moment(label.at)}.`, details];
  return [
    details,
    ...(link === undefined
      ? ["Was it a real fault? The next refit learns from your answer:"]
      : [`Was this right? ${link}`, "The next refit learns from your answer. The same on the command line:"]),
    `  fleetwarden label ${name(id)} fault   # yes`,
    `  fleetwarden label ${name(id)} false   # no, a false alarm`,
  ];
}
