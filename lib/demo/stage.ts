import { labelIncident } from "../alert/label.ts";
import { parseConfig } from "../config/config.ts";
import { eventOf, type Handlers, type StreamEvent } from "../handlers/contract.ts";
import { createHandlers } from "../handlers/handlers.ts";
import { incidentId } from "../incident/id.ts";
import { DEFAULT_SETTINGS } from "../learn/fit-settings.ts";
import { fitBaseline } from "../learn/group-refit.ts";
import type { FitReport } from "../learn/report.ts";
import { trainingSet } from "../learn/training.ts";
import { bodyFor, type Message } from "../local/message.ts";
import { startTwin } from "../local/twin.ts";
import { FUNCTIONS } from "../resources.ts";
import { createMemoryStores } from "../store/memory.ts";
import type { Stores } from "../store/stores.ts";
import { DAY_MS, MINUTE_MS } from "../time.ts";
import { type Baseline, hostOwner } from "../watch/baseline.ts";
import { encodeRecord } from "../wire/encode.ts";
import { schemaId } from "../wire/schemas.ts";
import { createServer, SERVER_METRICS } from "./application-server.ts";
import { afflicted } from "./fault.ts";
import { createMachine, type Machine, METRICS, rowOf } from "./machine.ts";
import type { DemoHost, Scenario } from "./scenario.ts";

/** A message to a subscriber. */
export interface Told {
  /** Milliseconds since the scenario began. */
  readonly at: number;
  /** `kind host or group: first cause`, as in scenarios. */
  readonly news: string;
  readonly message: Message;
}

/** Every scenario begins on 22 November 2026, 09:00 UTC. */
const START = Date.UTC(2026, 10, 22, 9);
const SAMPLE_MS = 10_000;
/** Batches in a minute: hosts do not all send at the same second. */
const BATCHES = 4;
const TRAINING_MS = 4 * DAY_MS;

/** Plays one scenario, and hands over its messages as they come. */
export type Play = (scenario: Scenario, onTold: (told: Told) => void) => Promise<void>;

/**
 * Plays scenarios in virtual time, each with the twin's handlers and topic and with its own tables in memory. Records
 * come minute by minute, and the sweep runs after each minute. The same seed gives the same messages.
 */
export function createStage(seed: number): Play {
  /** By what a fit depends on: scenarios with like hosts share it. */
  const fits = new Map<string, Fit>();
  return async (scenario, onTold) => {
    const { server, sampleMs } = scenario;
    const key = `${server}, ${sampleMs}`;
    const fit = fits.get(key) ?? (await fitCalmDays(scenario, seed));
    fits.set(key, fit);
    await play(scenario, seed, fit, onTold);
  };
}

async function play(scenario: Scenario, seed: number, fit: Fit, onTold: (told: Told) => void): Promise<void> {
  let now = START;
  const clock = () => now;
  const stage: { handlers?: Handlers } = {};
  const config = parseConfig(JSON.stringify({ version: 1, ...scenario.config }));
  const stores = createMemoryStores(clock);
  const twin = await startTwin({
    port: 0,
    createHandlers: (env) => {
      const log = (what: string, error: unknown) => {
        throw new Error(what, { cause: error });
      };
      const options = { env, stores, clock, config: () => config, random: () => 0.5, report: () => {}, log };
      stage.handlers = createHandlers(options);
      return stage.handlers;
    },
    clock,
    random: () => 0.5,
    schedules: false,
    feedback: true,
    delivery: { onMessage: (message) => onTold({ at: now - START, news: newsOf(message), message }) },
    log: (line) => {
      throw new Error(line);
    },
  });
  const { handlers } = stage;
  try {
    if (!handlers) throw new Error("the twin made no handlers");
    const machines = machinesOf(scenario, seed);
    await promote(stores, scenario, fit);
    await silence(stores, scenario);
    await declare(stores, scenario);
    const records = createRecords(scenario, machines);
    const answers = [...(scenario.answers ?? [])];
    for (let minute = 0; minute * MINUTE_MS < scenario.lasts; minute++) {
      for (let batch = 0; batch < BATCHES; batch++) {
        const arrival = START + minute * MINUTE_MS + (batch + 1) * (MINUTE_MS / BATCHES);
        now = arrival;
        const event = records(minute, batch, arrival);
        if (event.Records.length === 0) continue;
        for (let n = 0; n < (scenario.deliveries ?? 1); n++) await score(handlers, event);
      }
      await handlers.sweep({}, CONTEXT);
      while ((answers[0]?.at ?? Number.POSITIVE_INFINITY) <= minute * MINUTE_MS) await give(stores, answers.shift());
    }
  } finally {
    await twin.close();
  }
}

const CONTEXT = { getRemainingTimeInMillis: () => FUNCTIONS.refit.timeoutSeconds * 1_000 };

async function score(handlers: Handlers, event: StreamEvent): Promise<void> {
  const { batchItemFailures } = await handlers.score(event, CONTEXT);
  if (batchItemFailures.length > 0) throw new Error("a record of the scenario could not be scored");
}

async function give(stores: Stores, answer: NonNullable<Scenario["answers"]>[number] | undefined): Promise<void> {
  if (!answer) return;
  const { host, of, at, verdict } = answer;
  const incidents = await stores.incidents.ofHost(host, START, START + of + 1);
  const incident = incidents.findLast(({ resolved = Number.POSITIVE_INFINITY }) => resolved >= START + of);
  if (incident) await labelIncident(stores, incident, { verdict, at: START + at, by: "the demo" });
}

