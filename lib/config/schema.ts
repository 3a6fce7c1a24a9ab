import * as v from "valibot";
import { isZone } from "../alert/zone.ts";
import { DETECTORS } from "../model/detector.ts";
import { COMBINATIONS } from "../model/ensemble.ts";
import { COVARIANCES } from "../model/gaussian.ts";
import { WINSORIZE_RANGE } from "../model/winsorise.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../time.ts";
import { HISTORY_DAYS } from "../watch/ports.ts";
import { RULE_NAME_MAX, RULE_TEXT_MAX } from "../watch/rule-text.ts";
import { ATTRIBUTE_NAME_MAX, ATTRIBUTE_VALUE_MAX, ATTRIBUTES_MAX } from "../wire/host-attributes.ts";
import { NAME_LENGTH_MAX, VALUE_MAX } from "../wire/limits.ts";
import { UNIT_LENGTH_MAX, UNIT_RULE, unitIn } from "../wire/unit-text.ts";
import { EMAIL, PHONE, WEBHOOK } from "./addresses.ts";
import { PAGE, SEVERITIES, TWIN } from "./twin-schema.ts";
import { durationIn, flag, list, named, object, oneOf, optional, text, use, whole, within } from "./values.ts";

/** Far more than a stack needs; each takes a few words. */
const GROUPS_MAX = 1_000;
/** Each entry is tried once on every host and metric. */
const METRICS_MAX = 200;
/** Each sample is checked against every rule of its host. */
const RULES_MAX = 200;
/** A host's state and samples grow with each. */
const FEATURES_MAX = 64;
/** Beyond a half, more than half of the calm samples would be anomalies. */
export const CONTAMINATION_RANGE = [0.0001, 0.5] as const;
export const WINDOW_RANGE = [2, 60] as const;
/** A thousandfold change no longer limits anything. */
const RELATIVE_MAX = 1_000;
const SEED_MAX = 2 ** 32 - 1;
/** A mailing list behind one address reaches more people. */
const ADDRESSES_MAX = 100;
const ADDRESS_LENGTH_MAX = 2_048;
/** Nobody reads more. */
const MESSAGES_MAX = 60;
const TEXTS_MAX = 1_000;
/** The sweep sends reminders, and it runs once a minute. */
const REMIND_RANGE = { min: MINUTE_MS, max: 7 * DAY_MS, range: "1m to 7d" };
const FLEET_HOSTS_MAX = 100_000;
/** A refit reads all history, and the ledger keeps its versions. A month of history sees four weekly refits. */
const REFIT_RANGE = { min: 6 * HOUR_MS, max: 7 * DAY_MS, range: "6h to 7d" };

/** A group with more dependencies depends on everything. */
const DEPENDENCIES_MAX = 20;

const GROUP = optional(
  text(NAME_LENGTH_MAX),
  "Groups that it applies to; * stands for any characters. Without it: every group.",
);
const HOST = optional(
  text(NAME_LENGTH_MAX),
  "Hosts that it applies to; * stands for any characters. Without it: every host.",
);

const DETECTOR_NAME = v.picklist(DETECTORS, (issue) =>
  issue.input === "fused"
    ? '"fused" is no detector of its own any more: use "bands", or leave it out'
    : use(DETECTORS.join(", "))(issue),
);

const MEMBERS = v.pipe(
  list(DETECTOR_NAME, DETECTORS.length, { unique: true }),
  v.minLength(2, "an ensemble has two detectors or more: name another, or use detector"),
);

const DETECTOR_KEYS = object({
  detector: optional(DETECTOR_NAME, "The detector that scores the hosts of the group."),
  ensemble: optional(MEMBERS, "Detectors that score the hosts of the group together, in place of one."),
  by: optional(
    oneOf(COMBINATIONS),
    "How an ensemble makes one score of its detectors' ratios to their own limits. Without it: geometric-mean.",
  ),
  covariance: optional(oneOf(COVARIANCES), "How the Gaussian detector sees metrics together."),
  sensitivity: optional(
    oneOf(["sensitive", "normal", "quiet"]),
    "The threshold of bands and ensembles while there are no labels.",
  ),
  contamination: optional(
    within(...CONTAMINATION_RANGE),
    "The share of calm samples with a score beyond epsilon, for detectors other than bands without labels.",
  ),
  winsorize: optional(
    within(...WINSORIZE_RANGE),
    "The share of each metric's values that a fit moves to the nearest that stays, at either end; not for bands.",
  ),
  windowDays: optional(whole(1, HISTORY_DAYS), "Days of history that a refit uses."),
  seed: optional(whole(0, SEED_MAX), "Seed for the isolation forest's random choices."),
});

const DETECTOR = v.pipe(
  DETECTOR_KEYS,
  v.check(({ detector, ensemble }) => !(detector && ensemble), "ensemble takes the place of detector: leave one out"),
  v.check(({ by, ensemble }) => !by || ensemble !== undefined, "by is for an ensemble: add ensemble, or leave it out"),
);

