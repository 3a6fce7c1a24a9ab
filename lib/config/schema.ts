import * as v from "valibot";
import { DETECTORS } from "../model/detector.ts";
import { COVARIANCES } from "../model/gaussian.ts";
import { parseDuration } from "../watch/duration.ts";
import { RULE_NAME_MAX, RULE_TEXT_MAX } from "../watch/rule-text.ts";
import { EMAIL, PHONE, WEBHOOK } from "./addresses.ts";
import { durationIn, list, named, object, oneOf, text, whole, within } from "./values.ts";

/** Far beyond what a stack needs; each is a few words. */
const GROUPS_MAX = 1_000;
/** Each is tried on every host and metric once. */
const METRICS_MAX = 200;
/** Each of a host's rules is judged with every sample. */
const RULES_MAX = 200;
/** As long as the names they are tried on (docs/wire-format.md). */
const PATTERN_LENGTH_MAX = 256;
/** As far as values go (docs/wire-format.md). */
const VALUE_MAX = 1e100;
/** A thousandfold is no limit any more. */
const RELATIVE_MAX = 1_000;
/** History is kept for as long. */
const WINDOW_DAYS_MAX = 30;
const SEED_MAX = 2 ** 32 - 1;
/** More people than that are reached by a list of addresses behind one of them. */
const ADDRESSES_MAX = 100;
const ADDRESS_LENGTH_MAX = 2_048;
/** Nobody reads more. */
const MESSAGES_MAX = 60;
const TEXTS_MAX = 1_000;
/** The sweep, which reminds, runs once a minute. */
const REMIND_MS_MIN = parseDuration("1m") ?? 0;
const REMIND_MS_MAX = parseDuration("7d") ?? 0;
const FLEET_HOSTS_MAX = 100_000;

const GROUP = named(text(PATTERN_LENGTH_MAX), "Groups it is for; * stands for any characters. Every group without it.");
const HOST = named(text(PATTERN_LENGTH_MAX), "Hosts it is for; * stands for any characters. Every host without it.");

const DETECTOR = object({
  detector: v.exactOptional(named(oneOf(DETECTORS), "What judges the hosts of the group.")),
  covariance: v.exactOptional(named(oneOf(COVARIANCES), "How the Gaussian detector sees metrics together.")),
  sensitivity: v.exactOptional(
    named(oneOf(["sensitive", "normal", "quiet"]), "The fused detector's threshold while there are no labels."),
  ),
  windowDays: v.exactOptional(named(whole(1, WINDOW_DAYS_MAX), "Days that a refit looks back.")),
  seed: v.exactOptional(named(whole(0, SEED_MAX), "Of the isolation forest's random choices.")),
});

const METRIC = object({
  metric: named(text(PATTERN_LENGTH_MAX), "Metrics it is for; * stands for any characters."),
  group: v.exactOptional(GROUP),
  host: v.exactOptional(HOST),
  direction: v.exactOptional(
    named(oneOf(["up", "down", "both"]), "On which side of what is usual a value is bad; both unless said otherwise."),
  ),
  minChange: v.exactOptional(
    named(
      object({
        absolute: v.exactOptional(named(within(0, VALUE_MAX), "In the metric's own unit.")),
        relative: v.exactOptional(named(within(0, RELATIVE_MAX), "As a share of what is usual: 0.2 is a fifth.")),
      }),
      "Smaller distances from what is usual do not count. A distance must be as large as both.",
    ),
  ),
});

const RULE = object({
  name: v.exactOptional(
    named(
      text(RULE_NAME_MAX),
      "What alerts call it; a later rule of the same name replaces it. The rule as written without it.",
    ),
  ),
  if: named(text(RULE_TEXT_MAX), "Comparisons of metrics with numbers, joined by and, or and parentheses."),
  for: v.exactOptional(named(durationIn(), "How long it must hold; a single sample will do without it.")),
  severity: v.exactOptional(named(oneOf(["warning", "critical"]), "A warning unless said otherwise.")),
  group: v.exactOptional(GROUP),
  host: v.exactOptional(HOST),
});

