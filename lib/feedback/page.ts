import { createHash } from "node:crypto";
import { direction, endOf } from "../notify/explanation.ts";
import { count, decimal, percent, range, value } from "../notify/format.ts";
import { duration, moment } from "../notify/time.ts";
import { type Cause, type Incident, type Label, severityOf, type Verdict } from "../watch/incident.ts";
import { type Html, html } from "./html.ts";

/** What people may type along with a verdict. */
export const NOTE_LENGTH_MAX = 500;
export const NAME_LENGTH_MAX = 80;

interface Choice {
  readonly verdict: Verdict;
  readonly title: string;
  readonly effect: string;
}

/** In the order of the buttons; the effects are those of lib/learn/training.ts. */
const CHOICES: readonly Choice[] = [
  { verdict: "fault", title: "Real fault", effect: "Something was wrong. The like of it is to alert again." },
  { verdict: "false", title: "False alarm", effect: "Nothing was wrong. It is learnt as normal, and epsilon rises." },
  { verdict: "expected", title: "Expected", effect: "Planned work, a backup, a test. Left out of all that is learnt." },
  { verdict: "new-normal", title: "New normal", effect: "It is going to stay like this, and is learnt as normal." },
  { verdict: "unknown", title: "Not sure", effect: "Nothing is learnt from it." },
];

export const VERDICTS: readonly Verdict[] = CHOICES.map(({ verdict }) => verdict);

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 34rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem .75rem; margin: 1rem 0; }
dt { font-weight: 600; }
dd, ul { margin: 0; }
ul { padding-left: 1.1rem; }
label { display: block; font-weight: 600; margin-top: .75rem; }
input, textarea, button { font: inherit; width: 100%; box-sizing: border-box; padding: .6rem .7rem; border-radius: .4rem; }
input, textarea { border: 1px solid GrayText; background: Field; color: FieldText; }
button { display: block; margin-top: .6rem; border: 1px solid GrayText; background: ButtonFace; color: ButtonText; text-align: left; cursor: pointer; }
button[hidden] { display: none; }
button strong, button span { display: block; }
:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
`;

/** Nothing is loaded and nothing runs: the one style is named by its hash, and the form goes back to where it came from. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

/** The headers of every page: it is kept by nobody, and its address, which is a key, is told to nobody. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": POLICY,
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Asks what the incident was; nothing is saved until a button is pressed. */
export function questionPage(incident: Incident, now: number): string {
  return page(
    "Was this right?",
    html`<p>Nothing is saved until you press a button.</p>
${summary(incident, now)}
<form method="post">
${DEFAULT_BUTTON}
<label for="name">Your name (optional)</label>
<input id="name" name="name" maxlength="${count(NAME_LENGTH_MAX)}" autocomplete="name">
<label for="note">Note (optional)</label>
<textarea id="note" name="note" rows="2" maxlength="${count(NOTE_LENGTH_MAX)}"></textarea>
${CHOICES.map(button)}
</form>`,
  );
}

/** Says what is kept now. */
export function donePage({ host, id }: Incident, label: Label): string {
  return page(
    "Thank you",
    html`<p>Incident ${id} of ${host} is labelled <strong>${titleOf(label.verdict)}</strong>. The next refit counts it.</p>
${label.note === undefined ? [] : html`<p>Note: ${label.note}</p>`}
<p><a href="">Change the answer</a></p>`,
  );
}

/** Says why nothing was saved, and what to do instead. */
export function problemPage(title: string, advice: string): string {
  return page(title, html`<p>${advice}</p>`);
}

/** Pressing Enter in the name presses the first button of a form: this one, which does nothing. */
const DEFAULT_BUTTON = html`<button type="submit" disabled hidden></button>`;

function button({ verdict, title, effect }: Choice): Html {
  return html`<button type="submit" name="verdict" value="${verdict}"><strong>${title}</strong><span>${effect}</span></button>
`;
}

function summary(incident: Incident, now: number): Html {
  const { host, group, id, opened, resolved, anomalies, samples, peak, epsilon, causes, label } = incident;
  const lasted = resolved === undefined ? `${duration(now - opened)} so far` : duration(endOf(incident) - opened);
  return html`<dl>
<dt>Host</dt><dd>${host}</dd>
<dt>Group</dt><dd>${group}</dd>
<dt>Since</dt><dd>${moment(opened)}</dd>
<dt>Duration</dt><dd>${lasted}</dd>
<dt>Severity</dt><dd>${severityOf(incident)}</dd>
<dt>Score</dt><dd>${decimal(peak.score)}, limit ${decimal(epsilon)}</dd>
<dt>Anomalies</dt><dd>${count(anomalies)} of ${count(samples)} samples</dd>
${causes.length === 0 ? [] : html`<dt>Causes</dt><dd><ul>${causes.map(causeItem)}</ul></dd>`}
<dt>Incident</dt><dd>${id}</dd>
<dt>Label</dt><dd>${label ? labelText(label) : "none yet"}</dd>
</dl>`;
}

function causeItem(cause: Cause): Html {
  const { metric, now, share } = cause;
  return html`<li>${metric} ${value(metric, now)} (${direction(cause)}; normal ${range(cause)}), ${percent(share)} of the score</li>`;
}

function labelText({ verdict, by, at, note }: Label): string {
  return `${titleOf(verdict)}, by ${by}, ${moment(at)}${note === undefined ? "" : `: ${note}`}`;
}

function titleOf(verdict: Verdict): string {
  return CHOICES.find((choice) => choice.verdict === verdict)?.title ?? verdict;
}

function page(title: string, content: Html): string {
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} - Fleetwarden</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
  return markup;
}
