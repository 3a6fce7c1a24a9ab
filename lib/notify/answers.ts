import type { Incident, Notice, NoticeKind, Verdict } from "../watch/incident.ts";
import { careLines, detailsLine } from "./explanation.ts";
import type { RenderContext } from "./render.ts";
import { moment } from "./time.ts";
import type { WriteName } from "./words.ts";

interface Question {
  /** Asked before a link. */
  readonly short: string;
  /** Asked before commands. */
  readonly long: string;
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

/** The e-mail's end: where to read on, who takes care of it, and how to say what it was. */
export function answerLines({ kind, incident }: Notice, { link }: RenderContext, name: WriteName): string[] {
  const { label } = incident;
  const care = careLines(kind, incident, name, moment);
  if (label) {
    const labelled = `Labelled ${label.verdict} by ${name(label.by)}, ${moment(label.at)}.`;
    return [labelled, ...care, detailsLine(incident, name)];
  }
  return [detailsLine(incident, name), ...care, ...question(questionOf(kind), incident, link, name)];
}

/** The commands that answer, in one: `fleetwarden label K7Q2RT fault|false`. */
export function answersTo(kind: NoticeKind, id: string): string {
  if (kind === "reminder") return `fleetwarden ack ${id}`;
  return `fleetwarden label ${id} ${questionOf(kind)
    .answers.map(([verdict]) => verdict)
    .join("|")}`;
}

function question({ short, long, answers }: Question, { id }: Incident, link: string | undefined, name: WriteName) {
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

function questionOf(kind: NoticeKind): Question {
  return kind === "shifted" ? NEW_NORMAL : RIGHT;
}
