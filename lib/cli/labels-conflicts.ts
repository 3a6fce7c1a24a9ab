import { Command } from "commander";
import { type Conflicts, conflictsOf } from "../learn/conflicts.ts";
import { textTable } from "../text-table.ts";
import { durationOption } from "./arguments.ts";
import { withStores } from "./connect.ts";
import { labelledSince } from "./labelled-incidents.ts";
import { print } from "./output.ts";
import { type TargetOptions, withTarget } from "./target.ts";

interface Options extends TargetOptions {
  readonly since: number;
  readonly json?: boolean;
}

export function labelsConflictsCommand(): Command {
  return withTarget(new Command("conflicts"))
    .description("List incidents that people labelled differently, and alike ones with opposite labels.")
    .addOption(durationOption("--since <duration>", "how far back they opened", "30d"))
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  fleetwarden labels conflicts --since 90d")
    .action(async (options: Options) => {
      await withStores(options, async ({ incidents }) => {
        const now = Date.now();
        const labelled = await labelledSince(incidents, now - options.since, now);
        const found = conflictsOf(labelled);
        print(options.json, found, () => describe(found));
      });
    });
}

function describe({ people, alike }: Conflicts): string {
  if (people.length + alike.length === 0) return "No conflicts.";
  const disputes = people.map(({ id, host, labels }) => [
    id,
    host,
    labels.map(({ verdict, by }) => `${verdict} (${by})`).join(", "),
  ]);
  const pairs = alike.map(({ host, metric, direction, fault, normal }) => [
    host,
    `${metric} ${direction}`,
    someOf(fault),
    someOf(normal),
  ]);
  return [
    ...(disputes.length > 0 ? [textTable(["id", "host", "what people say"], disputes)] : []),
    ...(pairs.length > 0 ? [textTable(["host", "first cause", "a fault", "normal"], pairs)] : []),
  ].join("\n\n");
}

/** The JSON has all of them. */
const IDS_SHOWN_MAX = 5;

function someOf(ids: readonly string[]): string {
  const more = ids.length - IDS_SHOWN_MAX;
  return `${ids.slice(0, IDS_SHOWN_MAX).join(" ")}${more > 0 ? ` and ${more} more` : ""}`;
}
