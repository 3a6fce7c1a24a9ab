import * as v from "valibot";
import { type AlertSettings, DEFAULT_ALERT_SETTINGS } from "../alert/settings.ts";
import { messageOf } from "../errors.ts";
import { DEFAULT_SETTINGS, type FitSettings, SENSITIVITIES, type SettingsOf } from "../learn/fit-settings.ts";
import { COMBINATIONS } from "../model/ensemble.ts";
import { type ChartSettings, DEFAULT_CHARTS } from "../page/chart-settings.ts";
import { FOREST_SEVERITIES, type Severities } from "../table/metrics-history.ts";
import { DAY_MS } from "../time.ts";
import { parseDuration } from "../watch/duration.ts";
import { NO_POLICY, type PolicyOf } from "../watch/policy.ts";
import { metricsOf, parseRule } from "../watch/rule-text.ts";
import { circleIn, dependenciesOf } from "./dependencies.ts";
import { hiddenBy, mistakeIn, stepOf } from "./feature-list.ts";
import { type HostOf, withoutDomains } from "./host-names.ts";
import { policies } from "./policies.ts";
import {
  type AlertsEntry,
  CONFIG_SCHEMA,
  type DetectorEntry,
  type FeatureEntry,
  type GroupEntry,
  type RuleEntry,
  type TwinEntry,
} from "./schema.ts";

/** All settings that people can make. */
export interface Config {
  readonly settingsOf: SettingsOf;
  readonly policyOf: PolicyOf;
  /** How often every host is refitted. */
  readonly refitEveryMs: number;
  /** Whether series outside the presets of senders are judged, too. */
  readonly keepsAll: boolean;
  /** Domains to cut from the names of hosts, and the function that cuts them. */
  readonly domains: readonly string[];
  readonly hostOf: HostOf;
  readonly alerts: AlertSettings;
  readonly recipients: Recipients;
  /** Where severities of the forest begin, in the files of a metrics history. */
  readonly severities: Severities;
  readonly twin: TwinSettings;
  readonly charts: ChartSettings;
}

/** How `fleetwarden up` runs; what is absent has the default of its options. */
interface TwinSettings extends Omit<TwinEntry, "interval"> {
  readonly intervalMs?: number;
}

/** The subscribers of the topics. AWS asks each of them to confirm first, except phones. */
export interface Recipients {
  readonly emails: readonly string[];
  /** E.164. */
  readonly phones: readonly string[];
  /** Undefined: the same as `emails`. */
  readonly opsEmails: readonly string[] | undefined;
  /** `https:` addresses, which may hold secrets. */
  readonly webhooks: readonly string[];
}

/** The name of the file in every folder. */
export const CONFIG_NAME = "fleetwarden.config.json";

/** The configuration of an empty file. */
export const DEFAULT_CONFIG: Config = {
  settingsOf: () => DEFAULT_SETTINGS,
  policyOf: () => NO_POLICY,
  refitEveryMs: DAY_MS,
  keepsAll: false,
  domains: [],
  hostOf: withoutDomains([]),
  alerts: DEFAULT_ALERT_SETTINGS,
  recipients: { emails: [], phones: [], opsEmails: undefined, webhooks: [] },
  severities: FOREST_SEVERITIES,
  twin: {},
  charts: DEFAULT_CHARTS,
};

/** More than the size of 1,000 groups, 200 metrics and 200 rules, each at its longest. */
const CHARACTERS_MAX = 1_000_000;
/** Mistakes in one message: people correct a few and run the check again. */
const PROBLEMS_MAX = 5;

/** Parses the configuration; throws an Error with a line for each mistake: file name, path in the file, and the fix. */
export function parseConfig(json: string, name: string = CONFIG_NAME): Config {
  const { output: document, issues } = v.safeParse(CONFIG_SCHEMA, parseJson(json, name), { abortPipeEarly: true });
  if (issues)
    throw problems(
      name,
      ...issues.map((issue): Problem => [pathOf(issue.path?.map(({ key }) => key) ?? []), issue.message]),
    );
  const {
    detectors = {},
    refitEvery,
    timezone,
    groups = {},
    metrics = [],
    features = [],
    rules = [],
    senders = {},
    alerts = {},
    severities,
    twin = {},
    page = {},
  } = document;
  const circle = circleIn(groups);
  if (circle) {
    const what = `${circle.join(" depends on ")}: no group can depend on itself, so leave one of these out`;
    throw problems(name, [pathOf(["groups", circle[0] ?? "", "dependsOn"]), what]);
  }
  const mistake = mistakeIn(features);
  if (mistake) throw problems(name, [pathOf(["features", ...mistake.at]), mistake.what]);
  const steps = features.map((entry) => ({ ...entry, step: stepOf(entry) }));
  return {
    settingsOf: groupSettings(detectors, timezone ?? DEFAULT_SETTINGS.timezone, groups),
    policyOf: policies(metrics, rulesOf(rules, features, name), steps),
    refitEveryMs: parseDuration(refitEvery ?? "") ?? DEFAULT_CONFIG.refitEveryMs,
    keepsAll: senders.keep === "all",
    domains: senders.domains ?? [],
    hostOf: withoutDomains(senders.domains ?? []),
    alerts: alertsOf(alerts, groups),
    recipients: {
      emails: alerts.emails ?? [],
      phones: alerts.phones ?? [],
      opsEmails: alerts.opsEmails,
      webhooks: alerts.webhooks ?? [],
    },
    severities: { ...FOREST_SEVERITIES, ...severities },
    twin: twinOf(twin),
    charts: {
      everyMs: parseDuration(page.chartsEvery ?? "") ?? DEFAULT_CHARTS.everyMs,
      window: page.chartsWindow ?? DEFAULT_CHARTS.window,
    },
  };
}