const ZONE = v.pipe(text(NAME_LENGTH_MAX), v.check(isZone, use("an IANA time zone, like Europe/Zurich")));

const GROUP_NAME = v.pipe(
  text(NAME_LENGTH_MAX),
  v.check((name) => name !== "*", '"*" is no group: name each group, and use timezone beside groups for all'),
);

const GROUP_ENTRY = object({
  timezone: optional(
    ZONE,
    "The zone whose calendar the group's baselines learn, and whose clock its messages show. " +
      "Without it: the one of all groups.",
  ),
  hosts: optional(
    oneOf(["steady", "come-and-go"]),
    "come-and-go: hosts of this group may stop without a goodbye. Without it: steady.",
  ),
  dependsOn: optional(
    list(GROUP_NAME, DEPENDENCIES_MAX, { unique: true }),
    "Groups without which this one cannot work. While one of them is in trouble, alerts of this group wait.",
  ),
});

const UNIT = v.pipe(
  text(UNIT_LENGTH_MAX),
  v.check((unit) => unitIn(unit) === unit, use(UNIT_RULE)),
);

const METRIC = object({
  metric: named(text(NAME_LENGTH_MAX), "Metrics that it applies to; * stands for any characters."),
  group: GROUP,
  host: HOST,
  direction: optional(
    oneOf(["up", "down", "both"]),
    "The side of the usual value on which a value is bad. Without it: both.",
  ),
  minChange: optional(
    object({
      absolute: optional(within(0, VALUE_MAX), "In the metric's own unit."),
      relative: optional(within(0, RELATIVE_MAX), "As a share of the usual value: 0.2 is a fifth."),
    }),
    "Smaller distances from the usual value do not count. A distance must reach both.",
  ),
  unit: optional(
    UNIT,
    "The unit of the metric's values in messages, such as MB/s. Without it: what the sender or name says.",
  ),
  as: optional(
    oneOf(["rate", "gauge"]),
    "rate: a total that only grows, judged by what it grows by in a second; gauge: judged as it is. " +
      "Without it: what the sender says, or the values look like.",
  ),
});

const NAME = text(NAME_LENGTH_MAX);
const PAIR = v.pipe(v.array(NAME, use("two names, in [ ]")), v.length(2, use("two names, in [ ]")));
const PATTERNS = v.union([NAME, list(NAME, METRICS_MAX)], use("a pattern, or several in [ ]"));

const FEATURE = object({
  name: optional(NAME, "The name of the metric that is derived; it replaces one of this name."),
  ratio: optional(PAIR, "The first metric over the second."),
  difference: optional(PAIR, "The first metric less the second."),
  sum: optional(PATTERNS, "The sum of the metrics of these patterns."),
  maximum: optional(PATTERNS, "The largest of the metrics of these patterns."),
  log: optional(NAME, "The natural logarithm of 1 + the metric."),
  rate: optional(NAME, "What a total that only grows grew by in a second."),
  rollingMean: optional(NAME, "The mean of the metric's last samples."),
  rollingDeviation: optional(NAME, "The standard deviation of the metric's last samples."),
  samples: optional(whole(...WINDOW_RANGE), "Samples of a rolling mean or deviation."),
  drop: optional(PATTERNS, "Leaves out the metrics of these patterns."),
  only: optional(PATTERNS, "Leaves out all metrics but those of these patterns."),
  group: GROUP,
  host: HOST,
});

const RULE = object({
  name: optional(
    text(RULE_NAME_MAX),
    "The rule's name in alerts. A later rule of the same name replaces this one. Without it: the rule as written.",
  ),
  if: named(text(RULE_TEXT_MAX), "Comparisons of metrics with numbers, joined by and, or and parentheses."),
  for: optional(durationIn(), "How long the condition must hold. Without it: a single sample is enough."),
  severity: optional(oneOf(["warning", "critical"]), "Without it: warning."),
  group: GROUP,
  host: HOST,
  attributes: optional(
    v.pipe(
      v.record(text(ATTRIBUTE_NAME_MAX), text(ATTRIBUTE_VALUE_MAX), "expected an object of patterns"),
      v.maxEntries(ATTRIBUTES_MAX, ({ received }) => `${received} attributes: at most ${ATTRIBUTES_MAX}`),
    ),
    "Patterns of attributes: the rule is for hosts that have all of them. Without it: every host.",
  ),
});

/** DNS allows 253 characters. */
const DOMAIN_LENGTH_MAX = 253;
const DOMAIN = /^[A-Za-z\d-]+(\.[A-Za-z\d-]+)*$/;
const DOMAINS_MAX = 100;

