import type { Command } from "commander";
import type { SilenceMatcher } from "../alert/silence.ts";
import { incidentsIn } from "../export/incident-rows.ts";
import { labelRows, timesIn } from "../export/label-rows.ts";
import { isSelected, type NamedHost, type Selection, type Span } from "../export/span.ts";
import type { Incident } from "../incident/incident.ts";
import type { Stores } from "../store/stores.ts";
import type { Row } from "../table/columns.ts";
import { UserError } from "../user-error.ts";
import { groupOwner, hostOwner } from "../watch/baseline.ts";
import { globsMeet } from "../watch/glob.ts";
import type { HostState } from "../watch/state.ts";
import { unknownName } from "./did-you-mean.ts";

type Hosts = Pick<Stores, "hosts">;

/** The filter of every command that lists or exports. */
export function withSelection(command: Command): Command {
  return command
    .option("--host <pattern>", "only these hosts, by name; * stands for any characters")
    .option("--group <pattern>", "only hosts of these groups, with * as well; with --host both must match");
}

/** Throws a UserError if the host is not known. */
export async function knownHost({ hosts }: Hosts, host: string): Promise<void> {
  if ((await hosts.load([host])).has(host)) return;
  const { names } = await known(hosts);
  throw unknownName("host", host, names, "fleetwarden hosts");
}

/** Throws a UserError if no known host is in the group. */
export async function knownGroup({ hosts }: Hosts, group: string): Promise<void> {
  const { groups } = await known(hosts);
  if (!groups.includes(group)) throw unknownName("group", group, groups, "fleetwarden hosts");
}

/** Where nothing was found, or cannot be seen: throws a UserError if the filter names an unknown host or group. */
export async function explainNothing(stores: Hosts, { host, group }: Selection): Promise<void> {
  if (group !== undefined && !group.includes("*")) await knownGroup(stores, group);
  if (host !== undefined && !host.includes("*")) await knownHost(stores, host);
}

/** The same for a command that cannot go on with nothing. */
export async function nothingSelected(stores: Hosts, { host, group }: Selection): Promise<UserError> {
  await explainNothing(stores, { ...(host ? { host } : {}), ...(group ? { group } : {}) });
  const filter = [...(host ? [`--host ${host}`] : []), ...(group ? [`--group ${group}`] : [])].join(" and ");
  return new UserError(
    filter === ""
      ? "no host is known yet: send something first"
      : `no host fits ${filter}: \`fleetwarden hosts\` lists them`,
  );
}

/** The states of the selected hosts; if the filter selects none, throws a UserError. */
export async function selectedStates(stores: Hosts, selection: Selection): Promise<HostState[]> {
  const found: HostState[] = [];
  for await (const state of stores.hosts.all()) if (isSelected(selection, state)) found.push(state);
  if (found.length === 0 && (selection.host ?? selection.group) !== undefined)
    throw await nothingSelected(stores, selection);
  return found;
}

/** The selected hosts by name. */
export async function selectedHosts(stores: Hosts, selection: Selection): Promise<readonly NamedHost[]> {
  const found = (await selectedStates(stores, selection)).map(({ host, group }) => ({ host, group }));
  return found.sort((a, b) => (a.host < b.host ? -1 : 1));
}

/** The incidents of the selected hosts that opened in the span, oldest first; without any, explains the filter. */
export function selectedIncidents(
  stores: Pick<Stores, "hosts" | "incidents">,
  selection: Selection,
  span: Span,
): AsyncGenerator<Incident> {
  return orExplain(incidentsIn(stores.incidents, selection, span), () => explainNothing(stores, selection));
}

/** The labels of these incidents as rows, and then those of times that began in the span. */
export async function selectedLabels(
  stores: Pick<Stores, "hosts" | "incidents" | "alerting">,
  selection: Selection,
  span: Span,
): Promise<AsyncGenerator<Row>> {
  const labels = labelRows(incidentsIn(stores.incidents, selection, span), await timesIn(stores, selection, span));
  return orExplain(labels, () => explainNothing(stores, selection));
}

/** Passes the rows on; if there are none, lets `explain` say why. */
async function* orExplain<T>(rows: AsyncIterable<T>, explain: () => Promise<void>): AsyncGenerator<T> {
  let isEmpty = true;
  for await (const row of rows) {
    isEmpty = false;
    yield row;
  }
  if (isEmpty) await explain();
}

/** Whether a silence or an event may be about one of the selected hosts. */
export function meetsMatcher(selection: Selection, matcher: SilenceMatcher): boolean {
  return (
    globsMeet(selection.host ?? "*", matcher.host ?? "*") && globsMeet(selection.group ?? "*", matcher.group ?? "*")
  );
}

/** The owner of a baseline, which people name by its host or as `group#web`. Throws a UserError if neither is known. */
export async function ownerIn(stores: Pick<Stores, "hosts" | "baselines">, name: string): Promise<string> {
  const isOwner = name.startsWith(groupOwner("")) || name.startsWith(hostOwner(""));
  const owner = isOwner ? name : hostOwner(name);
  if (await stores.baselines.current(owner)) return owner;
  const group = owner.startsWith(groupOwner("")) ? owner.slice(groupOwner("").length) : undefined;
  await (group === undefined ? knownHost(stores, owner.slice(hostOwner("").length)) : knownGroup(stores, group));
  return owner;
}

async function known(hosts: Stores["hosts"]) {
  const [names, groups] = [[] as string[], new Set<string>()];
  for await (const state of hosts.all()) {
    names.push(state.host);
    groups.add(state.group);
  }
  return { names, groups: [...groups] };
}
