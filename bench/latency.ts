import { createEarlySends, createUsualRanges } from "../lib/agent/early.ts";
import { parseConfig } from "../lib/config/config.ts";
import { busyCpu, type Change, flood, saturatedDisk } from "../lib/demo/fault.ts";
import { createMachine, METRICS, rowOf, uniformOf } from "../lib/demo/machine.ts";
import type { FitSettings } from "../lib/learn/fit-settings.ts";
import { fitBaseline } from "../lib/learn/group-refit.ts";
import { trainingSet } from "../lib/learn/training.ts";
import { quantile } from "../lib/model/quantile.ts";
import { eventRecord } from "../lib/replay/sender.ts";
import { virtualDeployment } from "../lib/replay/virtual-deployment.ts";
import { MAPPING } from "../lib/resources.ts";
import { textTable } from "../lib/text-table.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../lib/time.ts";
import { hostOwner } from "../lib/watch/baseline.ts";
import { encodeJson } from "../lib/wire/encode.ts";
import { schemaId } from "../lib/wire/schemas.ts";

/**
 * Tells how long a first message takes, in virtual time. Each host has a baseline of four calm days, a calm hour and
 * one sudden fault; the deployed functions judge it. Hosts send as the agent does, with its early sending and without.
 * Each record waits the whole window of its batch, and the functions take no time.
 */

const SEED = 1;
const HOSTS = 60;
const INTERVAL_MS = 10 * SECOND_MS;
const FLUSH_MS = MINUTE_MS;
const START = Date.UTC(2026, 10, 22, 9);
const TRAINING_MS = 4 * DAY_MS;
const CALM_MS = HOUR_MS;
/** The next host has its fault so much later, so that no other message takes the place of its own. */
const APART_MS = 5 * MINUTE_MS;
const LASTS_MS = 10 * MINUTE_MS;
const FAULTS: Readonly<Record<string, Change>> = { spike: busyCpu, "disk-saturation": saturatedDisk, flood };

/** The detector or rule that judges the hosts. */
const JUDGES = {
  "bands, the default": { version: 1 },
  gaussian: { version: 1, detectors: { "*": { detector: "gaussian" } } },
  "a rule": {
    version: 1,
    rules: [
      { if: "cpu_busy_percent > 95" },
      { if: "disk_busy_percent > 95" },
      { if: "network_in_bytes_per_second > 20000000" },
    ],
  },
};

interface Latency {
  /** From the beginning of the fault, and from the sample that opened the incident; milliseconds. */
  readonly fromFault: number;
  readonly fromSample: number;
}

/** Each host is a group of its own: trouble of a group brings other messages. */
function createHost(place: number) {
  const name = `web-${place}`;
  const uniform = uniformOf(`latency ${SEED} ${name}`);
  const change = Object.values(FAULTS)[place % Object.keys(FAULTS).length];
  // Anywhere between two samples and between two flushes.
  const from = START + CALM_MS + place * APART_MS + Math.floor(uniform() * MINUTE_MS);
  const phase = Math.floor((uniform() * FLUSH_MS) / INTERVAL_MS);
  const joins = (Math.floor((from - CALM_MS) / INTERVAL_MS) - phase) * INTERVAL_MS;
  const machine = createMachine(SEED, name);
  return {
    ...{ name, from, joins },
    row(time: number): readonly number[] {
      const reading = machine(time);
      const elapsed = time - from;
      return rowOf(elapsed < 0 ? reading : (change?.(reading, elapsed, elapsed / LASTS_MS) ?? reading));
    },
  };
}

type Host = ReturnType<typeof createHost>;

