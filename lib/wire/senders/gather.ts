import { parseTime, TIME_RULE } from "../date.ts";
import { attributesOfResource } from "../host-attributes.ts";
import { METRICS_MAX, SAMPLES_MAX, VALUES_MAX } from "../limits.ts";
import { detached, isName, NAME_RULE, shown } from "../name.ts";
import { DEFAULT_GROUP, type HostSamples, type OddValues, sumOfOdd, UNSTORED } from "../samples.ts";
import { withUnits } from "../schemas.ts";
import { unitIn, unitsOf } from "../unit-text.ts";
import { numberIn } from "./fields.ts";
import { hostName, hostOfKey } from "./identity.ts";
import type { Choice, Findings, Point, Tags } from "./point.ts";
import { instanceOf, seriesName } from "./series-name.ts";

/** The surroundings of a content, for facts that it does not state itself. */
export interface Origin {
  /** Milliseconds since the epoch. */
  readonly arrival: number;
  /** The partition key of the record. */
  readonly key?: string | undefined;
  /** Names in the surroundings of the content: the log stream, the time of a log event. */
  readonly host?: string | undefined;
  readonly time?: unknown;
}

interface Moment {
  readonly host: string;
  /** The group, as the first of its points with one says. */
  group?: string;
  readonly time: number;
  readonly values: Map<string, number>;
  /** The names of those values that are totals and only grow. */
  readonly counters: Set<string>;
  /** Declared units by name; no preset's measure has one, since its name says it. */
  readonly units: Map<string, string>;
  /** Values that were no number: how many, and the name and text of the first. */
  odd?: OddValues & { readonly name: string };
  /** Facts of the machine; the last point's count. */
  about?: Tags;
}

interface Gathering {
  readonly moments: Map<string, Moment>;
  /** Whether series that presets leave out are kept under their sender's name. */
  readonly keepsAll: boolean;
  readonly nameOf: (point: Point) => string;
  /** How often each reason was met. */
  readonly problems: Map<string, number>;
  points: number;
  /** The sample of the latest point, by the point's host and time. */
  latest?: {
    readonly named: string | undefined;
    readonly origin: Origin;
    readonly written: unknown;
    readonly moment: Moment;
  };
}

export interface Gathered {
  readonly parts: readonly HostSamples[];
  readonly problems: readonly { readonly reason: string; readonly times?: number }[];
}

const TOO_MANY_VALUES = `more than ${VALUES_MAX} values in one record: send several`;
/** More reasons than this tell a person nothing new about one record. */
const REASONS_MAX = 10;

export function newGathering(keepsAll: boolean): Gathering {
  return { moments: new Map(), keepsAll, nameOf: namesOnce(), problems: new Map(), points: 0 };
}

/**
 * Adds the points of a reader, as far as the preset of its sender chooses them. Values of one host and time become one
 * sample, whichever contents they come from.
 */
export function gather(gathering: Gathering, { found, choose }: Findings, origin: Origin): void {
  for (const one of found) {
    if (++gathering.points > VALUES_MAX) {
      note(gathering, TOO_MANY_VALUES);
      return;
    }
    const problem = "problem" in one ? one.problem : addPoint(gathering, one, origin, choose?.(one) ?? "unknown");
    if (problem !== undefined) note(gathering, problem);
  }
}

/** The host that surrounds a content: its envelope's, else the partition key's. */
export function sourceOf({ host, key }: Origin): string | undefined {
  if (host !== undefined) return hostName(host);
  return key === undefined ? undefined : hostOfKey(key);
}

/** Why the point cannot be added, or undefined when it is, or when it need not be. */
function addPoint(gathering: Gathering, point: Point, origin: Origin, chosen: Choice | "left out" | "unknown") {
  if (point.value === null || point.value === undefined) return undefined;
  if (chosen === "left out" && !gathering.keepsAll) return undefined;
  const choice = typeof chosen === "string" ? undefined : chosen;
  const { nameOf } = gathering;
  const moment = momentOf(gathering, point, origin);
  if (typeof moment === "string") return moment;
  const group = point.group ?? point.tags?.group;
  if (moment.group === undefined && isName(group)) moment.group = group;
  if (point.about) moment.about = point.about;
  const name = choice?.name ?? nameOf(point);
  if (!choice && !isName(name)) return `metric name ${shown(name)}: ${NAME_RULE}`;
  const number = numberIn(point.value);
  if (number === undefined) {
    const { odd = { count: 0, name, first: `${nameOf(point)} is ${shown(point.value)}` } } = moment;
    moment.odd = { ...odd, count: odd.count + 1 };
    return undefined;
  }
  moment.values.set(name, choice ? converted(number, choice) : number);
  if (choice?.isTotal ?? point.isCounter) moment.counters.add(name);
  const unit = choice ? undefined : unitIn(point.unit);
  if (unit !== undefined) moment.units.set(name, unit);
  return undefined;
}

