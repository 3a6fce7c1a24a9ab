import { createHash } from "node:crypto";
import { NOTE_LENGTH_MAX } from "../alert/label.ts";
import { type CommandLine, commandOf, INSTALLED } from "../command-line.ts";
import { type Cause, direction } from "../incident/cause.ts";
import {
  type AnomalyIncident,
  causesOf,
  type FleetIncident,
  type Incident,
  rulesOf,
  sampleOf,
  severityOf,
} from "../incident/incident.ts";
import { CATEGORIES, type Label } from "../incident/label.ts";
import { type Markup, html as markup } from "../markup.ts";
import { endOf } from "../notify/explanation.ts";
import { comparison, count, decimal, percent, value } from "../notify/format.ts";
import { clean } from "../notify/text.ts";
import { duration, moment } from "../notify/time.ts";
import { CHOICES, type Choice, isOffered, titleOfVerdict } from "./choices.ts";
import type { Saved } from "./save-answer.ts";

/** In characters, for the name that people may type with an answer. */
export const NAME_LENGTH_MAX = 80;

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 34rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
h2 { font-size: 1rem; margin: 1.2rem 0 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem .75rem; margin: 1rem 0; }
dt { font-weight: 600; }
dd, ul { margin: 0; }
ul { padding-left: 1.1rem; }
label { display: block; font-weight: 600; margin-top: .75rem; }
input, textarea, select, button { font: inherit; width: 100%; box-sizing: border-box; padding: .6rem .7rem; border-radius: .4rem; }
input, textarea, select { border: 1px solid GrayText; background: Field; color: FieldText; }
button { display: block; margin-top: .6rem; border: 1px solid GrayText; background: ButtonFace; color: ButtonText; text-align: left; cursor: pointer; }
button[hidden] { display: none; }
button strong, button span { display: block; }
:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
`;

/** The page loads and runs nothing: the policy allows one style, by its hash, and a form that posts to its origin. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

/** The headers of every page: no cache keeps it, and the browser does not pass on its address, which is a key. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": POLICY,
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Asks what the incident was and what to do. The page saves nothing until somebody presses a button. */
export function questionPage(incident: Incident, now: number): string {
  const offered = CHOICES.filter((choice) => isOffered(incident, choice));
  const [verdicts, actions] = [offered.filter(isVerdict), offered.filter((choice) => !isVerdict(choice))];
  return page(
    verdicts.length > 0 ? "Was this right?" : "What should happen?",
    html`<p>Nothing is saved until you press a button.</p>
${summary(incident, now)}
<form method="post">
${DEFAULT_BUTTON}
<label for="name">Your name (optional)</label>
<input id="name" name="name" maxlength="${count(NAME_LENGTH_MAX)}" autocomplete="name">
<label for="note">Note (optional)</label>
<textarea id="note" name="note" rows="2" maxlength="${count(NOTE_LENGTH_MAX)}"></textarea>
${verdicts.length > 0 ? CATEGORY_LIST : []}
${verdicts.map(button)}
${verdicts.length > 0 ? html`<h2>Other answers</h2>` : []}
${actions.map(button)}
</form>`,
  );
}

/** Confirms what was saved. */
export function donePage(incident: Incident, saved: Saved, command: CommandLine = INSTALLED): string {
  return page(
    "Thank you",
    html`<p>${confirmation(incident, saved, command)}</p>
<p><a href="">Back to the incident</a></p>`,
  );
}

function confirmation(incident: Incident, saved: Saved, command: CommandLine): Markup {
  const { id } = incident;
  const where = placeOf(incident);
  switch (saved.kind) {
    case "label": {
      const { verdict, category, note } = saved.label;
      const kind = category === undefined ? [] : html` (${category})`;
      const members = saved.incidents > 1 ? html`, and those of ${count(saved.incidents - 1)} hosts with it` : [];
      const written = note === undefined ? [] : html` Note: ${note}`;
      return html`Incident ${id} of ${where} is labelled <strong>${titleOfVerdict(verdict)}</strong>${kind}${members}. The next refit counts it.${written}`;
    }
    case "acknowledge":
      return html`Incident ${id} of ${where} is taken care of, said ${saved.acknowledged.by} on ${moment(saved.acknowledged.at)}. Nobody gets a reminder of it.`;
    case "silence":
      return html`No alerts of ${where} until <strong>${moment(saved.silence.until)}</strong>. \
