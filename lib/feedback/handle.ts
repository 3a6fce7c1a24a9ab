import { NOTE_LENGTH_MAX } from "../alert/label.ts";
import { type CommandLine, INSTALLED, withCommands } from "../command-line.ts";
import { type Incident, subjectOf } from "../incident/incident.ts";
import { CATEGORIES } from "../incident/label.ts";
import { oneLine } from "../plain-text.ts";
import { FEEDBACK_PATH } from "../resources.ts";
import type { IncidentStore } from "../watch/ports.ts";
import { CHOICES, isAccepted } from "./choices.ts";
import type { ReadKeys } from "./keys.ts";
import { donePage, NAME_LENGTH_MAX, PAGE_HEADERS, problemPage, questionPage } from "./page.ts";
import { type Answer, type Answerer, type AnswerPorts, saveAnswer } from "./save-answer.ts";
import { auditId, signToken, type TokenProblem, verifyToken } from "./token.ts";

/** A request to the page, with the path as sent, not decoded. */
export interface FeedbackRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export interface FeedbackReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface FeedbackPorts extends AnswerPorts {
  readonly incidents: AnswerPorts["incidents"] & Pick<IncidentStore, "get">;
  readonly keys: ReadKeys;
  readonly clock: () => number;
  /** How people call the command; absent: as installed, for the twin. */
  readonly command?: CommandLine;
}

const ALLOWED = "GET, HEAD, OPTIONS, POST";

/** A note of 500 characters takes at most 6,000 bytes when each is four bytes of UTF-8, percent-encoded. */
const FORM_BYTES_MAX = 8 * 1024;

/** The link that labels the incident for the next 30 days; `site` is the address of the page. */
export async function feedbackLink(
  site: string,
  incident: Incident,
  { keys, clock }: Pick<FeedbackPorts, "keys" | "clock">,
): Promise<string> {
  const { opened, id } = incident;
  return new URL(`${FEEDBACK_PATH}${signToken({ host: subjectOf(incident), opened, id }, await keys(), clock())}`, site)
    .href;
}

/**
 * Answers a request. Only POST changes anything, because mail scanners open every link with GET or HEAD. A person with
 * the link may answer for its one incident and silence its host; there is no other login. Throws only if keys or store
 * cannot be reached.
 */
export async function handleFeedback(ports: FeedbackPorts, request: FeedbackRequest): Promise<FeedbackReply> {
  const { method, path } = request;
  if (method === "OPTIONS") return { status: 204, headers: { allow: ALLOWED, "cache-control": "no-store" }, body: "" };
  if (!["GET", "HEAD", "POST"].includes(method)) return refusal(405, "Not this way", "This page is read or answered.");
  if (!path.startsWith(FEEDBACK_PATH)) return refusal(404, "Nothing here", "Open the whole link of the alert.");
  const reply = await answer(ports, request, path.slice(FEEDBACK_PATH.length));
  return method === "HEAD" ? { ...reply, body: "" } : reply;
}

/** The reply to each broken link. */
const PROBLEMS: Readonly<Record<TokenProblem, readonly [status: number, title: string, advice: string]>> = {
  malformed: [400, "Broken link", "The link is cut off or changed. Copy the whole of it from the alert."],
  "unknown key": [
    403,
    "Link no longer valid",
    "Its key was replaced. If that was in the last five minutes, try again; otherwise use `fleetwarden label`.",
  ],
  "wrong signature": [403, "Broken link", "The link is not as it was sent. Copy the whole of it from the alert."],
  expired: [410, "Link too old", "Links are good for 30 days. Use `fleetwarden label` with the incident's id."],
};

async function answer(ports: FeedbackPorts, request: FeedbackRequest, token: string): Promise<FeedbackReply> {
  const verified = verifyToken(token, await ports.keys(), ports.clock());
  if ("problem" in verified) {
    const [status, title, advice] = PROBLEMS[verified.problem];
    return refusal(status, title, withCommands(advice, ports.command ?? INSTALLED));
  }
  const { host, opened, incident: id } = verified.claims;
  const incident = await ports.incidents.get(host, opened);
  if (incident?.id !== id) return refusal(404, "No such incident", "It is not, or no longer, stored.");
  if (request.method !== "POST") return shown(questionPage(incident, ports.clock()));
  if (Buffer.byteLength(request.body) > FORM_BYTES_MAX) {
    return refusal(413, "Too long", `Send at most ${FORM_BYTES_MAX} bytes.`);
  }
  const form = readForm(request.body, incident);
  return typeof form === "string" ? refusal(400, "Not saved", form) : save(ports, incident, form, token);
}

async function save(ports: FeedbackPorts, incident: Incident, form: Form, token: string): Promise<FeedbackReply> {
  const who = { link: auditId(token), name: form.name, note: form.note, at: ports.clock() };
  const saved = await saveAnswer(ports, incident, form.answer, who);
  return "refused" in saved
    ? refusal(409, "Not saved", withCommands(saved.refused, ports.command ?? INSTALLED))
    : shown(donePage(incident, saved, ports.command));
}

type Form = Pick<Answerer, "name" | "note"> & { readonly answer: Answer };

/** Reads the fields of the form; returns the problem as text if one is wrong. */
function readForm(body: string, incident: Incident): Form | string {
  const form = new URLSearchParams(body);
  const accepted = CHOICES.filter((choice) => isAccepted(incident, choice));
  const choice = accepted.find(({ field, value }) => form.get(field) === value);
  if (!choice) return `Choose one of ${accepted.map(({ value }) => value).join(", ")}.`;
  const note = line(form.get("note"));
  const name = line(form.get("name"));
  if (lengthOf(note) > NOTE_LENGTH_MAX) return `A note has at most ${NOTE_LENGTH_MAX} characters.`;
  if (lengthOf(name) > NAME_LENGTH_MAX) return `A name has at most ${NAME_LENGTH_MAX} characters.`;
  const category = form.get("category") || undefined;
  const known = CATEGORIES.find((one) => one === category);
  if (category !== undefined && !known) return `Choose one of ${CATEGORIES.join(", ")} as the kind of fault.`;
  // The list stands beside every button of the form.
  const isFault = choice.answer.kind === "label" && choice.answer.verdict === "fault";
  return { answer: isFault && known ? { ...choice.answer, category: known } : choice.answer, note, name };
}

/** Undefined if nothing was typed. */
function line(typed: string | null): string | undefined {
  return oneLine(typed ?? "") || undefined;
}

function lengthOf(text = ""): number {
  return Array.from(text).length;
}

function shown(page: string): FeedbackReply {
  return { status: 200, headers: PAGE_HEADERS, body: page };
}

function refusal(status: number, title: string, advice: string): FeedbackReply {
  const allow = status === 405 ? { allow: ALLOWED } : {};
  return { status, headers: { ...PAGE_HEADERS, ...allow }, body: problemPage(title, advice) };
}