const SENDERS = object({
  keep: optional(
    oneOf(["preset", "all"]),
    "all: also series that the preset of a sender does not choose, up to 256 metrics of a host. Without it: preset.",
  ),
  domains: optional(
    list(text(DOMAIN_LENGTH_MAX, { pattern: DOMAIN, example: "example.com" }), DOMAINS_MAX, { unique: true }),
    "Domains that are left out of host names, so that web-1.example.com and web-1 are one host.",
  ),
});

const addresses = (pattern: RegExp, example: string) =>
  list(text(ADDRESS_LENGTH_MAX, { pattern, example }), ADDRESSES_MAX, { unique: true });

const ALERTS = object({
  emails: optional(addresses(EMAIL, "ops@example.com"), "People who get alerts by e-mail."),
  phones: optional(addresses(PHONE, "+15550100"), "People who get alerts as text messages."),
  opsEmails: optional(
    addresses(EMAIL, "ops@example.com"),
    "People who get alarms about Fleetwarden itself. Without it: those in emails.",
  ),
  webhooks: optional(addresses(WEBHOOK, "https://example.com/hook"), "Addresses to which alerts are posted as JSON."),
  messagesPerMinute: optional(
    whole(1, MESSAGES_MAX),
    "Alerts sent one by one within a minute; one digest reports the rest.",
  ),
  sms: optional(
    object({
      severity: optional(oneOf(["warning", "critical"]), "The lowest severity that is sent to phones."),
      perHour: optional(whole(1, TEXTS_MAX), "Text messages sent within an hour; one more counts the rest."),
    }),
    "Alerts to phones.",
  ),
  remindAfter: optional(
    durationIn(REMIND_RANGE),
    "Time after which a critical incident is sent once more if nobody has acknowledged or labelled it.",
  ),
  fleet: optional(
    object({
      share: optional(within(0.01, 1), "Share of a group's hosts: 0.2 is a fifth."),
      hosts: optional(whole(2, FLEET_HOSTS_MAX), "And at least this many hosts."),
    }),
    "How many hosts of a group must be in trouble within a minute to make one fleet incident.",
  ),
  redact: optional(flag(), "Whether alerts leave out all values."),
});

/** The form of the file, with rules as text. Parsing changes nothing, because the JSON Schema is made from this too. */
export const CONFIG_SCHEMA = named(
  object({
    $schema: optional(text(ADDRESS_LENGTH_MAX), "Where editors find the schema of this file."),
    version: named(
      v.literal(1, ({ input }) => `${JSON.stringify(input)}: use 1`),
      "Version of this format: 1.",
    ),
    detectors: optional(
      v.pipe(
        v.record(text(NAME_LENGTH_MAX), DETECTOR, "expected an object of groups"),
        v.maxEntries(GROUPS_MAX, ({ received }) => `${received} groups: at most ${GROUPS_MAX}`),
      ),
      "The detector of each group; * is every group that is not named.",
    ),
    refitEvery: optional(
      durationIn(REFIT_RANGE),
      "Time between two refits of a host; one whose level moves for good gets another the same day. Without it: 1d.",
    ),
    timezone: optional(
      ZONE,
      "The zone whose calendar the baselines learn, and whose clock messages show. Without it: UTC.",
    ),
    groups: optional(
      v.pipe(
        v.record(GROUP_NAME, GROUP_ENTRY, "expected an object of groups"),
        v.maxEntries(GROUPS_MAX, ({ received }) => `${received} groups: at most ${GROUPS_MAX}`),
      ),
      "Settings of single groups.",
    ),
    metrics: optional(
      list(METRIC, METRICS_MAX),
      "Which deviations count; later entries override earlier ones field by field.",
    ),
    features: optional(
      list(FEATURE, FEATURES_MAX),
      "Metrics that are derived from others or left out; each entry sees what those above it leave.",
    ),
    senders: optional(SENDERS, "Which series of other agents are judged."),
    rules: optional(list(RULE, RULES_MAX), "Hard limits, beside the learned baselines."),
    alerts: optional(ALERTS, "Who gets alerts, and how."),
    severities: optional(
      SEVERITIES,
      "Where the severities of an isolation forest begin, in the files of a metrics history.",
    ),
    twin: optional(TWIN, "How fleetwarden up runs, unless its options say otherwise."),
    page: optional(PAGE, "How the page shows charts, unless options say otherwise."),
  }),
  "Configuration of Fleetwarden, for the twin, the command line and the deployment alike.",
);

export type MetricEntry = v.InferOutput<typeof METRIC>;
export type FeatureEntry = v.InferOutput<typeof FEATURE>;
export type RuleEntry = v.InferOutput<typeof RULE>;
export type AlertsEntry = v.InferOutput<typeof ALERTS>;
export type GroupEntry = v.InferOutput<typeof GROUP_ENTRY>;
export type TwinEntry = v.InferOutput<typeof TWIN>;
export type DetectorEntry = v.InferOutput<typeof DETECTOR>;
