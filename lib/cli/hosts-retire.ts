import type { Command } from "commander";
import { reinstateHost, retireHost } from "../watch/retire.ts";
import { withStores } from "./connect.ts";
import { print } from "./output.ts";
import { type AnswerOptions, targetCommand } from "./target.ts";

export function hostsRetireCommand(): Command {
  return markCommand("retire", {
    retired: true,
    description:
      "Retire a host that is gone for good: its silence opens no incident, and no refit includes it. A retired host returns by itself when it sends again, so stop it first.",
    done: (host) => `${host} is retired. It returns by itself when it sends again.`,
  });
}

export function hostsReturnCommand(): Command {
  return markCommand("return", {
    retired: false,
    description: "Undo the retirement of a host before it sends again.",
    done: (host) => `${host} is watched again.`,
  });
}

interface Mark {
  readonly retired: boolean;
  readonly description: string;
  readonly done: (host: string) => string;
}

function markCommand(name: string, { retired, description, done }: Mark): Command {
  return targetCommand(name)
    .description(description)
    .argument("<host>")
    .addHelpText("after", `\nExample:\n  fleetwarden hosts ${name} web-07`)
    .action(async (host: string, options: AnswerOptions) => {
      await withStores(options, async (stores) => {
        await (retired ? retireHost(stores, host, Date.now()) : reinstateHost(stores, host));
        print(options.json, { host, retired }, () => done(host));
      });
    });
}
