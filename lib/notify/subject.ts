import type { Incident, Notice } from "../watch/incident.ts";
import { endOf, reading, severityTag, silenceNews, type WriteName } from "./explanation.ts";
import { decimal } from "./format.ts";
import { firstFitting, foldAscii, shorten } from "./text.ts";
import { duration } from "./time.ts";

/** SNS: "fewer than 100 characters long" (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html). */
const LENGTH_MAX = 99;

/** Names are shortened only when leaving out the group does not help. */
const NAME_LENGTHS = [LENGTH_MAX, 32, 24, 16, 8];

/** The e-mail's subject: one line of printable ASCII. */
export function renderSubject(notice: Notice): string {
  return firstFitting(LENGTH_MAX, forms(notice));
}

function* forms(notice: Notice): Generator<string> {
  const { kind, incident } = notice;
  const tag = kind === "resolved" ? "OK" : severityTag(incident);
  for (const length of NAME_LENGTHS) {
    const name = (text: string) => shorten(foldAscii(text), length);
    const end = `${newsOf(notice, name)} - ${name(incident.id)}`;
    yield `[${tag}] ${name(incident.host)} (${name(incident.group)}): ${end}`;
    yield `[${tag}] ${name(incident.host)}: ${end}`;
  }
}

function newsOf(notice: Notice, name: WriteName): string {
  const { kind, incident } = notice;
  if (incident.kind === "silent") return silenceNews(notice);
  return kind === "resolved" ? `back to normal after ${lasted(incident)}` : strangest(incident, name);
}

function strangest({ causes: [first], peak, epsilon }: Incident, name: WriteName): string {
  return first ? reading(first, name) : `score ${decimal(peak.score)}, limit ${decimal(epsilon)}`;
}

function lasted(incident: Incident): string {
  return duration(endOf(incident) - incident.opened);
}