async function silence({ alerting }: Stores, { silences = [] }: Scenario): Promise<void> {
  for (const { host, from, to, reason } of silences) {
    const [begin, end] = [START + from, START + to];
    const about = { id: incidentId(host, begin), matcher: { host }, reason, by: "the demo" };
    await alerting.saveSilence({ ...about, from: begin, until: end, revision: 0 });
  }
}

async function declare({ alerting }: Stores, { events = [] }: Scenario): Promise<void> {
  for (const { group, at, text } of events) {
    const time = START + at;
    await alerting.saveEvent({ id: `E-${incidentId(text, time)}`, matcher: { group }, text, by: "the demo", at: time });
  }
}

interface Fit {
  readonly report: FitReport;
  readonly baseline: Baseline;
}

/** Fits four calm days. The hosts of a scenario are alike, so one fit is enough. */
async function fitCalmDays({ server, sampleMs = SAMPLE_MS }: Scenario, seed: number): Promise<Fit> {
  const metrics = metricsOf({ server });
  const calm = createOf({ server })(seed, "calm days");
  const times = Float64Array.from({ length: TRAINING_MS / sampleMs }, (_, i) => START - TRAINING_MS + i * sampleMs);
  const values = Float64Array.from([...times].flatMap((time) => rowOf(calm(time), metrics)));
  const schema = { id: schemaId(metrics), names: metrics };
  const chunk = { host: "calm days", schema, times, values, flags: new Uint8Array(times.length) };
  // Calendar bands keep a metric that is mostly at rest.
  const set = trainingSet([chunk], { keepsResting: true });
  if (!set) throw new Error("the demo's calm days hold nothing to fit");
  const { baselines } = createMemoryStores(() => START);
  const owner = hostOwner("calm days");
  const report = await fitBaseline(baselines, owner, set, DEFAULT_SETTINGS, START);
  const baseline = (await baselines.active([owner])).get(owner);
  if (!baseline) throw new Error(`the demo's baseline was refused: ${report.refused}`);
  return { report, baseline };
}

/** Gives every host that fit as its baseline. */
async function promote({ baselines }: Stores, { hosts }: Scenario, { report, baseline }: Fit): Promise<void> {
  for (const { name } of hosts) {
    const own = { ...report, owner: hostOwner(name) };
    await baselines.write(own, { ...baseline, owner: own.owner });
    await baselines.promote(own, 0);
  }
}

function machinesOf({ hosts, server }: Scenario, seed: number): ReadonlyMap<string, Machine> {
  return new Map(hosts.map(({ name }) => [name, createOf({ server })(seed, name)]));
}

function createOf({ server }: { readonly server?: true | undefined }): (seed: number, name: string) => Machine {
  return server ? createServer : createMachine;
}

/** One batch of a minute has the records of every fourth host. */
function createRecords(
  { hosts, faults, outages = [], server, sampleMs = SAMPLE_MS }: Scenario,
  machines: ReadonlyMap<string, Machine>,
) {
  const metrics = metricsOf({ server });
  return (minute: number, batch: number, arrival: number): StreamEvent => ({
    Records: hosts.flatMap((host, place) => {
      const at = minute * MINUTE_MS;
      if (place % BATCHES !== batch) return [];
      const machine = machines.get(host.name);
      const times = timesIn(at - MINUTE_MS, at, sampleMs);
      const rows = times.map((time) =>
        machine ? rowOf(afflicted(machine(START + time), host.name, time, faults), metrics) : [],
      );
      const isOut = outages.some(({ hosts: out, from, to }) => out.includes(host.name) && from <= at && at < to);
      return isOut || times.length === 0 ? [] : [recordOf(host, metrics, { minute, times, rows, arrival })];
    }),
  });
}

function metricsOf({ server }: { readonly server?: true | undefined }): readonly string[] {
  return server ? SERVER_METRICS : METRICS;
}

/** The times from inclusive to exclusive at which a host samples. */
function timesIn(from: number, to: number, sampleMs: number): readonly number[] {
  const first = Math.ceil(from / sampleMs);
  return Array.from({ length: Math.ceil(to / sampleMs) - first }, (_, i) => (first + i) * sampleMs);
}

interface Minute {
  readonly minute: number;
  readonly times: readonly number[];
  readonly rows: readonly (readonly number[])[];
  readonly arrival: number;
}

function recordOf(
  { name, group }: DemoHost,
  names: readonly string[],
  { minute, times, rows, arrival }: Minute,
): StreamEvent["Records"][number] {
  const record = {
    host: name,
    group,
    boot: START / 1_000,
    seq: minute * (MINUTE_MS / SAMPLE_MS),
    names,
    withNames: true,
    times: times.map((time) => START + time),
    rows,
  };
  const data = encodeRecord(record).toString("base64");
  return eventOf({ sequenceNumber: `${name}-${minute}`, partitionKey: name, arrival, data });
}

function newsOf(message: Message): string {
  const body: { readonly [field in "kind" | "source" | "group" | "component" | "class"]?: unknown } = JSON.parse(
    bodyFor(message, "https"),
  );
  const cause = body.class === "silence" ? "silent" : body.component;
  const who = body.class === "fleet" ? `group ${body.group}` : body.source;
  return `${body.kind} ${who}${cause === undefined ? "" : `: ${cause}`}`;
}
