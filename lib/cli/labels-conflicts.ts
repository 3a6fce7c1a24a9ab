import { Command } from "commander";
import { direction } from "../notify/explanation.ts";
import type { Incident, Label, Verdict } from "../watch/incident.ts";
import { durationOption } from "./arguments.ts";
import { withStores } from "./connect.ts";
import { type LabelledIncident, labelledSince } from "./labelled-incidents.ts";
import { print, table } from "./output.ts";
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
        const found = { people: labelled.flatMap(disputeOf), alike: opposites(labelled) };
        print(options.json, found, () => describe(found));
      });
    });
}

/** An incident of which people say different things; of each the last that they said. */
interface Dispute {
  readonly id: string;
  readonly host: string;
  readonly labels: readonly Label[];
}

/** Incidents of one host with the same first cause, of which some are called a fault and some normal. */
interface Opposites {
  readonly host: string;
  readonly metric: string;
  readonly direction: string;
  readonly fault: readonly string[];
  readonly normal: readonly string[];
}

interface Conflicts {
  readonly people: readonly Dispute[];
  readonly alike: readonly Opposites[];
}

/** Who says "unknown" disagrees with nobody. */
function disputeOf({ id, host, label, earlierLabels = [] }: LabelledIncident): Dispute[] {
  const last = new Map([...earlierLabels, label].map((one) => [one.by, one]));
  const labels = [...last.values()].filter(({ verdict }) => verdict !== "unknown");
  return new Set(labels.map(({ verdict }) => verdict)).size > 1 ? [{ id, host, labels }] : [];
}

function opposites(labelled: readonly LabelledIncident[]): Opposites[] {
  const alike = new Map<string, { host: string; metric: string; direction: string; incidents: LabelledIncident[] }>();
  for (const incident of labelled) {
    const cause = firstCauseOf(incident);
    if (!cause) continue;
    const key = JSON.stringify([incident.host, cause]);
    const known = alike.get(key) ?? { host: incident.host, ...cause, incidents: [] };
    known.incidents.push(incident);
    alike.set(key, known);
  }
  return [...alike.values()].flatMap(({ incidents, ...about }) => {
    const idsOf = (...verdicts: readonly Verdict[]) =>
      incidents.filter(({ label }) => verdicts.includes(label.verdict)).map(({ id }) => id);
    const [fault, normal] = [idsOf("fault"), idsOf("false", "new-normal")];
    return fault.length > 0 && normal.length > 0 ? [{ ...about, fault, normal }] : [];
  });
}

function firstCauseOf({ kind, causes: [first] }: Incident): { metric: string; direction: string } | undefined {
  return kind === undefined && first ? { metric: first.metric, direction: direction(first) } : undefined;
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
    ...(disputes.length > 0 ? [table(["id", "host", "what people say"], disputes)] : []),
    ...(pairs.length > 0 ? [table(["host", "first cause", "a fault", "normal"], pairs)] : []),
  ].join("\n\n");
}

/** The JSON has all of them. */
const IDS_SHOWN_MAX = 5;

function someOf(ids: readonly string[]): string {
  const more = ids.length - IDS_SHOWN_MAX;
  return `${ids.slice(0, IDS_SHOWN_MAX).join(" ")}${more > 0 ? ` and ${more} more` : ""}`;
}
