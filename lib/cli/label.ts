import { Argument, type Command } from "commander";
import { labelIncident } from "../alert/label.ts";
import { quietFor } from "../alert/quiet.ts";
import { subjectOf } from "../incident/incident.ts";
import { type Category, labelInBrief, VERDICTS, type Verdict } from "../incident/label.ts";
import { moment } from "../notify/time.ts";
import { byOption, lineArgument } from "./arguments.ts";
import { answer, targetCommand } from "./connect.ts";
import { findIncident } from "./find-incident.ts";
import { categoryOption, saidOf } from "./label-options.ts";

interface Options {
  readonly host?: string;
  readonly category?: Category;
  readonly note?: string;
  readonly by: string;
}

export function labelCommand(): Command {
  return targetCommand("label")
    .argument("<incident>", "the id in the alert")
    .addArgument(new Argument("<verdict>", "what the incident was").choices(VERDICTS))
    .option("--host <name>", "needed only when two incidents share an id")
    .addOption(categoryOption())
    .option("--note <text>", "stored with the label", lineArgument)
    .addOption(byOption())
    .addHelpText(
      "after",
      "\nExample:\n  fleetwarden label K7Q2RT false --note 'nightly backup'\n  fleetwarden label K7Q2RT fault --category hardware",
    )
    .action(
      answer(async (stores, id: string, verdict: Verdict, options: Options) => {
        const said = saidOf(verdict, options);
        const incident = await findIncident(stores, id, options.host);
        const { id: known } = incident;
        const host = subjectOf(incident);
        const label = { ...said, at: Date.now() };
        const labelled = await labelIncident(stores, incident, label);
        const members = labelled > 1 ? `, and those of ${labelled - 1} hosts with it` : "";
        const quiet = quietFor(await stores.alerting.quiets(), incident, label.at);
        const lesson = quiet
          ? ` Incidents like it are quiet until ${moment(quiet.until)}: see \`fleetwarden labels quiet\`.`
          : "";
        return [
          { incident: known, host, label, labelled, ...(quiet ? { quiet } : {}) },
          `${known} of ${host} is labelled ${labelInBrief(label)}${members}.${lesson} ` +
            "The next refit counts it; `fleetwarden refit` runs one now.",
        ];
      }),
    );
}
