import { Command } from "commander";
import type { FitReport } from "../learn/report.ts";
import { decimal, percent } from "../notify/format.ts";
import { moment } from "../notify/time.ts";
import { groupOwner, hostOwner } from "../watch/baseline.ts";
import { withStores } from "./connect.ts";
import { CliError } from "./errors.ts";
import { print, table } from "./output.ts";
import { type TargetOptions, withTarget } from "./target.ts";

/** Versions shown of one host. */
const VERSIONS_SHOWN = 10;

export function epsilonCommand(): Command {
  return withTarget(new Command("epsilon"))
    .description("Show the epsilon in force, per host, and which labels decided it.")
    .argument("[host]", "one host, with its versions")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  fleetwarden epsilon web-07")
    .action(async (host: string | undefined, options: TargetOptions & { json?: boolean }) => {
      await withStores(options, async ({ hosts, baselines }) => {
        if (host !== undefined) {
          const versions = await baselines.reports(hostOwner(host), VERSIONS_SHOWN);
          if (versions.length === 0)
            throw new CliError(`${host} has no baseline of its own yet: \`fleetwarden status\` shows how far it is`);
          print(options.json, { host, versions }, () => versions.map(versionLine).join("\n"));
          return;
        }
        const owners = new Set<string>();
        for await (const state of hosts.all()) owners.add(hostOwner(state.host)).add(groupOwner(state.group));
        const active = await baselines.active([...owners]);
        const reports = await Promise.all(
          [...active.values()].map(async ({ owner, version }) =>
            reportOf(await baselines.reports(owner, VERSIONS_SHOWN), version),
          ),
        );
        const found = reports.filter((report) => report !== undefined).sort((a, b) => (a.owner < b.owner ? -1 : 1));
        print(options.json, { baselines: found }, () =>
          found.length === 0 ? "No baselines yet: hosts are still learning." : formatReports(found),
        );
      });
    });
}

function reportOf(reports: readonly FitReport[], version: number): FitReport | undefined {
  return reports.find((report) => report.version === version);
}

/** `41.6, from the calm quantile of 240 samples` and the like. */
export function describeEpsilon({ epsilon, source, labels, quality, samples, flagRate }: FitReport): string {
  const decided = [...labels.fault.map((id) => `${id} fault`), ...labels.false.map((id) => `${id} false`)].join(", ");
  const reasons = {
    labels: `best F1 on this host's labels (${decided})`,
    "group labels": `best F1 on the group's labels (${decided})`,
    "quantile and false labels": `the calm quantile of ${samples} samples, above what was labelled false (${decided})`,
    quantile: `the calm quantile of ${samples} samples, no labels`,
  };
  const fit = quality
    ? `, F1 ${quality.f1.toFixed(2)}, precision ${quality.precision.toFixed(2)}, recall ${quality.recall.toFixed(2)}`
    : "";
  return `${decimal(epsilon)}: ${reasons[source]}${fit}; flags ${percent(flagRate)} of the last day's calm samples`;
}

function formatReports(reports: readonly FitReport[]): string {
  return table(
    ["baseline", "version", "fitted", "epsilon"],
    reports.map((report) => [report.owner, `v${report.version}`, moment(report.at), describeEpsilon(report)]),
  );
}

function versionLine(report: FitReport): string {
  const head = `v${report.version}  ${moment(report.at)}`;
  return report.refused ? `${head}  refused: ${report.refused}` : `${head}  ${describeEpsilon(report)}`;
}
