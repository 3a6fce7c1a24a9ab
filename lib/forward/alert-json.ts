import * as v from "valibot";
import { parseJson } from "../json.ts";
import { oneLine } from "../plain-text.ts";

const TEXT = v.pipe(v.string(), v.transform(oneLine));
/** A time of an incident; a digest counts under the same names. */
const TIME = v.exactOptional(v.nullable(v.union([v.string(), v.number()])));
const COUNT = v.exactOptional(v.nullable(v.number()));

const SEVERITY = v.picklist(["critical", "warning", "info"]);

/** The JSON of an alert (docs/alerts.md), as far as the formats of other services use it. */
const ALERT = v.object({
  type: v.string(),
  kind: v.string(),
  severity: SEVERITY,
  incidentSeverity: v.exactOptional(SEVERITY),
  summary: TEXT,
  source: TEXT,
  component: v.exactOptional(TEXT),
  group: v.exactOptional(TEXT),
  class: TEXT,
  incident: v.exactOptional(TEXT),
  at: v.exactOptional(v.nullable(v.string())),
  timezone: v.exactOptional(v.string()),
  opened: TIME,
  resolved: TIME,
  /** A digest counts its notices that are no ends, and lists the incidents that ended. */
  critical: COUNT,
  warning: COUNT,
  ended: v.exactOptional(v.array(TEXT)),
  custom_details: v.looseObject({
    why: v.array(TEXT),
    normal_if: v.exactOptional(TEXT),
    certainty: v.exactOptional(TEXT),
    baseline: v.exactOptional(TEXT),
    answer: v.exactOptional(TEXT),
    stack: TEXT,
  }),
  links: v.exactOptional(v.object({ feedback: v.pipe(v.string(), v.url()) })),
});

export type Alert = Readonly<v.InferOutput<typeof ALERT>>;

/** The severity of the incident: a warning that joins a critical one must not calm those who were paged for it. */
export function pageSeverityOf({ severity, incidentSeverity }: Alert): Alert["severity"] {
  return incidentSeverity ?? severity;
}

/** Throws if the text is not the JSON of an alert. */
export function parseAlert(text: string): Alert {
  const { success, output, issues } = v.safeParse(ALERT, parseJson(text));
  if (success) return output;
  const [{ message }] = issues;
  throw new Error(`This message is no alert of Fleetwarden (${message}): publish nothing else to the alerts topic.`);
}
