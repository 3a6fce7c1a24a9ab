import { type HostState, newHost } from "../../lib/watch/state.ts";
import { encodeJson } from "../../lib/wire/encode.ts";
import { assemblyOf, START } from "../factories.ts";
import type { Host, Sent } from "./fleet.ts";
import { between, chance, pick, type Random } from "./random.ts";
import { calmValue, METRICS, meanOf, strangeValue } from "./values.ts";

/** How the samples of a host come in pieces. */
export interface Scattering {
  /** One record for a few series, with a partition key that is random; or two senders with a list of names each. */
  readonly by: "series" | "senders";
  /** How often the host is sampled, in milliseconds. */
  readonly every: number;
}

/** A total that only grows; its rate is judged under the other name. */
const TOTAL = "requests_total";
const MEAN = meanOf("requests");
/** A rate covers at most this many intervals. */
const RATE_INTERVALS_MAX = 3;
export const RATE = "requests_per_second";
/** A metric that comes once in several samples. */
const SLOW = "queue";
const SLOW_EVERY: Readonly<Record<number, number>> = { 10000: 3, 30000: 2, 60000: 5 };

/** Samples of such a host before the story, so that the scorer knows its metrics and their intervals. */
const SEEN = 500;

export function drawScattering(random: Random): Pick<Host, "metrics" | "seen"> & { readonly scattering: Scattering } {
  const by = pick(random, ["series", "series", "senders"] as const);
  const isNew = by === "series" && chance(random, 0.3);
  // Until an interval is known, a tick has a minute.
  const every = isNew ? 60_000 : pick(random, [10_000, 30_000, 60_000]);
  const metrics = by === "series" ? ["cpu", "load", "memory", TOTAL, SLOW] : ["cpu", "load", "memory", SLOW];
  const isSlowToo = chance(random, 0.5);
  return { scattering: { by, every }, metrics: isSlowToo ? metrics : metrics.slice(0, -1), seen: isNew ? 0 : SEEN };
}

/** After this many ticks without its value a metric's next one is due. */
export function periodOf({ every }: Scattering, metric: string): number {
  return metric === SLOW ? (SLOW_EVERY[every] ?? 1) : 1;
}

/** The name under which a series is judged. */
export function judgedName(metric: string): string {
  return metric === TOTAL ? RATE : metric;
}

export function tickOf({ every }: Scattering, time: number): number {
  return Math.floor(time / every) * every;
}

/** The last value of a metric before the story, and the rate of the total. */
export function valueBefore(metric: string, scattering: Scattering) {
  const time = START - scattering.every * periodOf(scattering, metric);
  return { time, value: metric === TOTAL ? 0 : calmValue(() => 0.5, metric) };
}
export const RATE_BEFORE = MEAN;

/** The scorer's knowledge of a host that sends in pieces, before the story. */
export function knownState({ name, group, metrics, seen }: Host, scattering: Scattering): HostState {
  const newest = START - scattering.every;
  const assembled = metrics.map((metric) => {
    const { time: at, value } = valueBefore(metric, scattering);
    const isCounter = metric === TOTAL;
    const every = scattering.every * periodOf(scattering, metric);
    return { name: judgedName(metric), at, value, every, isCounter, rate: isCounter ? RATE_BEFORE : Number.NaN };
  });
  const assembly = assemblyOf(
    assembled.sort((a, b) => (a.name < b.name ? -1 : 1)),
    newest,
  );
  return { ...newHost(name, group), seen, since: newest - (seen - 1) * scattering.every, newest, assembly };
}

/** All records of a host whose samples come in pieces: calm, blips, spells of trouble, values that are not sent. */
export function scatteredStory(random: Random, host: Host, scattering: Scattering, total: number): Sent[] {
  const { every } = scattering;
  const phases = { agent: between(random, 0, 4_000), application: between(random, 0, 4_000) };
  const cutOff = chance(random, 0.1) ? between(random, 0, total - 1) : total;
  const reconnected = START + total * every + between(random, 40, 90) * 60_000;
  const sent: Sent[] = [];
  let trouble = false;
  let requests = 0;
  for (let n = 0; n < total; n++) {
    trouble = chance(random, trouble ? 0.15 : 0.05) ? !trouble : trouble;
    const strange = chance(random, trouble ? 0.9 : 0.03) ? pick(random, METRICS) : "";
    const measured = (metric: string) =>
      metric === strange ? strangeValue(random, metric) : calmValue(random, metric);
    // An average with the samples of a gap must be as strange as the one in it.
    const excess = strange === "requests" ? RATE_INTERVALS_MAX : 1;
    requests += (((measured("requests") - MEAN) * excess + MEAN) * every) / 1_000;
    const values = host.metrics
      .filter((metric) => n % periodOf(scattering, metric) === 0 && !chance(random, 0.02))
      .map((metric) => [metric, metric === TOTAL ? Math.round(requests) : measured(metric)] as const);
    for (const sender of ["agent", "application"] as const) {
      const time = START + n * every + phases[sender];
      const own = values.filter(([metric]) => senderOf(metric) === sender);
      for (const piece of scattering.by === "senders" ? [own] : severalOf(random, own)) {
        if (piece.length === 0) continue;
        const at = Math.max(time + between(random, 0, 2_000), n > cutOff ? reconnected : 0);
        sent.push(recordOf(host, scattering, at, time, piece));
      }
    }
  }
  return sent.sort((a, b) => a.at - b.at);
}

type Values = readonly (readonly [metric: string, value: number])[];

function senderOf(metric: string): "agent" | "application" {
  return metric === "cpu" || metric === "load" ? "agent" : "application";
}

/** Series are put into records as they come, one to three together. */
function severalOf(random: Random, values: Values): readonly Values[] {
  if (values.length === 0) return [];
  const count = between(random, 1, 3);
  return [values.slice(0, count), ...severalOf(random, values.slice(count))];
}

function recordOf(host: Host, { by }: Scattering, at: number, time: number, values: Values): Sent {
  const { name, group } = host;
  const metrics = values.map(([metric]) => metric);
  const row = values.map(([, value]) => value);
  const sent = { host, at, samples: [{ time, row }], metrics, partlyBroken: false };
  if (by === "series") {
    const labels = { instance: `${name}:9100`, group };
    const series = values.map(([metric, value]) => JSON.stringify({ name: metric, time, value, labels }));
    return { ...sent, bytes: Buffer.from(series.join("\n")) };
  }
  // An application does not know the group of its host.
  const isAgent = values.every(([metric]) => senderOf(metric) === "agent");
  const whole = { host: name, group, boot: START / 1_000, seq: 0, names: metrics, withNames: true };
  const plain = { host: name, time, metrics: Object.fromEntries(values) };
  const text = isAgent ? encodeJson({ ...whole, times: [time], rows: [row] }) : JSON.stringify(plain);
  return { ...sent, bytes: Buffer.from(text) };
}