function twinOf({ interval, ...others }: TwinEntry): TwinSettings {
  const intervalMs = parseDuration(interval ?? "");
  return { ...others, ...(intervalMs === undefined ? {} : { intervalMs }) };
}

function parseJson(json: string, name: string): unknown {
  if (json.length > CHARACTERS_MAX) throw problems(name, ["", `${json.length} characters: at most ${CHARACTERS_MAX}`]);
  try {
    return JSON.parse(json);
  } catch (error) {
    throw problems(name, ["", `no JSON: ${messageOf(error)}`]);
  }
}

type Problem = readonly [path: string, what: string];

function problems(name: string, ...found: readonly Problem[]): Error {
  const lines = found.slice(0, PROBLEMS_MAX).map(([path, what]) => `${name}${path ? `, ${path}` : ""}: ${what}`);
  const more = found.length - lines.length;
  return new Error([...lines, ...(more > 0 ? [`and ${more} more`] : [])].join("\n"));
}

/** A path as JavaScript writes it: `rules[0].for`, and `detectors["eu west"].seed` where a name is not plain. */
function pathOf(keys: readonly unknown[]): string {
  let path = "";
  for (const key of keys) {
    if (typeof key === "number") path += `[${key}]`;
    else if (/^[\w$*-]+$/.test(String(key))) path += `${path && "."}${key}`;
    else path += `[${JSON.stringify(key)}]`;
  }
  return path;
}

/** The key for every group without settings of its own. */
const EVERY_GROUP = "*";

/** By name. */
type Groups = Readonly<Record<string, GroupEntry>>;

function groupSettings(
  detectors: Readonly<Record<string, DetectorEntry>>,
  timezone: string,
  groups: Groups,
): SettingsOf {
  const given = new Map(Object.entries(detectors));
  const zones = new Map(Object.entries(groups).map(([group, entry]) => [group, entry.timezone ?? timezone]));
  const common = fitSettings(given.get(EVERY_GROUP), { ...DEFAULT_SETTINGS, timezone });
  return (group) => fitSettings(given.get(group), { ...common, timezone: zones.get(group) ?? timezone });
}

function fitSettings(
  { sensitivity, ensemble, by = COMBINATIONS[0], ...entry }: DetectorEntry = {},
  otherwise: FitSettings,
): FitSettings {
  return {
    ...otherwise,
    ...entry,
    ...(ensemble ? { detector: { members: ensemble, by } } : {}),
    ...(sensitivity === undefined ? {} : { epsilon: SENSITIVITIES[sensitivity] }),
  };
}

function rulesOf(entries: readonly RuleEntry[], features: readonly FeatureEntry[], name: string) {
  return entries.map((entry, i) => {
    try {
      const rule = { ...parseRule(entry), ...(entry.attributes ? { attributes: entry.attributes } : {}) };
      for (const metric of metricsOf(rule.condition)) {
        const hidden = hiddenBy(features, metric, entry);
        if (hidden !== undefined)
          throw new Error(`${metric} is left out by features[${hidden}], so that the rule never holds: keep it there`);
      }
      return { ...entry, rule };
    } catch (error) {
      throw problems(name, [`rules[${i}]`, messageOf(error)]);
    }
  });
}

function alertsOf(
  { messagesPerMinute, sms = {}, remindAfter, fleet = {}, redact }: AlertsEntry,
  groups: Groups,
): AlertSettings {
  const otherwise = DEFAULT_ALERT_SETTINGS;
  return {
    messagesPerMinute: messagesPerMinute ?? otherwise.messagesPerMinute,
    textsPerHour: sms.perHour ?? otherwise.textsPerHour,
    textSeverity: sms.severity ?? otherwise.textSeverity,
    remindAfterMs: parseDuration(remindAfter ?? "") ?? otherwise.remindAfterMs,
    fleetShare: fleet.share ?? otherwise.fleetShare,
    fleetHosts: fleet.hosts ?? otherwise.fleetHosts,
    redact: redact ?? otherwise.redact,
    comeAndGo: Object.keys(groups).filter((group) => groups[group]?.hosts === "come-and-go"),
    dependsOn: dependenciesOf(groups),
  };
}