/** Returns a record when one is due, as lib/agent/run.ts does. */
function createAgent({ name, joins, from, row }: Host, isEarly: boolean) {
  const usual = createUsualRanges();
  const early = createEarlySends(FLUSH_MS);
  let [times, rows]: [number[], (readonly number[])[]] = [[], []];
  let seq = 0;
  return (time: number) => {
    if (time < joins || time >= from + LASTS_MS) return [];
    const values = row(time);
    times.push(time);
    rows.push(values);
    const isDue = time - (times[0] ?? time) + INTERVAL_MS >= FLUSH_MS;
    const isNews = isEarly && usual.isStrange({ names: METRICS, row: [...values] }) && !isDue && early.take(time);
    if (!isDue && !isNews) return [];
    const about = { host: name, group: name, boot: joins / SECOND_MS, seq, names: METRICS, withNames: true };
    const arrival = time + MAPPING.windowSeconds * SECOND_MS;
    const record = eventRecord(name, seq, encodeJson({ ...about, times, rows }), arrival);
    seq += times.length;
    [times, rows] = [[], []];
    return [record];
  };
}

/** Gives every host the same baseline: they are alike. */
async function train({ baselines }: Deployment["stores"], hosts: readonly Host[], settings: FitSettings) {
  const calm = createMachine(SEED, "calm days");
  const first = START - TRAINING_MS;
  const times = Float64Array.from({ length: TRAINING_MS / INTERVAL_MS }, (_, i) => first + i * INTERVAL_MS);
  const values = Float64Array.from([...times].flatMap((time) => rowOf(calm(time))));
  const schema = { id: schemaId(METRICS), names: METRICS };
  const chunk = { host: "calm days", schema, times, values, flags: new Uint8Array(times.length) };
  const set = trainingSet([chunk], { keepsResting: true });
  if (!set) throw new Error("the calm days are too short");
  const report = await fitBaseline(baselines, "host#calm", set, settings, START);
  const fitted = (await baselines.active(["host#calm"])).get("host#calm");
  if (!fitted) throw new Error(`the baseline was refused: ${report.refused}`);
  for (const { name } of hosts) {
    const own = { ...report, owner: hostOwner(name) };
    await baselines.write(own, { ...fitted, owner: own.owner });
    await baselines.promote(own, 0);
  }
}

type Deployment = ReturnType<typeof virtualDeployment>;

async function play(document: object, isEarly: boolean): Promise<readonly Latency[]> {
  const config = parseConfig(JSON.stringify(document));
  const deployment = virtualDeployment(START, config);
  const hosts = Array.from({ length: HOSTS }, (_, place) => createHost(place));
  await train(deployment.stores, hosts, config.settingsOf("web"));
  const agents = hosts.map((host) => createAgent(host, isEarly));
  const end = START + CALM_MS + HOSTS * APART_MS + HOUR_MS;
  for (let time = START - FLUSH_MS; time < end; time += INTERVAL_MS) {
    if (time % MINUTE_MS === 0) await deployment.sweep(time);
    await deployment.score(agents.flatMap((agent) => agent(time)));
  }
  return hosts.flatMap(({ name, from }) => {
    const found = deployment.published.find(
      ({ at, news }) => at >= from && news.kind === "opened" && news.incident.group === name,
    );
    if (found?.news.kind !== "opened" || found.at > from + LASTS_MS) return [];
    return [{ fromFault: found.at - from, fromSample: found.at - found.news.incident.opened }];
  });
}

function rowOfTable(judge: string, agent: string, latencies: readonly Latency[]): string[] {
  const columns = [({ fromFault }: Latency) => fromFault, ({ fromSample }: Latency) => fromSample];
  const seconds = columns.flatMap((of) =>
    [0.5, 0.95].map((share) => `${(quantile(Float64Array.from(latencies, of), share) / SECOND_MS).toFixed(0)} s`),
  );
  return [judge, agent, `${latencies.length} of ${HOSTS}`, ...seconds];
}

const rows: string[][] = [];
for (const [judge, document] of Object.entries(JUDGES)) {
  rows.push(rowOfTable(judge, "early sending", await play(document, true)));
  rows.push(rowOfTable(judge, "--no-early", await play(document, false)));
}
console.log(textTable(["judged by", "agent", "messages", "from fault", "95 %", "from sample", "95 %"], rows));
