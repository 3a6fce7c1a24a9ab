import type { Command } from "commander";
import type { Selection } from "../export/span.ts";
import type { FitReport } from "../learn/report.ts";
import { moment } from "../notify/time.ts";
import type { Stores } from "../store/stores.ts";
import { textTable } from "../text-table.ts";
import { UserError } from "../user-error.ts";
import { groupOwner, hostOwner } from "../watch/baseline.ts";
import { answer, targetCommand } from "./connect.ts";
import { describeEpsilon } from "./epsilon-words.ts";
import { ownerIn, selectedStates, withSelection } from "./selection.ts";

const VERSIONS_SHOWN = 10;

export function showCommand(): Command {
  return withSelection(targetCommand("show"))
    .description("Show the epsilon in force for each host, and which labels decided it. `epsilon` alone does the same.")
    .argument("[host]", "show the versions of this host, or of group#NAME")
    .addHelpText("after", "\nExample:\n  fleetwarden epsilon show web-07")
    .action(
      answer(async (stores, host: string | undefined, selection: Selection) => {
        if (host === undefined) {
          const baselines = await activeReports(stores, selection);
          const isEmpty = baselines.length === 0;
          return [{ baselines }, isEmpty ? "No baselines yet: hosts are still learning." : formatReports(baselines)];
        }
        if ((selection.host ?? selection.group) !== undefined)
          throw new UserError(`--host and --group choose from the list: leave them out, or leave out ${host}`);
        const versions = await stores.baselines.reports(await ownerIn(stores, host), VERSIONS_SHOWN);
        if (versions.length === 0)
          throw new UserError(`${host} has no baseline of its own yet: \`fleetwarden status\` shows how far it is`);
        return [{ host, versions }, versions.map(versionLine).join("\n")];
      }),
    );
}

/** The report of each active version, by owner. */
async function activeReports(stores: Stores, selection: Selection): Promise<FitReport[]> {
  const owners = new Set<string>();
  for (const state of await selectedStates(stores, selection))
    owners.add(hostOwner(state.host)).add(groupOwner(state.group));
  const reports = await Promise.all([...owners].map((owner) => stores.baselines.current(owner)));
  return reports.flatMap((report) => report ?? []).sort((a, b) => (a.owner < b.owner ? -1 : 1));
}

function formatReports(reports: readonly FitReport[]): string {
  return textTable(
    ["baseline", "version", "fitted", "epsilon"],
    reports.map((report) => [
      report.owner,
      `v${report.version}`,
      moment(report.refitted ?? report.at),
      describeEpsilon(report),
    ]),
  );
}

function versionLine(report: FitReport): string {
  const head = `v${report.version}  ${moment(report.at)}`;
  return report.refused ? `${head}  refused: ${report.refused}` : `${head}  ${describeEpsilon(report)}`;
}
