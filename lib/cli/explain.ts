import type { Command } from "commander";
import { precedingOf } from "../alert/preceding.ts";
import { densityInWords, densityOfPeak } from "../export/density.ts";
import { causesOf, type Incident, sampleOf } from "../incident/incident.ts";
import { labelInBrief } from "../incident/label.ts";
import { likenessOf } from "../incident/likeness.ts";
import type { Notice } from "../incident/notice.ts";
import { recordOf } from "../incident/record.ts";
import type { FitReport } from "../learn/report.ts";
import { render } from "../notify/render.ts";
import { moment } from "../notify/time.ts";
import type { RenderContext } from "../notify/words.ts";
import type { Stores } from "../store/stores.ts";
import { type Unchanged, unchangedIn, unchangedText } from "../watch/unchanged.ts";
import type { HostAttributes } from "../wire/samples.ts";
import { answer, targetCommand } from "./connect.ts";
import { describeEnsemble, describeEpsilon } from "./epsilon-words.ts";
import { findIncident } from "./find-incident.ts";
import { commandLine } from "./output.ts";

/** The report of the judging baseline is searched among this many versions. */
const VERSIONS_MAX = 100;

export function explainCommand(): Command {
  return targetCommand("explain")
    .argument("<incident>", "the id in the alert")
    .option("--host <name>", "needed only when two incidents share an id")
    .addHelpText("after", "\nExample:\n  fleetwarden explain K7Q2RT")
    .action(
      answer(async (stores, id: string, { host }: { host?: string }) => {
        const incident = await findIncident(stores, id, host);
        const { baseline } = sampleOf(incident).judgement ?? {};
        const reports = baseline ? await stores.baselines.reports(baseline.owner, VERSIONS_MAX) : [];
        const judged = reports.find(({ version }) => version === baseline?.version);
        const notice: Notice = { kind: incident.resolved === undefined ? "opened" : "resolved", incident };
        const preceding = await precedingOf(stores.alerting, notice);
        const about = { stack: stores.target.env.STACK_NAME ?? "", command: commandLine() };
        const [attributes, density, unchanged] = await Promise.all([
          attributesOf(stores, incident),
          densityOfPeak(stores, incident),
          unchangedCauses(stores, incident),
        ]);
        const looksLike = likenessOf(incident, preceding.length === 0)?.name;
        const context = { ...about, now: Date.now(), preceding, ...(attributes ? { attributes } : {}) };
        const json = {
          incident: recordOf(incident),
          ...(looksLike ? { looksLike } : {}),
          baseline: judged ?? null,
          ...(density ? { density } : {}),
          ...(unchanged.length > 0 ? { unchanged } : {}),
          preceding,
          ...(attributes ? { attributes } : {}),
        };
        const lines = [
          ...(density ? [`Its worst sample, taken alone: ${densityInWords(density)}.`] : []),
          ...unchangedText(unchanged, "before, at its usual times"),
        ];
        return [json, [formatStory(notice, judged, context), ...lines].join("\n")];
      }),
    );
}

/** The causes that never changed before. Known while the version that judged the incident is in force. */
async function unchangedCauses({ baselines }: Stores, incident: Incident): Promise<readonly Unchanged[]> {
  const judged = sampleOf(incident).judgement?.baseline;
  const baseline = judged && (await baselines.active([judged.owner])).get(judged.owner);
  if (!baseline || baseline.version !== judged.version) return [];
  const causes = causesOf(incident).map(({ metric }) => metric);
  return unchangedIn(baseline).filter(({ metric }) => causes.includes(metric));
}

/** Those that the machine has now. */
async function attributesOf({ hosts }: Pick<Stores, "hosts">, incident: Incident): Promise<HostAttributes | undefined> {
  return incident.kind === "fleet" ? undefined : (await hosts.load([incident.host])).get(incident.host)?.attributes;
}

function formatStory(notice: Notice, judged: FitReport | undefined, context: RenderContext): string {
  const { incident } = notice;
  const { subject, email } = render(notice, context);
  const { label, acknowledged } = incident;
  const onIt = acknowledged ? [`${acknowledged.by} acknowledged it on ${moment(acknowledged.at)}.`] : [];
  if (incident.kind !== "anomaly") return [subject, "", email.trimEnd(), ...onIt].join("\n");
  const lines = [
    subject,
    "",
    email.trimEnd(),
    "",
    ...(judged?.ensemble ? [`${describeEnsemble(judged.ensemble)}.`] : []),
    judged ? `Epsilon ${describeEpsilon(judged)}.` : "The report of the baseline that judged it is no longer listed.",
    ...onIt,
    ...(incident.quiet === undefined
      ? []
      : [
          `Nobody was notified: it is like what was called a false alarm (${incident.quiet} in \`fleetwarden labels quiet\`).`,
        ]),
    label
      ? `Labelled ${labelInBrief(label)} by ${label.by}${label.note ? `: ${label.note}` : ""}.`
      : "Not labelled yet.",
  ];
  return lines.join("\n");
}
