import { Command } from "commander";
import { quoted } from "../command-line.ts";
import { reinstateHost, retireHost } from "../watch/retire.ts";
import { answer, targetCommand } from "./connect.ts";
import { hostsListCommand } from "./hosts-list.ts";
import { knownHost } from "./selection.ts";
import { refuseUnknown } from "./unknown-command.ts";

export function hostsCommand(): Command {
  const command = new Command("hosts")
    .addCommand(hostsListCommand(), { isDefault: true })
    .addCommand(
      markCommand("retire", {
        retired: true,
        description:
          "Retire a host that is gone for good: its silence opens no incident, and no refit includes it. A retired host returns by itself when it sends again, so stop it first.",
        done: "is retired. It returns by itself when it sends again.",
      }),
    )
    .addCommand(
      markCommand("return", {
        retired: false,
        description: "Undo the retirement of a host before it sends again.",
        done: "is watched again.",
      }),
    )
    .addHelpText("after", "\nExample:\n  fleetwarden hosts retire web-07");
  return refuseUnknown(command, nameOfHost);
}

/** People type the name of a host where the list takes none. */
function nameOfHost(word: string): string {
  const name = quoted(word);
  return (
    `hosts cannot do anything with "${word}": \`fleetwarden hosts --host ${name}\` lists a host of this name, and ` +
    `\`fleetwarden doctor ${name}\` examines it; \`fleetwarden hosts --help\` shows the rest`
  );
}

interface Mark {
  readonly retired: boolean;
  readonly description: string;
  readonly done: string;
}

function markCommand(name: string, { retired, description, done }: Mark): Command {
  return targetCommand(name)
    .description(description)
    .argument("<host>")
    .addHelpText("after", `\nExample:\n  fleetwarden hosts ${name} web-07`)
    .action(
      answer(async (stores, host: string) => {
        await knownHost(stores, host);
        await (retired ? retireHost(stores, host, Date.now()) : reinstateHost(stores, host));
        return [{ host, retired }, `${host} ${done}`];
      }),
    );
}
