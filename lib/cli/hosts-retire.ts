import { Command } from "commander";
import { setRetired } from "../watch/retire.ts";
import { withStores } from "./connect.ts";
import { print } from "./output.ts";
import { type TargetOptions, withTarget } from "./target.ts";

export function hostsRetireCommand(): Command {
  return markCommand("retire", {
    retired: true,
    description:
      "Say that a host is gone for good: its silence is no incident and it is not refitted. It returns by itself when it sends again, so stop it first.",
    done: (host) => `${host} is retired. It returns by itself when it sends again.`,
  });
}

export function hostsReturnCommand(): Command {
  return markCommand("return", {
    retired: false,
    description: "Take back that a host was retired, before it sends again.",
    done: (host) => `${host} is watched again.`,
  });
}

interface Mark {
  readonly retired: boolean;
  readonly description: string;
  readonly done: (host: string) => string;
}

function markCommand(name: string, { retired, description, done }: Mark): Command {
  return withTarget(new Command(name))
    .description(description)
    .argument("<host>")
    .option("--json", "print JSON")
    .addHelpText("after", `\nExample:\n  fleetwarden hosts ${name} web-07`)
    .action(async (host: string, options: TargetOptions & { json?: boolean }) => {
      await withStores(options, async (stores) => {
        await setRetired(stores, host, retired, Date.now());
        print(options.json, { host, retired }, () => done(host));
      });
    });
}
