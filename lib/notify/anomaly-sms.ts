import type { AnomalyIncident } from "../incident/incident.ts";
import type { Notice } from "../incident/notice.ts";
import { RULE_HITS_MAX } from "../incident/rule-hit.ts";
import { endTexts, shown, valueText } from "./current.ts";
import { endOf, HELD_OPEN, happened, ruleReading, scoreText, tagOf } from "./explanation.ts";
import { comparison, count, percent } from "./format.ts";
import { sentences } from "./lines.ts";
import type { WordsContext } from "./words.ts";

interface Detail {
  readonly reasons: number;
  readonly samples: boolean;
  readonly ranges: boolean;
}

/** The order in which details are dropped when the text is too long. Host, severity, first reason and id never are. */
const DETAILS: readonly Detail[] = [
  { reasons: 2, samples: true, ranges: true },
  { reasons: 1, samples: true, ranges: true },
  { reasons: 1, samples: false, ranges: true },
  { reasons: 1, samples: false, ranges: false },
];

/** Text messages about an anomalous host, fullest first. */
export function anomalyTexts(notice: Notice<AnomalyIncident>, context: WordsContext): string[] {
  const write = notice.kind === "resolved" ? resolved : open;
  return DETAILS.map((detail) => write(notice, context, detail));
}

function open(notice: Notice<AnomalyIncident>, context: WordsContext, detail: Detail): string {
  const { kind, incident } = notice;
  // A rule has its own start time.
  const isRule = kind === "opened" && incident.rules !== undefined && incident.rules.length > 0;
  const who = `${tagOf(kind, incident)} ${place(incident, context)}`;
  const news = isRule ? who : `${who} ${happened(notice, context)}`;
  const why = reasons(notice, context, detail, "holds since");
  return sentences(
    why === "" ? news : kind === "also" ? `${news} ${why}` : `${news}: ${why}`,
    detail.samples && kind !== "also" && (kind === "unstable" ? HELD_OPEN : samples(incident)),
    kind === "shifted" && "Is this its new normal?",
    `ID ${context.name(incident.id)}`,
  );
}

function resolved(notice: Notice<AnomalyIncident>, context: WordsContext, detail: Detail): string {
  const { incident } = notice;
  const end = endOf(incident);
  const ended = endTexts(notice, end, context)[detail.ranges ? "brief" : "bare"];
  const why = reasons(
    { kind: "opened", incident: atWorst(incident) },
    context,
    { ...detail, reasons: 1 },
    "held since",
  );
  const who = `${tagOf("resolved", incident)} ${place(incident, context)}`;
  return sentences(
    `${who} ${context.clock(end)}: ${ended}`,
    `Was ${tagOf("opened", incident)}${why === "" ? "" : `: ${why}`}`,
    detail.samples && samples(incident),
    incident.label ? `Labelled ${incident.label.verdict}` : "Was it a fault?",
    `ID ${context.name(incident.id)}`,
  );
}

/** The end shows the current values, so earlier ones come from the worst sample. */
function atWorst({ latest: _, ...incident }: AnomalyIncident): AnomalyIncident {
  return incident;
}

function place({ host, group }: AnomalyIncident, { name }: WordsContext): string {
  return `${name(host)} (${name(group)})`;
}

/** Rules, then causes; the score if there are neither, and nothing if that is unknown or redacted. */
function reasons(notice: Notice<AnomalyIncident>, context: WordsContext, detail: Detail, holds: string): string {
  const { redact, name } = context;
  const { incident } = notice;
  const { rules = [] } = incident;
  const inRules = { redact: redact || !detail.ranges, name };
  const all = [
    ...rules.slice(0, RULE_HITS_MAX).map((rule) => ruleReading(rule, context.clock, inRules, holds)),
    ...shown(notice).map((cause, index) => {
      if (redact) return name(cause.metric);
      const now = valueText(cause, context);
      const share = `${percent(cause.share)}${index === 0 ? " of score" : ""}`;
      return detail.ranges ? `${now} (${comparison(cause, "norm")}, ${share})` : now;
    }),
  ];
  if (all.length === 0) return redact ? "" : scoreText(incident.peak);
  return all.slice(0, detail.reasons).join(rules.length > 0 ? "; " : ", ");
}

function samples({ anomalies, samples: all }: AnomalyIncident): string | false {
  return anomalies > 0 && `${count(anomalies)} of ${count(all)} samples bad`;
}