const addresses = (pattern: RegExp, example: string) =>
  list(text(ADDRESS_LENGTH_MAX, { pattern, example }), ADDRESSES_MAX, { unique: true });

const ALERTS = object({
  emails: v.exactOptional(named(addresses(EMAIL, "ops@example.com"), "Who gets alerts by e-mail.")),
  phones: v.exactOptional(named(addresses(PHONE, "+15550100"), "Who gets alerts as text messages.")),
  opsEmails: v.exactOptional(
    named(addresses(EMAIL, "ops@example.com"), "Who gets alarms about Fleetwarden itself; those of emails without it."),
  ),
  webhooks: v.exactOptional(
    named(addresses(WEBHOOK, "https://example.com/hook"), "Addresses that alerts are posted to as JSON."),
  ),
  messagesPerMinute: v.exactOptional(
    named(whole(1, MESSAGES_MAX), "Alerts told one by one within a minute; what is more goes in one digest."),
  ),
  sms: v.exactOptional(
    named(
      object({
        severity: v.exactOptional(named(oneOf(["warning", "critical"]), "The least that is sent to phones.")),
        perHour: v.exactOptional(
          named(whole(1, TEXTS_MAX), "Text messages within an hour; what is more is counted in one."),
        ),
      }),
      "What goes to phones.",
    ),
  ),
  remindAfter: v.exactOptional(
    named(
      durationIn({ min: REMIND_MS_MIN, max: REMIND_MS_MAX, range: "1m to 7d" }),
      "After which a critical incident that nobody has acknowledged or labelled is told once more.",
    ),
  ),
  fleet: v.exactOptional(
    named(
      object({
        share: v.exactOptional(named(within(0.01, 1), "Of a group's hosts: 0.2 is a fifth.")),
        hosts: v.exactOptional(named(whole(2, FLEET_HOSTS_MAX), "And at least as many hosts.")),
      }),
      "How many hosts of a group in trouble within a minute are one incident.",
    ),
  ),
  redact: v.exactOptional(
    named(
      v.boolean(({ input }) => `${JSON.stringify(input)}: use true or false`),
      "Whether alerts leave out all values.",
    ),
  ),
});

/** What fleetwarden.config.json may say, without its rules being read yet. Nothing is changed by parsing: the JSON Schema is made of this too. */
export const CONFIG_SCHEMA = named(
  object({
    $schema: v.exactOptional(named(text(ADDRESS_LENGTH_MAX), "Where editors find the schema of this file.")),
    version: named(
      v.literal(1, ({ input }) => `${JSON.stringify(input)}: use 1`),
      "Of this format: 1.",
    ),
    detectors: v.exactOptional(
      named(
        v.pipe(
          v.record(text(PATTERN_LENGTH_MAX), DETECTOR, "expected an object of groups"),
          v.maxEntries(GROUPS_MAX, ({ received }) => `${received} groups: at most ${GROUPS_MAX}`),
        ),
        "Which detector judges which group; * is every group that is not named.",
      ),
    ),
    metrics: v.exactOptional(
      named(list(METRIC, METRICS_MAX), "Which deviations count; later entries override earlier ones field by field."),
    ),
    rules: v.exactOptional(named(list(RULE, RULES_MAX), "Hard limits, beside what is learned.")),
    alerts: v.exactOptional(named(ALERTS, "Who is told, and how.")),
  }),
  "Configuration of Fleetwarden, for the twin, the command line and the deployment alike.",
);

export type MetricEntry = v.InferOutput<typeof METRIC>;
export type RuleEntry = v.InferOutput<typeof RULE>;
export type AlertsEntry = v.InferOutput<typeof ALERTS>;
export type DetectorEntry = v.InferOutput<typeof DETECTOR>;
