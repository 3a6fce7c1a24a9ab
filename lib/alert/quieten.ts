import type { Cause } from "../incident/cause.ts";
import { incidentId } from "../incident/id.ts";
import { type AnomalyIncident, causesOf, type Incident, subjectOf, subjectsOf } from "../incident/incident.ts";
import { isFalseAlarm, type Label } from "../incident/label.ts";
import { PATTERNS_MAX, type Pattern, patternOf } from "../incident/pattern.ts";
import { retryOnConflict } from "../retry.ts";
import { DAY_MS, HOUR_MS } from "../time.ts";
import type { IncidentStore } from "../watch/ports.ts";
import type { AlertingStore } from "./ports.ts";
import { isActiveQuiet, type QuietCause, type QuietPattern, sizeOf } from "./quiet.ts";

export interface QuietPorts {
  readonly incidents: Pick<IncidentStore, "ofHost" | "feed">;
  readonly alerting: Pick<AlertingStore, "quiets" | "saveQuiet">;
}

/** A pattern that nobody has confirmed for this long sends messages again: hosts and their work change. */
const QUIET_MS = 30 * DAY_MS;
/** "About the same size": up to half as large again as the labelled false alarms. */
const SIZE_MARGIN = 1.5;
/** A quiet pattern stays this far below the sizes labelled as faults. */
const BELOW_FAULT = 0.9;
/** This number of hosts of a group with the same trouble speak for the group. */
const HOSTS_FOR_GROUP = 3;
/** This number of incidents shows an hour, if all of them began within this time of the day. */
const INCIDENTS_FOR_HOURS = 3;
const HOURS_WITHIN_MS = 3 * HOUR_MS;
/** Incidents of the fleet among which the faults of a group are looked for. */
const INCIDENTS_MAX = 10_000;

type Labelled = AnomalyIncident & { readonly label: Label };

/**
 * Learns from a label of a group's incident. A few hosts with the same trouble stand for their group, so that the label
 * of thousands takes no longer. The code looks at the other hosts only when their own pattern may end.
 */
export async function quietenAll(ports: QuietPorts, members: readonly Incident[], now: number): Promise<void> {
  const quiets = await ports.alerting.quiets();
  const ownQuiets = new Set(quiets.filter((one) => isActiveQuiet(one, now)).map(({ host }) => host));
  const speakers = new Map<Pattern, number>();
  const largestFirst = members.toSorted((a, b) => partIn(b) - partIn(a));
  for (const member of largestFirst) {
    const pattern = patternFor(member);
    if (pattern === undefined) continue;
    const before = speakers.get(pattern) ?? 0;
    speakers.set(pattern, before + 1);
    if (before < HOSTS_FOR_GROUP || ownQuiets.has(subjectOf(member))) await quieten(ports, member, now);
  }
}

function partIn(incident: Incident): number {
  return causesOf(incident)[0]?.contribution ?? 0;
}

/**
 * Learns from the labels of a host which pattern is quiet, after the incident got one. That needs more labels "false"
 * than "fault", and no fault of the same size. Returns the quiet pattern, if there is one now.
 */
async function quieten(ports: QuietPorts, incident: Incident, now: number): Promise<QuietPattern | undefined> {
  const pattern = patternFor(incident);
  if (incident.kind !== "anomaly" || pattern === undefined) return undefined;
  const { host, group } = incident;
  const all = await ports.incidents.ofHost(host, now - QUIET_MS, now + 1);
  const alike = all.filter((one): one is Labelled => one.label !== undefined && patternFor(one) === pattern);
  const lesson = lessonOf(alike, pattern);
  const own = await save(ports, { host, group, pattern }, lesson, now);
  await save(ports, { group, pattern }, await lessonOfGroup(ports, group, pattern, now), now);
  return own;
}

/** A rule is a person's own choice: no label makes it quiet. */
function patternFor(incident: Incident): Pattern | undefined {
  if (incident.kind !== "anomaly" || incident.rules) return undefined;
  return subjectsOf(incident)[0];
}

type Lesson = Pick<QuietPattern, "main" | "others" | "hours" | "by" | "reason" | "until">;

function lessonOf(alike: readonly Labelled[], pattern: Pattern): Lesson | undefined {
  const harmless = alike.filter(({ label }) => isFalseAlarm(label));
  const faults = alike.filter(({ label }) => label.verdict === "fault");
  const last = harmless.toSorted((a, b) => a.label.at - b.label.at).at(-1);
  if (!last || harmless.length <= faults.length) return undefined;
  const largest = Math.max(...harmless.map((one) => sizeIn(one, pattern)));
  const most = Math.min(SIZE_MARGIN * largest, belowAll(faults, pattern));
  if (most < largest) return undefined;
  const { by, note, at } = last.label;
  const hours = hoursOf(harmless.map(({ opened }) => opened));
  return {
    main: { pattern, most },
    others: othersOf(harmless, pattern),
    ...{ by, until: at + QUIET_MS },
    ...(hours ? { hours } : {}),
    ...(note === undefined ? {} : { reason: note }),
  };
}

