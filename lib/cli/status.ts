import type { Command } from "commander";
import { decimal } from "../notify/format.ts";
import { duration } from "../notify/time.ts";
import { textTable } from "../text-table.ts";
import { answer, targetCommand } from "./connect.ts";
import { type HostStatus, statusOf } from "./host-status.ts";

export function statusCommand(): Command {
  return targetCommand("status")
    .addHelpText("after", "\nExample:\n  fleetwarden status --json")
    .action(
      answer(async (stores) => {
        const hosts: HostStatus[] = [];
        for await (const state of stores.hosts.all()) hosts.push(statusOf(state));
        hosts.sort((a, b) => worst(b) - worst(a) || (a.host < b.host ? -1 : 1));
        const nobody = `No host has sent anything to ${stores.target.where} yet.`;
        return [{ hosts }, hosts.length === 0 ? nobody : formatHosts(hosts, Date.now())];
      }),
    );
}

/** Open incidents come first, then the scores that are closest to epsilon. */
function worst({ incident, score = 0, epsilon = 1 }: HostStatus): number {
  return (incident ? 1e9 : 0) + score / epsilon;
}

function formatHosts(hosts: readonly HostStatus[], now: number): string {
  const rows = hosts.map(({ host, group, score, epsilon, status, baseline, lastSample, clock }) => [
    host,
    group,
    score === undefined ? "-" : decimal(score),
    epsilon === undefined ? "-" : decimal(epsilon),
    status,
    baseline ?? "-",
    lastSample === undefined ? "-" : `${duration(Math.max(0, now - Date.parse(lastSample)))} ago`,
    clock === undefined ? "" : `clock ${clock}`,
  ]);
  return textTable(["host", "group", "score", "epsilon", "status", "baseline", "last sample", ""], rows);
}
