import type { Command } from "commander";
import type { FitReport } from "../learn/report.ts";
import { decimal, percent } from "../notify/format.ts";
import { moment } from "../notify/time.ts";
import { textTable } from "../text-table.ts";
import { UserError } from "../user-error.ts";
import { countArgument } from "./arguments.ts";
import { answer, targetCommand } from "./connect.ts";
import { describeEstimate, isTried } from "./epsilon-words.ts";
import { ownerIn } from "./selection.ts";

export function historyCommand(): Command {
  return targetCommand("history")
    .description("List the versions of a baseline, newest first, including refused ones; * marks the active one.")
    .argument("<host>", "a host, or group#NAME")
    .option("--limit <n>", "show at most this many", countArgument, 20)
    .addHelpText("after", "\nExample:\n  fleetwarden epsilon history web-07")
    .action(
      answer(async (stores, host: string, { limit }: { limit: number }) => {
        const { alerting, baselines } = stores;
        const owner = await ownerIn(stores, host);
        const versions = await baselines.reports(owner, limit);
        if (versions.length === 0)
          throw new UserError(
            `${owner} has no version yet: \`fleetwarden status\` shows the hosts and how far they are`,
          );
        const current = await baselines.current(owner);
        const active = current?.version ?? null;
        const refusal = (await alerting.refusals()).find((one) => one.owner === owner);
        const refused = refusal ? { refitsRefusedSince: new Date(refusal.since).toISOString() } : {};
        const again = current?.refitted && { refitted: new Date(current.refitted).toISOString() };
        const notes = [
          ...(current?.refitted ? [`The refit of ${moment(current.refitted)} found v${active} again.`] : []),
          ...(refusal ? [`Refits have been refused since ${moment(refusal.since)}.`] : []),
        ];
        const text = [formatHistory(versions, active), ...notes].join("\n");
        return [{ owner, active, ...again, ...refused, versions }, text];
      }),
    );
}

const HEAD = [
  "version",
  "when",
  "detector",
  "n",
  "epsilon",
  "by",
  "F1",
  "precision",
  "recall",
  "flags",
  "labels",
  "note",
];

function formatHistory(versions: readonly FitReport[], active: number | null): string {
  return textTable(
    HEAD,
    versions.map((report) => {
      const { version, at, detector, samples, epsilon, source, quality, flagRate, labels } = report;
      return [
        `v${version}${version === active ? "*" : ""}`,
        moment(at),
        detector,
        String(samples),
        decimal(epsilon),
        source,
        quality ? quality.f1.toFixed(2) : "",
        quality ? describeEstimate(quality.precision) : "",
        quality ? describeEstimate(quality.recall) : "",
        isTried(report) ? percent(flagRate) : "",
        `${labels.fault.length} fault, ${labels.false.length} false`,
        noteOf(report),
      ];
    }),
  );
}

function noteOf({ refused, shortened, by, from }: FitReport): string {
  const newest = shortened && `fitted to the newest ${decimal(shortened.days)} d: all ${shortened.refused}`;
  const origin = from === undefined ? [] : [`from v${from}`];
  const notes = [...(refused ? [`refused: ${refused}`] : []), ...(newest ? [newest] : [])];
  return [...notes, ...origin, ...(by ? [`by ${by}`] : [])].join(" ");
}
