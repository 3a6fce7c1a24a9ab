import type { Command } from "commander";
import { LATENCY_INCIDENTS_MAX, LATENCY_WITHIN_MS, type MessageLatency, messageLatency } from "../alert/latency.ts";
import { REJECTED_WITHIN_MS, refusedBodies } from "../doctor/rejected.ts";
import type { Selection } from "../export/span.ts";
import { count, decimal } from "../notify/format.ts";
import { duration, seconds } from "../notify/time.ts";
import type { Stores } from "../store/stores.ts";
import { textTable } from "../text-table.ts";
import { answer, targetCommand } from "./connect.ts";
import { type HostStatus, statusOf } from "./host-status.ts";
import { readMeter } from "./read-meter.ts";
import { selectedStates, withSelection } from "./selection.ts";
import type { Target } from "./target.ts";

export function statusCommand(): Command {
  return withSelection(targetCommand("status"))
    .addHelpText("after", "\nExample:\n  fleetwarden status --json")
    .action(
      answer(async (stores, selection: Selection) => {
        const states = await selectedStates(stores, selection);
        const now = Date.now();
        const hosts = states.map((state) => statusOf(state, now));
        hosts.sort((a, b) => worst(b) - worst(a) || (a.host < b.host ? -1 : 1));
        const started = (await readMeter(stores.target))?.started;
        const totals = { ...totalsOf(hosts, started), ...(await refusedOf(stores, now)) };
        const newest = await stores.incidents.feed(now - LATENCY_WITHIN_MS, now + 1, LATENCY_INCIDENTS_MAX);
        const latency = messageLatency(newest, now);
        const result = { hosts, totals, latency };
        if (hosts.length === 0)
          return [result, `No host has sent anything to ${stores.target.where} yet.${refusedText(totals.refused)}`];
        const troubled = hosts.filter(({ incident }) => incident !== undefined).length;
        const summary = totalsText(totals, troubled, now);
        const text = `${formatHosts(hosts, now)}\n\n${summary}${latencyText(latency)}${refusedText(totals.refused)}`;
        return [result, text];
      }),
    );
}

type Totals = ReturnType<typeof totalsOf>;

/** Sums over the states of the hosts. `started` (ms since the epoch) is the twin's. */
function totalsOf(hosts: readonly HostStatus[], started: number | undefined) {
  return {
    hosts: hosts.length,
    learning: hosts.filter(({ epsilon }) => epsilon === undefined).length,
    samples: hosts.reduce((sum, { samples }) => sum + samples, 0),
    anomalies: hosts.reduce((sum, { anomalies }) => sum + anomalies, 0),
    ...(started === undefined ? {} : { started: new Date(started).toISOString() }),
  };
}

/** Only the twin takes bodies over HTTP. */
async function refusedOf(
  { target, rejected }: Pick<Stores, "rejected"> & { readonly target: Target },
  now: number,
): Promise<{ readonly refused?: number }> {
  const refused = target.isTwin ? refusedBodies(await rejected.recent(now - REJECTED_WITHIN_MS, now + 1)) : 0;
  return refused > 0 ? { refused } : {};
}

function refusedText(refused = 0): string {
  return refused > 0 ? `\nrefused over HTTP since yesterday: ${count(refused)}; \`fleetwarden doctor\` says why` : "";
}

/** `hosts: 3 (1 with an open incident, 1 learning), samples: 1,240 (7 anomalies), running for 2 h`. */
function totalsText(totals: Totals, troubled: number, now: number): string {
  const { hosts, learning, samples, anomalies, started } = totals;
  return [
    `hosts: ${count(hosts)} (${count(troubled)} with an open incident, ${count(learning)} learning)`,
    `samples: ${count(samples)} (${count(anomalies)} anomalies)`,
    ...(started === undefined ? [] : [`running for ${duration(Math.max(0, now - Date.parse(started)))}`]),
  ].join(", ");
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

function latencyText({ atOnce, held }: MessageLatency): string {
  const times = ({ medianMs, p95Ms }: NonNullable<typeof atOnce>) =>
    `median ${seconds(medianMs)}, 95 % within ${seconds(p95Ms)}`;
  const lines = [
    ...(atOnce ? [`${atOnce.messages} sent at once: ${times(atOnce)}.`] : []),
    ...(held ? [`${held.messages} held back first: ${times(held)}.`] : []),
  ];
  return lines.length > 0 ? `\nFirst messages of the last 7 days, after the sample:\n${lines.join("\n")}` : "";
}
