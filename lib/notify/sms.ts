import type { Cause, Incident, Notice } from "../watch/incident.ts";
import { endOf, severityTag, silenceNews, type WriteName } from "./explanation.ts";
import { count, decimal, percent, range, value } from "./format.ts";
import { foldGsm7 } from "./gsm7.ts";
import { shorten } from "./text.ts";
import { clock, duration } from "./time.ts";

/**
 * One part of 140 bytes in GSM-7 (https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html); a longer text is
 * sent, and paid for, as several.
 */
const SMS_LENGTH_MAX = 160;

const NAME_LENGTHS = [SMS_LENGTH_MAX, 40, 24, 16, 8];

const NO_FORM_FITS = `No form of this text message fits in ${SMS_LENGTH_MAX} characters`;

interface Detail {
  readonly causes: number;
  readonly samples: boolean;
  readonly ranges: boolean;
}

/** What goes first when the text is too long. Host, severity, first cause and id never do. */
const DETAILS: readonly Detail[] = [
  { causes: 2, samples: true, ranges: true },
  { causes: 1, samples: true, ranges: true },
  { causes: 1, samples: false, ranges: true },
  { causes: 1, samples: false, ranges: false },
];

/** The text message: at most 160 GSM-7 characters that cost one each. */
export function renderSms(notice: Notice): string {
  const { kind, incident } = notice;
  if (incident.kind === "silent") return silence(notice);
  const write = kind === "resolved" ? resolved : opened;
  for (const length of NAME_LENGTHS) {
    const name = (text: string) => shorten(foldGsm7(text), length);
    for (const detail of DETAILS) {
      const text = write(incident, detail, name);
      if (Array.from(text).length <= SMS_LENGTH_MAX) return text;
    }
  }
  throw new RangeError(NO_FORM_FITS);
}

function silence(notice: Notice): string {
  const { kind, incident } = notice;
  const tag = kind === "resolved" ? "OK" : severityTag(incident);
  for (const length of NAME_LENGTHS) {
    const name = (text: string) => shorten(foldGsm7(text), length);
    const text = sentences(`${tag} ${place(incident, name)} ${silenceNews(notice)}`, `ID ${name(incident.id)}`);
    if (Array.from(text).length <= SMS_LENGTH_MAX) return text;
  }
  throw new RangeError(NO_FORM_FITS);
}

function opened(incident: Incident, detail: Detail, name: WriteName): string {
  const since = clock(incident.opened);
  return sentences(
    `${severityTag(incident)} ${place(incident, name)} since ${since}: ${causes(incident, detail, name)}`,
    detail.samples && samples(incident),
    `ID ${name(incident.id)}`,
  );
}

function resolved(incident: Incident, detail: Detail, name: WriteName): string {
  const end = endOf(incident);
  return sentences(
    `OK ${place(incident, name)} ${clock(end)}: normal again after ${duration(end - incident.opened)}`,
    `Was ${severityTag(incident)}: ${causes(incident, { ...detail, causes: 1 }, name)}`,
    detail.samples && samples(incident),
    incident.label ? `Labelled ${incident.label.verdict}` : "Was it a fault?",
    `ID ${name(incident.id)}`,
  );
}

function place({ host, group }: Incident, name: WriteName): string {
  return `${name(host)} (${name(group)})`;
}

function causes({ causes: all, peak, epsilon }: Incident, detail: Detail, name: WriteName): string {
  if (all.length === 0) return `score ${decimal(peak.score)}, limit ${decimal(epsilon)}`;
  return all
    .slice(0, detail.causes)
    .map((cause, index) => causeText(cause, index === 0 ? " of score" : "", detail, name))
    .join(", ");
}

function causeText(cause: Cause, ofWhat: string, { ranges }: Detail, name: WriteName): string {
  const now = `${name(cause.metric)} ${value(cause.metric, cause.now)}`;
  return ranges ? `${now} (norm ${range(cause)}, ${percent(cause.share)}${ofWhat})` : now;
}

function samples({ anomalies, samples: all }: Incident): string {
  return `${count(anomalies)} of ${count(all)} samples bad`;
}

function sentences(...parts: readonly (string | false)[]): string {
  return parts
    .filter((part) => part !== false)
    .reduce((text, part) => `${text}${text.endsWith("?") ? "" : "."} ${part}`);
}
