import type { Command } from "commander";
import { LATENCY_INCIDENTS_MAX, LATENCY_WITHIN_MS, type MessageLatency, messageLatency } from "../alert/latency.ts";
import { decimal } from "../notify/format.ts";
import { duration, seconds } from "../notify/time.ts";
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
        if (hosts.length === 0) return [{ hosts, latency: {} }, nobody];
        const now = Date.now();
        const newest = await stores.incidents.feed(now - LATENCY_WITHIN_MS, now + 1, LATENCY_INCIDENTS_MAX);
        const latency = messageLatency(newest, now);
        return [{ hosts, latency }, `${formatHosts(hosts, now)}${formatLatency(latency)}`];
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

function formatLatency({ atOnce, held }: MessageLatency): string {
  const times = ({ medianMs, p95Ms }: NonNullable<typeof atOnce>) =>
    `median ${seconds(medianMs)}, 95 % within ${seconds(p95Ms)}`;
  const lines = [
    ...(atOnce ? [`${atOnce.messages} sent at once: ${times(atOnce)}.`] : []),
    ...(held ? [`${held.messages} held back first: ${times(held)}.`] : []),
  ];
  return lines.length > 0 ? `\n\nFirst messages of the last 7 days, after the sample:\n${lines.join("\n")}` : "";
}
