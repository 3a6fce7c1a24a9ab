import type { Command } from "commander";
import type { Evidence, Finding, Throttle } from "../doctor/evidence.ts";
import { examine } from "../doctor/examine.ts";
import { examineOne } from "../doctor/examine-one.ts";
import { REJECTED_WITHIN_MS } from "../doctor/rejected.ts";
import { THROTTLES_WITHIN_MS, throttleMetrics } from "../doctor/throttles.ts";
import { messageOf } from "../errors.ts";
import { gather } from "../gather-all.ts";
import { baselineOf } from "../learn/host-baseline.ts";
import { duration } from "../notify/time.ts";
import type { Stores } from "../store/stores.ts";
import { textTable } from "../text-table.ts";
import { schemaOfNewest } from "../watch/derive.ts";
import { isPresent } from "../watch/silent.ts";
import type { HostState } from "../watch/state.ts";
import { whyUnjudged } from "../watch/unjudged.ts";
import { readMetrics, stackNames } from "./cloud-watch.ts";
import { answer, targetCommand } from "./connect.ts";
import { unknownName } from "./did-you-mean.ts";
import { log } from "./output.ts";
import type { Target } from "./target.ts";

export function doctorCommand(): Command {
  return targetCommand("doctor")
    .description("Say what arrives, what of it is judged, what is wrong or throttled, and what to do first.")
    .argument("[host]", "only this host, with its metrics")
    .addHelpText("after", "\nExample:\n  fleetwarden doctor web-07")
    .action(
      answer(async (stores, host: string | undefined) => {
        const now = Date.now();
        const stored = await evidenceIn(stores, now);
        if (host !== undefined) return aboutHost(stores, stored, host, now);
        const throttles = await throttlesOf(stores.target, now);
        const evidence = { ...stored, ...(throttles ? { throttles } : {}) };
        const findings = examine(evidence, now);
        const counts = countsOf(evidence.hosts, now);
        return [{ ...counts, findings }, `${stores.target.where}: ${headOf(counts)}\n${listOf(findings)}`];
      }),
    );
}

async function evidenceIn({ hosts, rejected, alerting }: Stores, now: number): Promise<Evidence> {
  const [states, examples, refusals, audit] = await Promise.all([
    gather(hosts.all()),
    rejected.recent(now - REJECTED_WITHIN_MS, now + 1),
    alerting.refusals(),
    alerting.audit(),
  ]);
  return { hosts: states, rejected: examples, refusals, ...(audit ? { audit } : {}) };
}

/** Undefined for the twin, and without the right to read CloudWatch: the other findings do not need it. */
async function throttlesOf(target: Target, now: number): Promise<readonly Throttle[] | undefined> {
  if (target.isTwin) return undefined;
  try {
    const wanted = throttleMetrics(stackNames(target));
    const { readings } = await readMetrics(target.env, wanted, THROTTLES_WITHIN_MS, now);
    return readings.map(({ of, amount }) => ({ ...of, amount }));
  } catch (error) {
    log(`Throttles were not examined, as CloudWatch cannot be read (cloudwatch:GetMetricData): ${messageOf(error)}`);
    return undefined;
  }
}

async function aboutHost({ baselines }: Stores, evidence: Evidence, host: string, now: number) {
  const state = evidence.hosts.find((one) => one.host === host);
  const findings = examine(evidence, now).filter(({ hosts }) => hosts.includes(host));
  if (!state && findings.length === 0)
    throw unknownName(
      "host",
      host,
      evidence.hosts.map((one) => one.host),
      "fleetwarden hosts",
    );
  if (!state) return [{ host, findings }, `Nothing of ${host} could be used.\n${listOf(findings)}`] as const;
  const [[sent], baseline] = await Promise.all([baselines.names([state.schema]), baselineOf(baselines, state)]);
  const schema = sent && schemaOfNewest(sent.names, state.features);
  const rows = examineOne(state, schema, baseline, now);
  const json = { host, group: state.group, ...Object.fromEntries(rows), findings };
  return [json, `${textTable([host, `group ${state.group}`], rows)}\n${listOf(findings)}`] as const;
}

type Counts = ReturnType<typeof countsOf>;

function countsOf(hosts: readonly HostState[], now: number) {
  const present = hosts.filter((state) => isPresent(state, now));
  const unjudged = present.filter((state) => whyUnjudged(state) !== undefined).length;
  const learning = present.filter((state) => !state.verdict && whyUnjudged(state) === undefined).length;
  const latest = Math.max(0, ...present.map(({ arrived }) => arrived));
  return {
    hosts: present.length,
    judged: present.length - unjudged - learning,
    learning,
    unjudged,
    ...(latest > 0 ? { lastRecordAgo: duration(Math.max(0, now - latest)) } : {}),
  };
}

function headOf({ hosts, judged, learning, unjudged, lastRecordAgo }: Counts): string {
  const parts = [`${judged} judged`, `${learning} learning`, `${unjudged} not judged`];
  const newest = lastRecordAgo ? ` The newest record arrived ${lastRecordAgo} ago.` : "";
  return `${hosts} hosts, ${parts.join(", ")}.${newest}`;
}

function listOf(findings: readonly Finding[]): string {
  const [first] = findings;
  if (!first) return "Nothing is wrong.";
  const list = findings.map(({ what, fix }, i) => `${i + 1}. ${what}\n   ${fix}`).join("\n");
  return findings.length === 1 ? list : `${list}\nBegin with 1: it matters most.`;
}
