import type { Command } from "commander";
import { isSelected, type NamedHost, type Selection } from "../export/span.ts";
import { subjectOf } from "../incident/incident.ts";
import { judgedHosts, type Preview, preview } from "../learn/preview.ts";
import { CROSSING_EDGES, FIRST_EDGE } from "../model/crossings.ts";
import { alertsIn } from "../notify/epsilon-words.ts";
import { decimal } from "../notify/format.ts";
import { positiveArgument } from "./arguments.ts";
import { answer, targetCommand } from "./connect.ts";
import { hostCount, INCIDENT_DAYS, recentIncidents } from "./epsilon-words.ts";
import { nothingSelected, withSelection } from "./selection.ts";

/** The highest counted level of scores. */
const COUNTED_MAX = CROSSING_EDGES.at(-1) ?? 0;
/** Hosts listed in the text; JSON has all. */
const HOSTS_LISTED = 20;

export function whatIfCommand(): Command {
  return withSelection(targetCommand("what-if"))
    .description("Show what another epsilon would change: alerts a week, faults caught and missed, hosts affected.")
    .argument("<value>", "the epsilon to try", positiveArgument)
    .addHelpText("after", "\nExample:\n  fleetwarden epsilon what-if 12 --host web-07")
    .action(
      answer(async (stores, epsilon: number, selection: Selection) => {
        const isWanted = (one: NamedHost) => isSelected(selection, one);
        const { judged, learning } = await judgedHosts(stores, isWanted);
        if (judged.length + learning === 0) throw await nothingSelected(stores, selection);
        const now = Date.now();
        const incidents = await recentIncidents(stores, now);
        const relevant = incidents.filter((one) => isWanted({ host: subjectOf(one), group: one.group }));
        const found = { ...preview(judged, relevant, epsilon, now), learning, days: INCIDENT_DAYS };
        return [found, formatPreview(found)];
      }),
    );
}

function formatPreview(found: Preview & { readonly learning: number }): string {
  const { epsilon, hosts, untold, learning, alerts, faults, falseAlarms, affected } = found;
  const others = [
    ...(learning > 0 ? [`${learning} still learning`] : []),
    ...(untold > 0 ? [`${untold} with an epsilon below ${FIRST_EDGE}, where nothing is counted`] : []),
  ];
  const more = affected.length > HOSTS_LISTED ? [`  and ${affected.length - HOSTS_LISTED} more`] : [];
  return [
    `With epsilon ${decimal(epsilon)} for ${hostCount(hosts)}${others.length > 0 ? ` (not for ${others.join(", ")})` : ""}:`,
    `${alertsIn(alerts.days)}: ${epsilon > COUNTED_MAX ? "at most " : ""}${decimal(alerts.after)} ` +
      `instead of ${decimal(alerts.now)}`,
    `confirmed faults of the last ${INCIDENT_DAYS} days: ${faults.caught} caught, ${faults.missed} missed`,
    `false alarms of the last ${INCIDENT_DAYS} days: ` +
      `${falseAlarms.raised} still raised, ${falseAlarms.silenced} no longer`,
    `hosts affected: ${affected.length}`,
    ...affected
      .slice(0, HOSTS_LISTED)
      .map(
        ({ host, epsilon: own, now, after }) =>
          `  ${host}, epsilon ${decimal(own)}: ${decimal(after)} instead of ${decimal(now)}`,
      ),
    ...more,
    "Not counted: faults that stayed below the epsilon of their day. They raised nothing, so nobody could confirm them.",
  ].join("\n");
}
