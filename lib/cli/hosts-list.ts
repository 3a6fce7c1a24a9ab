import type { Command } from "commander";
import type { Selection } from "../export/span.ts";
import { duration, moment } from "../notify/time.ts";
import { textTable } from "../text-table.ts";
import { hostOwner } from "../watch/baseline.ts";
import { isOff } from "../watch/silent.ts";
import type { HostState } from "../watch/state.ts";
import { type Turnover, turnovers } from "../watch/turnover.ts";
import { countArgument } from "./arguments.ts";
import { answer, targetCommand } from "./connect.ts";
import { moreOf, worstHosts } from "./hosts-worst.ts";
import { selectedStates, withSelection } from "./selection.ts";

interface Options extends Selection {
  readonly worst?: boolean;
  readonly limit?: number;
}

/** With --worst: as many as people look at in one go. */
const WORST_SHOWN = 20;

export function hostsListCommand(): Command {
  return withSelection(targetCommand("list"))
    .description("List the hosts, how often they report and when they last did. `hosts` alone does the same.")
    .option("--worst", "only hosts that need a look, the most urgent first, with the cause")
    .option("--limit <n>", `show at most this many (default: all; ${WORST_SHOWN} with --worst)`, countArgument)
    .addHelpText("after", "\nExample:\n  fleetwarden hosts list --worst")
    .action(
      answer(
        async (stores, { worst, limit = worst ? WORST_SHOWN : Number.POSITIVE_INFINITY, ...selection }: Options) => {
          if (worst) return worstHosts(stores, selection, limit, Date.now());
          const refusals = new Map((await stores.alerting.refusals()).map(({ owner, since }) => [owner, since]));
          const states = await selectedStates(stores, selection);
          const now = Date.now();
          states.sort((a, b) => (a.host < b.host ? -1 : 1));
          const shown = states.slice(0, limit);
          const hosts = shown.map((state) => rowOf(state, refusals.get(hostOwner(state.host)), now));
          const nobody = `No host has sent anything to ${stores.target.where} yet.`;
          const comeAndGo = turnovers(states, now);
          const table = hosts.length === 0 ? nobody : formatRows(hosts) + moreOf(hosts.length, states.length);
          const text = [table, ...comeAndGo.map(proposalFor)].join("\n\n");
          return [{ hosts, ...(comeAndGo.length > 0 ? { comeAndGo } : {}) }, text];
        },
      ),
    );
}

type HostRow = ReturnType<typeof rowOf>;

/**
 * `interval` is in seconds, and absent while it is unknown. `refused` (ms) is the time since when its refits are
 * refused.
 */
function rowOf(state: HostState, refused: number | undefined, now: number) {
  const { host, group, interval, arrived, ingest, attributes, odd, unread } = state;
  return {
    host,
    group,
    status: statusOf(state, now),
    ...(interval > 0 ? { interval: interval / 1000 } : {}),
    lastRecord: new Date(arrived).toISOString(),
    ingest,
    ...(attributes ? { attributes } : {}),
    ...(odd ? { odd: { ...odd, at: new Date(odd.at).toISOString() } } : {}),
    ...(unread ? { unread: { ...unread, since: new Date(unread.since).toISOString() } } : {}),
    ...(refused === undefined ? {} : { refitsRefusedSince: new Date(refused).toISOString() }),
  };
}

function statusOf(state: HostState, now: number): "retired" | "unusable" | "silent" | "off" | "reporting" {
  if (state.retired) return "retired";
  if (state.unread) return "unusable";
  if (state.incident?.kind === "silent") return "silent";
  return isOff(state, now) ? "off" : "reporting";
}

function proposalFor({ group, gone, come }: Turnover): string {
  return (
    `Hosts of ${group} come and go: ${gone} fell silent and are not back, and ${come} are new this week.\n` +
    `Set groups.${group}.hosts to "come-and-go" in the configuration, and their ends bring no alert any more.`
  );
}

function formatRows(hosts: readonly HostRow[]): string {
  const rows = hosts.map((row) => [
    row.host,
    row.group,
    row.status,
    row.interval === undefined ? "-" : duration(row.interval * 1000),
    moment(Date.parse(row.lastRecord)),
    wordsFor(row),
  ]);
  return textTable(["host", "group", "status", "every", "last record", ""], rows);
}

/** `region=eu-west-1, 12 duplicate, 3 late, 1 rejected, 7 values no number (last cpu is "n/a")`, without zeros. */
function wordsFor({ ingest, attributes = {}, odd, unread, refitsRefusedSince }: HostRow): string {
  const counts = Object.entries({ duplicate: ingest.duplicates, late: ingest.late, rejected: ingest.rejected });
  return [
    ...Object.entries(attributes).map(([name, value]) => `${name}=${value}`),
    ...counts.flatMap(([word, count]) => (count > 0 ? [`${count} ${word}`] : [])),
    ...(odd ? [`${odd.count} values no number (last ${odd.last})`] : []),
    ...(unread ? [`nothing usable since ${moment(Date.parse(unread.since))}: ${unread.reason}`] : []),
    ...(refitsRefusedSince ? [`refits refused since ${moment(Date.parse(refitsRefusedSince))}`] : []),
  ].join(", ");
}
