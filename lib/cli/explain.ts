import { Command } from "commander";
import { type Incident, sampleOf } from "../incident/incident.ts";
import { recordOf } from "../incident/record.ts";
import type { FitReport } from "../learn/report.ts";
import { render } from "../notify/render.ts";
import { moment } from "../notify/time.ts";
import { withStores } from "./connect.ts";
import { describeEpsilon } from "./epsilon.ts";
import { findIncident } from "./find-incident.ts";
import { print } from "./output.ts";
import { type TargetOptions, withTarget } from "./target.ts";

/** Versions looked through for the report of the one that judged. */
const VERSIONS_MAX = 100;

export function explainCommand(): Command {
  return withTarget(new Command("explain"))
    .description("Say why an incident was raised: causes, score, and the baseline and epsilon that judged it.")
    .argument("<incident>", "the id in the alert")
    .option("--host <name>", "where two incidents share an id")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  fleetwarden explain K7Q2RT")
    .action(async (id: string, options: TargetOptions & { host?: string; json?: boolean }) => {
      await withStores(options, async (stores, { env }) => {
        const incident = await findIncident(stores, id, options.host);
        const { baseline } = sampleOf(incident).judgement ?? {};
        const reports = baseline ? await stores.baselines.reports(baseline.owner, VERSIONS_MAX) : [];
        const judged = reports.find(({ version }) => version === baseline?.version);
        print(options.json, { incident: recordOf(incident), baseline: judged ?? null }, () =>
          formatStory(incident, judged, env.STACK_NAME ?? ""),
        );
      });
    });
}

function formatStory(incident: Incident, judged: FitReport | undefined, stack: string): string {
  const kind = incident.resolved === undefined ? "opened" : "resolved";
  const { subject, email } = render({ kind, incident }, { stack, now: Date.now() });
  const { label, acknowledged } = incident;
  const onIt = acknowledged ? [`${acknowledged.by} takes care of it, since ${moment(acknowledged.at)}.`] : [];
  if (incident.kind !== "anomaly") return [subject, "", email.trimEnd(), ...onIt].join("\n");
  const lines = [
    subject,
    "",
    email.trimEnd(),
    "",
    judged ? `Epsilon ${describeEpsilon(judged)}.` : "The report of the baseline that judged it is no longer listed.",
    ...onIt,
    label ? `Labelled ${label.verdict} by ${label.by}${label.note ? `: ${label.note}` : ""}.` : "Not labelled yet.",
  ];
  return lines.join("\n");
}
