import { Command } from "commander";
import { CONFIG_NAME, type Config } from "../config/config.ts";
import { readConfig } from "../config/file.ts";
import { nameOfChoice } from "../model/detector.ts";
import { duration } from "../notify/time.ts";
import type { HostAttributes } from "../wire/samples.ts";
import { print } from "./output.ts";

export function configCommand(): Command {
  return new Command("config")
    .argument("[file]", "the configuration", CONFIG_NAME)
    .option("--host <name>", "also show the settings for this host, with --group")
    .option("--group <name>", "the group of that host", "default")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  fleetwarden config fleetwarden.config.json --host web-07 --group web")
    .action((file: string, { host, group, json }: { host?: string; group: string; json?: boolean }) => {
      const config = readConfig(file);
      const { alerts, recipients } = config;
      const judged = host === undefined ? {} : { host: { host, group, ...judgedBy(config, host, group) } };
      const dependsOn = Object.fromEntries(alerts.dependsOn);
      print(
        json,
        {
          file,
          refitEveryMs: config.refitEveryMs,
          keepsAll: config.keepsAll,
          domains: config.domains,
          alerts: { ...alerts, dependsOn },
          recipients,
          ...judged,
        },
        () =>
          [
            `${file} is valid.`,
            `A refit every ${duration(config.refitEveryMs)}, and sooner of hosts whose level has moved for good.`,
            ...alertLines(config),
            ...(config.keepsAll
              ? ["All series of other agents are judged, not only those that their presets choose."]
              : []),
            ...(config.domains.length === 0 ? [] : [`Left out of host names: ${config.domains.join(", ")}.`]),
            ...(host === undefined ? [] : hostLines(config, host, group)),
          ].join("\n"),
      );
    });
}

function alertLines({ alerts, recipients: { emails, phones, webhooks } }: Config): string[] {
  const { messagesPerMinute, textsPerHour, textSeverity, remindAfterMs, fleetShare, fleetHosts, redact } = alerts;
  return [
    `Alerts go to ${emails.length} by e-mail, ${phones.length} by SMS from ${textSeverity} on, ${webhooks.length} webhooks${redact ? ", without values" : ""}.`,
    `At most ${messagesPerMinute} messages a minute and ${textsPerHour} SMS an hour; a reminder after ${duration(remindAfterMs)}.`,
    `A fleet's incident is that of ${Math.round(100 * fleetShare)} % of a group, and at least ${fleetHosts} hosts.`,
    ...[...alerts.dependsOn].map(([group, others]) => `Alerts of ${group} wait for trouble of ${others.join(", ")}.`),
  ];
}

function hostLines(config: Config, host: string, group: string): string[] {
  const { detector, rules, features } = judgedBy(config, host, group);
  const judged = `${host} of group ${group} is judged by the ${nameOfChoice(detector)} detector`;
  return [
    ...(rules.length === 0 ? [`${judged} and no rules.`] : [`${judged} and by:`, ...rules.map((rule) => `  ${rule}`)]),
    ...(features.length === 0 ? [] : [`Derived from its metrics: ${features.join(", ")}.`]),
  ];
}

function judgedBy({ settingsOf, policyOf }: Config, host: string, group: string) {
  const { rules, features } = policyOf(host, group);
  return {
    detector: settingsOf(group).detector,
    rules: rules.map(({ text, severity, attributes }) => `${text} (${severity}${conditionOf(attributes)})`),
    features: Object.keys(features?.defined ?? {}),
  };
}

/** `, if region is eu-*`: the command does not know which attributes the host has. */
function conditionOf(attributes: HostAttributes = {}): string {
  const all = Object.entries(attributes).map(([name, pattern]) => `${name} is ${pattern}`);
  return all.length > 0 ? `, if ${all.join(" and ")}` : "";
}