/** The largest size that stays below all of these faults. */
function belowAll(faults: readonly Labelled[], pattern: Pattern): number {
  return BELOW_FAULT * Math.min(...faults.map((one) => sizeIn(one, pattern)));
}

function sizeIn({ causes }: AnomalyIncident, pattern: Pattern): number {
  const cause = causes.find((one) => patternOf(one) === pattern);
  return cause ? sizeOf(cause) : 0;
}

/** The metrics that went with it, each with its largest size. */
function othersOf(harmless: readonly Labelled[], pattern: Pattern): readonly QuietCause[] {
  const sizes = new Map<Pattern, number>();
  for (const cause of harmless.flatMap(({ causes }): readonly Cause[] => causes)) {
    const of = patternOf(cause);
    if (of !== pattern) sizes.set(of, Math.max(sizes.get(of) ?? 0, SIZE_MARGIN * sizeOf(cause)));
  }
  const all = [...sizes].map(([of, most]) => ({ pattern: of, most }));
  return all.slice(0, PATTERNS_MAX);
}

/** The hours of the day that all of these have in common, if enough incidents show them. */
function hoursOf(times: readonly number[]): QuietPattern["hours"] {
  return times.length < INCIDENTS_FOR_HOURS ? undefined : spanOf(times);
}

/** The few hours of the day in which all of these times lie, if they do. */
function spanOf(times: readonly number[]): QuietPattern["hours"] {
  const clocks = times.map((time) => time % DAY_MS).sort((a, b) => a - b);
  // The longest time of the day without any of them lies outside.
  const gaps = clocks.map((clock, i) => ({ clock, gap: (clocks[i + 1] ?? (clocks[0] ?? 0) + DAY_MS) - clock }));
  const longest = gaps.reduce((a, b) => (b.gap > a.gap ? b : a));
  if (DAY_MS - longest.gap > HOURS_WITHIN_MS) return undefined;
  return { from: (longest.clock + longest.gap) % DAY_MS, to: longest.clock };
}

interface About {
  readonly host?: string;
  readonly group: string;
  readonly pattern: Pattern;
}

/** Stores the learnt patterns, or ends those that no longer hold. */
async function save(
  { alerting }: QuietPorts,
  about: About,
  lesson: Lesson | undefined,
  now: number,
): Promise<QuietPattern | undefined> {
  const { host, group, pattern } = about;
  const id = incidentId(`quiet ${host ?? `group#${group}`} ${pattern}`, 0);
  const saved = await retryOnConflict(`the quiet pattern ${id}`, async () => {
    const known = (await alerting.quiets()).find((one) => one.id === id);
    if (!lesson) return known && isActiveQuiet(known, now) ? alerting.saveQuiet({ ...known, until: now }) : "none";
    const isOn = known !== undefined && isActiveQuiet(known, now);
    return alerting.saveQuiet({
      ...{ id, group, ...(host === undefined ? {} : { host }), ...lesson },
      since: isOn ? known.since : now,
      ...{ incidents: isOn ? known.incidents : 0, revision: known?.revision ?? 0 },
    });
  });
  return saved === "none" || !lesson ? undefined : saved;
}

/**
 * The same pattern on three hosts of a group is quiet on all of them, below the size of any fault in the group, and at
 * the hours at which these hosts have it.
 */
async function lessonOfGroup(
  { incidents, alerting }: QuietPorts,
  group: string,
  pattern: Pattern,
  now: number,
): Promise<Lesson | undefined> {
  const alike = (await alerting.quiets()).filter(
    (one) => one.host !== undefined && one.group === group && one.main.pattern === pattern && isActiveQuiet(one, now),
  );
  const last = alike.toSorted((a, b) => a.until - b.until).at(-1);
  if (!last || alike.length < HOSTS_FOR_GROUP) return undefined;
  const all = await incidents.feed(now - QUIET_MS, now + 1, INCIDENTS_MAX);
  const faults = all.filter(
    (one): one is Labelled => one.group === group && one.label?.verdict === "fault" && patternFor(one) === pattern,
  );
  // The least of them: a size that two hosts call harmless may be a fault on a third.
  const least = Math.min(...alike.map((one) => one.main.most));
  const most = Math.min(least, belowAll(faults, pattern));
  if (alike.length <= faults.length || most < least / SIZE_MARGIN) return undefined;
  const ends = alike.flatMap(({ hours }) => (hours ? [hours.from, hours.to] : []));
  const hours = ends.length > 0 ? spanOf(ends) : undefined;
  if (ends.length > 0 && !hours) return undefined;
  const { by, reason, until } = last;
  const isCommon = ({ pattern: of }: QuietCause) =>
    alike.every(({ others }) => others.some((one) => one.pattern === of));
  return {
    main: { pattern, most },
    others: last.others.filter(isCommon),
    ...{ by, until },
    ...(hours ? { hours } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
}
