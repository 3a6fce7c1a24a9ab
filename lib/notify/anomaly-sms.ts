import type { Cause } from "../incident/cause.ts";
import type { AnomalyIncident } from "../incident/incident.ts";
import type { Notice } from "../incident/notice.ts";
import { RULE_HITS_MAX } from "../incident/rule-hit.ts";
import { endOf, ruleReading, scoreText, severityTag, tagOf } from "./explanation.ts";
import { count, percent, range, value } from "./format.ts";
import { HELD_OPEN, happened } from "./happened.ts";
import type { RenderContext } from "./render.ts";
import { sentences } from "./sms.ts";
import { clock, duration } from "./time.ts";
import type { WriteName } from "./words.ts";

interface Detail {
  readonly reasons: number;
  readonly samples: boolean;
  readonly ranges: boolean;
}

/** What goes first when the text is too long. Host, severity, first reason and id never do. */
const DETAILS: readonly Detail[] = [
  { reasons: 2, samples: true, ranges: true },
  { reasons: 1, samples: true, ranges: true },
  { reasons: 1, samples: false, ranges: true },
  { reasons: 1, samples: false, ranges: false },
];

/** Text messages about an anomalous host, fullest first. */
export function anomalyTexts(notice: Notice<AnomalyIncident>, context: RenderContext, name: WriteName): string[] {
  const write = notice.kind === "resolved" ? resolved : open;
  return DETAILS.map((detail) => write(notice, context, detail, name));
}

function open(notice: Notice<AnomalyIncident>, context: RenderContext, detail: Detail, name: WriteName): string {
  const { kind, incident } = notice;
  // A rule says itself since when.
  const isRule = kind === "opened" && incident.rules !== undefined && incident.rules.length > 0;
  const who = `${severityTag(incident)} ${place(incident, name)}`;
  const news = isRule ? who : `${who} ${happened(notice, context)}`;
  const why = reasons(incident, context, detail, "holds since", name);
  return sentences(
    why === "" ? news : `${news}: ${why}`,
    detail.samples && (kind === "unstable" ? HELD_OPEN : samples(incident)),
    kind === "shifted" && "Is this its new normal?",
    `ID ${name(incident.id)}`,
  );
}

function resolved(
  { incident }: Notice<AnomalyIncident>,
  context: RenderContext,
  detail: Detail,
  name: WriteName,
): string {
  const end = endOf(incident);
  const why = reasons(incident, context, { ...detail, reasons: 1 }, "held since", name);
  return sentences(
    `${tagOf("resolved", incident)} ${place(incident, name)} ${clock(end)}: ${incident.ending ?? "normal again"} after ${duration(end - incident.opened)}`,
    `Was ${severityTag(incident)}${why === "" ? "" : `: ${why}`}`,
    detail.samples && samples(incident),
    incident.label ? `Labelled ${incident.label.verdict}` : "Was it a fault?",
    `ID ${name(incident.id)}`,
  );
}

function place({ host, group }: AnomalyIncident, name: WriteName): string {
  return `${name(host)} (${name(group)})`;
}

/** Rules, then causes; the score where there are neither, and nothing where that is not known or not to be told. */
function reasons(
  incident: AnomalyIncident,
  { redact = false }: RenderContext,
  detail: Detail,
  holds: string,
  name: WriteName,
): string {
  const { rules = [], causes } = incident;
  const hide = redact || !detail.ranges;
  const all = [
    ...rules.slice(0, RULE_HITS_MAX).map((rule) => ruleReading(rule, { holds, when: clock, redact: hide }, name)),
    ...causes.map((cause, index) =>
      redact ? name(cause.metric) : causeText(cause, index === 0 ? " of score" : "", detail, name),
    ),
  ];
  if (all.length === 0) return redact ? "" : scoreText(incident.peak);
  return all.slice(0, detail.reasons).join(rules.length > 0 ? "; " : ", ");
}

function causeText(cause: Cause, ofWhat: string, { ranges }: Detail, name: WriteName): string {
  const now = `${name(cause.metric)} ${value(cause.metric, cause.now)}`;
  return ranges ? `${now} (norm ${range(cause)}, ${percent(cause.share)}${ofWhat})` : now;
}

function samples({ anomalies, samples: all }: AnomalyIncident): string | false {
  return anomalies > 0 && `${count(anomalies)} of ${count(all)} samples bad`;
}