To end it before: <code>${commandOf(command, `silence end ${saved.silence.id}`)}</code>`;
    case "retire":
      return html`${where} is retired. It returns by itself when it sends again.`;
  }
}

/** Says why nothing was saved and what to do instead; commands in the advice are in backticks. */
export function problemPage(title: string, advice: string): string {
  return page(title, html`<p>${withCode(advice)}</p>`);
}

function withCode(text: string): readonly Markup[] {
  return text.split("`").map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}

const CATEGORY_LIST = html`<label for="category">If it was a fault, its kind (optional)</label>
<select id="category" name="category"><option value=""></option>${CATEGORIES.map((one) => html`<option>${one}</option>`)}</select>`;

/** Enter in the name field presses the first button of the form: this one, which does nothing. */
const DEFAULT_BUTTON = html`<button type="submit" disabled hidden></button>`;

function isVerdict({ field }: Choice): boolean {
  return field === "verdict";
}

function button({ field, value, title, effect }: Choice): Markup {
  return html`<button type="submit" name="${field}" value="${value}"><strong>${title}</strong><span>${effect}</span></button>
`;
}

function summary(incident: Incident, now: number): Markup {
  const { kind, group, id, opened, resolved, acknowledged, label } = incident;
  const causes = causesOf(incident);
  const lasted = resolved === undefined ? `${duration(now - opened)} so far` : duration(endOf(incident) - opened);
  return html`<dl>
${whose(incident)}
${row("Group", group)}
${kind === "silent" ? row("Last seen", moment(sampleOf(incident).time)) : row("Since", moment(opened))}
${row("Duration", lasted)}
${row("Severity", severityOf(incident))}
${incident.kind === "silent" ? [] : scoreRows(incident)}
${rulesOf(incident).map(({ rule, since }) => row("Rule", `${rule}, since ${moment(since)}`))}
${causes.length === 0 ? [] : html`<dt>Causes</dt><dd><ul>${causes.map(causeItem)}</ul></dd>`}
${row("Incident", id)}
${acknowledged ? row("On it", `${acknowledged.by}, ${moment(acknowledged.at)}`) : []}
${kind === "silent" ? [] : row("Label", label ? labelText(label) : "none yet")}
</dl>`;
}

function whose(incident: Incident): Markup {
  if (incident.kind !== "fleet") return row("Host", incident.host);
  const { affected, total, silent } = incident.extent;
  return row("Hosts", `${count(affected)} of ${count(total)}, ${count(silent)} silent`);
}

function scoreRows({ peak, anomalies, samples }: AnomalyIncident | FleetIncident): readonly Markup[] {
  const { score, epsilon } = peak.judgement ?? { score: 0, epsilon: 0 };
  return [
    row("Score", `${decimal(score)}, limit ${decimal(epsilon)}`),
    row("Anomalies", `${count(anomalies)} of ${count(samples)} samples`),
  ];
}

function row(term: string, text: string): Markup {
  return html`<dt>${term}</dt><dd>${text}</dd>
`;
}

function placeOf(incident: Incident): string {
  return incident.kind === "fleet" ? `group ${incident.group}` : incident.host;
}

function causeItem(cause: Cause): Markup {
  const { metric, unit, now, share } = cause;
  const where = `${direction(cause)}; ${comparison(cause)}`;
  return html`<li>${metric} ${value(metric, now, unit)} (${where}), ${percent(share)} of the score</li>`;
}

function labelText({ verdict, category, by, at, note }: Label): string {
  return `${titleOfVerdict(verdict)}${category === undefined ? "" : ` (${category})`}, by ${by}, ${moment(at)}${note === undefined ? "" : `: ${note}`}`;
}

function page(title: string, content: Markup): string {
  return html`<!doctype html>
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
`.markup;
}

/** A template in which every text becomes one clean line and is escaped. */
function html(parts: TemplateStringsArray, ...values: readonly (string | Markup | readonly Markup[])[]): Markup {
  return markup(parts, ...values.map((value) => (typeof value === "string" ? clean(value) : value)));
}
