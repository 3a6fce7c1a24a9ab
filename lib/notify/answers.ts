import type { Incident } from "../incident/incident.ts";
import type { Verdict } from "../incident/label.ts";
import type { Notice } from "../incident/notice.ts";
import { careLines, detailsLine } from "./explanation.ts";
import { isAllSilent } from "./extent.ts";
import type { RenderContext } from "./render.ts";
import { moment } from "./time.ts";
import type { WriteName } from "./words.ts";

interface Question {
  /** Asked before a link. */
  readonly short: string;
  /** Asked before commands. */
  readonly long: string;
  /** Without any there is nothing to learn from an answer. */
  readonly answers: readonly (readonly [verdict: Verdict, meaning: string])[];
}

const RIGHT: Question = {
  short: "Was this right?",
  long: "Was it a real fault?",
  answers: [
    ["fault", "yes"],
    ["false", "no, a false alarm"],
  ],
};

const NEW_NORMAL: Question = {
  short: "Is this its new normal?",
  long: "Is this its new normal?",
  answers: [
    ["new-normal", "yes, it stays like this"],
    ["fault", "no, it is to be repaired"],
  ],
};

const SILENT: Question = { short: "Its page, to silence it or say that it is gone:", long: "", answers: [] };
const ALL_SILENT: Question = { short: "Its page, to silence it:", long: "", answers: [] };

/** The e-mail's end: where to read on, who takes care of it, and how to say what it was. */
export function answerLines(notice: Notice, { link }: RenderContext, name: WriteName): string[] {
  const { kind, incident } = notice;
  const { label } = incident;
  const care = careLines(kind, incident, name, moment);
  if (label) {
    const labelled = `Labelled ${label.verdict} by ${name(label.by)}, ${moment(label.at)}.`;
    return [labelled, ...care, detailsLine(incident, name)];
  }
  const question = questionOf(notice);
  return [detailsLine(incident, name), ...care, ...(question ? lines(question, incident, link, name) : [])];
}

/** The command to answer with, all answers in one: `fleetwarden label K7Q2RT fault|false`. */
export function answerTo(notice: Notice, name: WriteName): string {
  const { kind, incident } = notice;
  const answers = questionOf(notice)?.answers ?? [];
  const id = name(incident.id);
  if (kind === "reminder") return `fleetwarden ack ${id}`;
  if (answers.length > 0) return `fleetwarden label ${id} ${answers.map(([verdict]) => verdict).join("|")}`;
  return kind === "resolved" ? `fleetwarden explain ${id}` : `fleetwarden ack ${id}`;
}

/** Silence has no score that a label could teach anything about; what is left to say is who looks after it, until it is over. */
function questionOf({ kind, incident }: Notice): Question | undefined {
  if (incident.kind === "silent") return kind === "resolved" ? undefined : SILENT;
  if (isAllSilent(incident)) return kind === "resolved" ? undefined : ALL_SILENT;
  return kind === "shifted" ? NEW_NORMAL : RIGHT;
}

function lines(
  { short, long, answers }: Question,
  { id }: Incident,
  link: string | undefined,
  name: WriteName,
): string[] {
  if (answers.length === 0) return link === undefined ? [] : [`${short} ${link}`];
  const commands = answers.map(
    ([verdict, meaning]) => [`  fleetwarden label ${name(id)} ${verdict}`, meaning] as const,
  );
  const width = Math.max(...commands.map(([command]) => command.length));
  return [
    ...(link === undefined
      ? [`${long} The next refit learns from your answer:`]
      : [`${short} ${link}`, "The next refit learns from your answer. The same on the command line:"]),
    ...commands.map(([command, meaning]) => `${command.padEnd(width)}   # ${meaning}`),
  ];
}