function converted(number: number, { times, isMirrored }: Choice): number {
  return times * (isMirrored ? Math.abs(number) : number);
}

export const NO_HOST =
  "no host: let the sender name it as host, hostname, host.name, instance or InstanceId, or as the partition key (over HTTP: ?host=NAME)";

/** The sample that a point belongs to, or why there is none. Points come in runs: the latest sample is tried first. */
function momentOf(gathering: Gathering, point: Point, origin: Origin): Moment | string {
  const { host: named } = point;
  const written = point.time ?? origin.time ?? undefined;
  const { latest } = gathering;
  const isSame = latest && latest.named === named && (named !== undefined || latest.origin === origin);
  if (isSame && latest.written === written) return latest.moment;
  const host = named === undefined ? sourceOf(origin) : hostName(named);
  if (host === undefined) return NO_HOST;
  const time = written === undefined ? Math.round(origin.arrival) : parseTime(written);
  if (Number.isNaN(time)) return `time ${shown(written)}: ${TIME_RULE}`;
  const { moments } = gathering;
  const key = `${time} ${host}`;
  const moment = moments.get(key) ?? newMoment(host, time);
  if (moments.size >= SAMPLES_MAX && !moments.has(key))
    return `more than ${SAMPLES_MAX} samples in one record: send several`;
  moments.set(key, moment);
  gathering.latest = { named, origin, written, moment };
  return moment;
}

function newMoment(host: string, time: number): Moment {
  return { host: detached(host), time, values: new Map(), counters: new Set(), units: new Map() };
}

function note({ problems }: Gathering, reason: string): void {
  const isFull = problems.size >= REASONS_MAX && !problems.has(reason);
  const kept = isFull ? OTHER_REASONS : reason;
  problems.set(kept, (problems.get(kept) ?? 0) + 1);
}

const OTHER_REASONS = "other reasons: mend the first ones";

/** Series of one sender often share their tags: their part of the name is computed once. */
function namesOnce(): (point: Point) => string {
  let last: Tags | undefined;
  let instance = "";
  return ({ series, field, tags }) => {
    if (tags !== last) {
      last = tags;
      instance = tags ? instanceOf(tags) : "";
    }
    return seriesName({ series, field, instance });
  };
}

/** Samples of one host with the same names. */
interface Run {
  readonly names: readonly string[];
  readonly moments: Moment[];
  odd?: OddValues | undefined;
}

/** The samples by host and names, each list by ascending time. */
export function gathered({ moments, problems }: Gathering): Gathered {
  const runs = new Map<string, Run>();
  for (const moment of moments.values()) {
    // A sample without any number keeps the name of one bad value, so that its host counts it.
    const all = moment.values.size === 0 && moment.odd ? [moment.odd.name] : namesIn(moment);
    for (let from = 0; from < all.length; from += METRICS_MAX) {
      const names = all.slice(from, from + METRICS_MAX);
      const key = moments.size > 1 ? [moment.host, moment.group, ...names].join("\n") : `${from}`;
      const run = runs.get(key) ?? { names, moments: [] };
      runs.set(key, run);
      run.moments.push(moment);
      if (from === 0) run.odd = sumOfOdd(run.odd, moment.odd);
    }
  }
  const reasons = [...problems].map(([reason, times]) =>
    times > 1 ? { reason: `${reason} (${times} times)`, times } : { reason },
  );
  return { parts: [...runs.values()].map(partOf), problems: reasons };
}

/** As sent; in the order of names if they are cut into parts. Most readings have one part, and a sort takes long. */
function namesIn({ values }: Moment): readonly string[] {
  const names = [...values.keys()];
  return names.length > METRICS_MAX ? names.sort() : names;
}

function partOf({ names, moments, odd }: Run): HostSamples {
  const ordered = moments.toSorted((a, b) => a.time - b.time);
  const [first] = ordered;
  const counters = names.filter((name) => moments.some((moment) => moment.counters.has(name)));
  const declared = ordered.filter((moment) => moment.units.size > 0).reverse();
  const units = unitsOf(names, (name) => declared.find((moment) => moment.units.has(name))?.units.get(name));
  const values = new Float64Array(moments.length * names.length);
  const about = ordered.findLast((moment) => moment.about)?.about;
  const { attributes } = (about && attributesOfResource(about)) ?? {};
  let place = 0;
  for (const moment of ordered) for (const name of names) values[place++] = moment.values.get(name) ?? Number.NaN;
  return {
    host: first?.host ?? "",
    group: first?.group ?? DEFAULT_GROUP,
    schema: withUnits({ id: UNSTORED, names: names.map(detached) }, units),
    times: ordered.map(({ time }) => time),
    ...{ values, isPart: true },
    ...(counters.length > 0 ? { counters } : {}),
    ...(odd ? { odd: { count: odd.count, first: odd.first } } : {}),
    ...(attributes ? { attributes } : {}),
  };
}
