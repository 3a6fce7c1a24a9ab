import { userInfo } from "node:os";
import { Argument, Command, Option } from "commander";
import { labelIncident } from "../alert/label.ts";
import { subjectOf } from "../incident/incident.ts";
import { VERDICTS, type Verdict } from "../incident/label.ts";
import { withStores } from "./connect.ts";
import { findIncident } from "./find-incident.ts";
import { print } from "./output.ts";
import { type TargetOptions, withTarget } from "./target.ts";

interface Options extends TargetOptions {
  readonly host?: string;
  readonly note?: string;
  readonly by: string;
  readonly json?: boolean;
}

export function labelCommand(): Command {
  return withTarget(new Command("label"))
    .description("Say what an incident was, and with a fleet's those of its hosts; the next refit learns from it.")
    .argument("<incident>", "the id in the alert")
    .addArgument(new Argument("<verdict>", "what it was").choices(VERDICTS))
    .option("--host <name>", "where two incidents share an id")
    .option("--note <text>", "kept with the label")
    .addOption(new Option("--by <name>", "who says so").default(userInfo().username, "your user name"))
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  fleetwarden label K7Q2RT false --note 'nightly backup'")
    .action(async (id: string, verdict: Verdict, options: Options) => {
      await withStores(options, async (stores) => {
        const incident = await findIncident(stores, id, options.host);
        const { id: known } = incident;
        const host = subjectOf(incident);
        const label = { verdict, at: Date.now(), by: options.by, ...(options.note ? { note: options.note } : {}) };
        const labelled = await labelIncident(stores.incidents, incident, label);
        const members = labelled > 1 ? `, and those of ${labelled - 1} hosts with it` : "";
        print(
          options.json,
          { incident: known, host, label, labelled },
          () =>
            `${known} of ${host} is labelled ${verdict}${members}. The next refit counts it; \`fleetwarden refit\` runs one now.`,
        );
      });
    });
}
