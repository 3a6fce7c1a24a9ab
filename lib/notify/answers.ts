import { type Incident, mayBeNormal, severityOf } from "../incident/incident.ts";
import { labelInBrief, type Verdict } from "../incident/label.ts";
import type { Notice } from "../incident/notice.ts";
import { isAllSilent } from "./explanation.ts";
import type { WordsContext } from "./words.ts";

/** Verdicts to choose from, each with its meaning. */
type Answers = readonly (readonly [verdict: Verdict, meaning: string])[];

const RIGHT: Answers = [
  ["fault", "yes"],
  ["false", "no, a false alarm"],
];

const NEW_NORMAL: Answers = [
  ["new-normal", "yes, it stays like this"],
  ["fault", "no, it is a fault"],
];

/** The e-mail's end: where to read on, who takes care of the incident, and how to label it. */
export function answerLines(notice: Notice, context: WordsContext): string[] {
  const { name, call } = context;
  const { id, label } = notice.incident;
  const details = `Incident ${name(id)}. Details: ${call(`explain ${name(id)}`)}`;
  const care = careLines(notice, context);
  if (!label) return [details, ...care, ...questionLines(notice, context)];
  return [`Labelled ${labelInBrief(label)} by ${name(label.by)}, ${context.moment(label.at)}.`, ...care, details];
}

/**
 * The command to answer with: `fleetwarden label K7Q2RT fault (or: false)`. A shell refuses the whole line because of
 * the parenthesis, so nobody who pastes the line stores an answer that they did not choose.
 */
export function answerTo(notice: Notice, { name, call }: WordsContext): string {
  const { kind, incident } = notice;
  const [first, ...others] = answersTo(notice);
  const id = name(incident.id);
  if (kind === "reminder") return call(`ack ${id}`);
  if (first) return `${call(`label ${id} ${first[0]}`)} (or: ${others.map(([verdict]) => verdict).join(", ")})`;
  return call(`${kind === "resolved" ? "explain" : "ack"} ${id}`);
}

/** Who takes care of it, or how to acknowledge; nothing if no reminder would follow. */
function careLines({ kind, incident }: Notice, { name, call, moment }: WordsContext): string[] {
  const { acknowledged, label, id } = incident;
  if (acknowledged) return [`Acknowledged by ${name(acknowledged.by)}, ${moment(acknowledged.at)}.`];
  if (kind === "resolved" || label || severityOf(incident) !== "critical") return [];
  const why = kind === "reminder" ? "" : ", and nobody gets a reminder";
  return [`Taking care of it? Acknowledge it${why}: ${call(`ack ${name(id)}`)}`];
}

/** None for a silence: it has no score, so a label could teach nothing. */
function answersTo({ kind, incident }: Notice): Answers {
  if (isSilence(incident)) return [];
  return asksForNormal({ kind, incident }) ? NEW_NORMAL : RIGHT;
}

/** Whether to ask if it is the new normal: trouble that nobody has acknowledged for hours may be. */
function asksForNormal({ kind, incident }: Notice): boolean {
  return kind === "shifted" || (kind === "reminder" && mayBeNormal(incident));
}

function isSilence(incident: Incident): boolean {
  return incident.kind === "silent" || isAllSilent(incident);
}

function questionLines(notice: Notice, { link, name, call }: WordsContext): string[] {
  const { kind, incident } = notice;
  if (isSilence(incident)) {
    const use = incident.kind === "silent" ? "to silence it or say that it is gone" : "to silence it";
    return link === undefined || kind === "resolved" ? [] : [`Its page, ${use}: ${link}`];
  }
  const [short, long] = asksForNormal(notice)
    ? ["Is this its new normal?"]
    : ["Was this right?", "Was it a real fault?"];
  const commands = answersTo(notice).map(
    ([verdict, meaning]) => [`  ${call(`label ${name(incident.id)} ${verdict}`)}`, meaning] as const,
  );
  const width = Math.max(...commands.map(([command]) => command.length));
  return [
    ...(link === undefined
      ? [`${long ?? short} The next refit learns from your answer:`]
      : [`${short} ${link}`, "The next refit learns from your answer. The same on the command line:"]),
    ...commands.map(([command, meaning]) => `${command.padEnd(width)}   # ${meaning}`),
  ];
}
