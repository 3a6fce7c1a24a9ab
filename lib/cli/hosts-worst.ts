import { commandOf } from "../command-line.ts";
import { incidentsIn } from "../export/incident-rows.ts";
import { isSelected, type Selection, spanUntilNow } from "../export/span.ts";
import { RECENT_MS, type Work, worklist } from "../export/worklist.ts";
import { listed } from "../listed.ts";
import { decimal } from "../notify/format.ts";
import { moment } from "../notify/time.ts";
import type { Stores } from "../store/stores.ts";
import { textTable } from "../text-table.ts";
import { commandLine } from "./output.ts";
import { explainNothing } from "./selection.ts";

const PARTS_SHOWN = 3;

/** The hosts that need a look, the most urgent first, as JSON and as text. */
export async function worstHosts(stores: Stores, selection: Selection, limit: number, now: number) {
  const { hosts, incidents } = stores;
  const recent = incidentsIn(incidents, {}, spanUntilNow(RECENT_MS, now));
  const all = (await worklist(hosts.all(), recent)).filter((work) => isWanted(work, selection));
  if (all.length === 0) await explainNothing(stores, selection);
  const shown = all.slice(0, limit);
  const document = { hosts: shown.map((work) => ({ ...work, since: new Date(work.since).toISOString() })) };
  return [document, format(shown, all.length)] as const;
}

/** A group's incident is wanted with any of its hosts. */
function isWanted({ host, group, parts = [host] }: Work, selection: Selection): boolean {
  return parts.some((one) => isSelected(selection, { host: one, group }));
}

function format(shown: readonly Work[], total: number): string {
  if (total === 0) return "Nothing to look at: no incident is open, and none was in the last 7 days.";
  const rows = shown.map((work) => [
    whoIs(work),
    work.group,
    work.why,
    moment(work.since),
    badness(work),
    lookAt(work),
    work.by ?? "",
  ]);
  return (
    textTable(["host", "group", "why", "since", "how bad", "look at", "on it"], rows) + moreOf(shown.length, total)
  );
}

/** The line below a list that a limit has cut. */
export function moreOf(shown: number, total: number): string {
  return total > shown ? `\nand ${total - shown} more: --limit ${total} shows them` : "";
}

/** The worst hosts of a group's incident, and how many more there are. */
function whoIs({ host, parts }: Work): string {
  return parts ? listed(parts, PARTS_SHOWN) : host;
}

function badness({ severity, ratio, recent }: Work): string {
  const times = ratio === undefined ? [] : [`${decimal(ratio)} × epsilon`];
  const often = severity !== undefined && recent > 1 ? [`${recent} in 7 days`] : [];
  return [...(severity ? [severity] : []), ...times, ...often].join(", ") || "-";
}

/** The first metrics, and the command that explains the incident. */
function lookAt({ metrics, incident }: Work): string {
  const explain = incident === undefined ? [] : [commandOf(commandLine(), `explain ${incident}`)];
  return [...metrics.slice(0, 3), ...explain].join(", ");
}
