import type { Cause } from "../incident/cause.ts";
import { incidentId } from "../incident/id.ts";
import { type AnomalyIncident, type HostIncident, patternsOf } from "../incident/incident.ts";
import { isCriticalSample, type JudgedSample, ratioOf, type Worst } from "../incident/judgement.ts";
import { isOpening, type Notice, type NoticeKind, noticeAbout } from "../incident/notice.ts";
import type { RuleHit } from "../incident/rule-hit.ts";
import { surroundingsOf } from "./around-peak.ts";
import { joinCauses } from "./causes.ts";
import { hasSettled, withCourse } from "./course.ts";
import { endedBy, forgetful } from "./ending.ts";
import type { Judged } from "./judged.ts";
import { asReturned, clearBelow, endOfCalm, joinRules, recentlyLapsed, turnsOf, withLapsed } from "./life.ts";
import { bothOf, withCausesTold, withPatterns } from "./patterns.ts";
import { type HostState, type PendingNotice, pendingOf } from "./state.ts";

/** A host's state while the fold changes it. */
export type Draft = { -readonly [K in keyof HostState]: HostState[K] } & {
  applied: number[];
  pending: PendingNotice[];
};

/** Collects incidents and notices in the order in which they arise. */
export interface Outcome {
  readonly incidents: Map<string, HostIncident>;
  readonly notices: Notice[];
}

/** Whether the sample changes nothing, as most do. */
export function isQuiet({ incident, lapsed }: Draft, isStrange: boolean, isLearning: boolean): boolean {
  if (isStrange) return false;
  // Without a detector nothing shows whether an incident that it found is over.
  if (isLearning) return !isByRules(incident);
  return !incident && lapsed.length === 0;
}

export function judge(draft: Draft, judged: Judged, outcome: Outcome): void {
  draft.lapsed = recentlyLapsed(draft.lapsed, judged.time);
  if (draft.incident?.kind === "anomaly") goOn(draft, draft.incident, whileOpen(judged), outcome);
  else if (isStrange(judged)) openIncident(draft, judged, outcome);
}

function isStrange({ assessment, hits }: Judged): boolean {
  return assessment?.anomaly === true || hits.length > 0;
}

/** While an incident is open, a sample is part of it until its score is well below epsilon. */
function whileOpen(sample: Judged): Judged {
  const { assessment } = sample;
  if (!assessment) return sample;
  const clear = clearBelow(assessment.baseline);
  const anomaly = assessment.score > clear && (assessment.anomaly || assessment.standing() > clear);
  return anomaly === assessment.anomaly ? sample : { ...sample, assessment: { ...assessment, anomaly } };
}

function openIncident(draft: Draft, sample: Judged, outcome: Outcome): void {
  const incident = openedBy(draft, sample);
  const returned = asReturned(incident, draft.lapsed);
  draft.incident = returned ?? incident;
  announce(draft, returned ? "unstable" : "opened", draft.incident, outcome);
}

function goOn(draft: Draft, before: AnomalyIncident, sample: Judged, outcome: Outcome): void {
  const { time } = sample;
  const after = withPatterns(withCourse(continued(before, sample), sample), sample);
  const end = endOf(after, sample);
  if (end) {
    delete draft.incident;
    draft.lapsed = withLapsed(draft.lapsed, end);
    announce(draft, "resolved", end, outcome);
    return;
  }
  draft.incident = after;
  outcome.incidents.set(after.id, after);
  let told = after;
  for (const kind of turnsOf(before, after, time)) {
    if (draft.pending.some((notice) => isSaidWith(notice, kind, told))) {
      told = kind === "also" ? shownTogether(before, told) : turned(kind, told, time);
      outcome.incidents.set(told.id, told);
    } else {
      told = turned(kind, { ...told, revision: told.revision + 1 }, time);
      announce(draft, kind, told, outcome);
    }
    draft.incident = told;
  }
}

/**
 * Whether a notice that is not sent yet will say this, too: an opening also says that the incident is critical by now.
 */
function isSaidWith({ kind, id }: PendingNotice, more: NoticeKind, incident: AnomalyIncident): boolean {
  if (id !== incident.id) return false;
  return more === "also" ? kind === "also" : more === "worsened" && isOpening(kind) && incident.fleet === undefined;
}

/** The notice of other trouble that is not sent yet shows this as well. */
function shownTogether(before: AnomalyIncident, after: AnomalyIncident): AnomalyIncident {
  return before.also && after.also ? { ...after, also: bothOf(before.also, after.also) } : after;
}

function turned(kind: NoticeKind, incident: AnomalyIncident, time: number): AnomalyIncident {
  if (kind === "shifted") return { ...incident, asked: true };
  return kind === "worsened" ? { ...withCausesTold(incident), worsened: time } : incident;
}

/** The incident when it is over at this sample; undefined while it goes on. */
function endOf(incident: AnomalyIncident, { time, assessment }: Judged): AnomalyIncident | undefined {
  const isLeaning = ({ metric, contribution }: Cause) =>
    assessment !== undefined && contribution >= LEANING_SHARE * assessment.baseline.epsilon && assessment.leans(metric);
  const end = endOfCalm(incident, time, incident.causes.some(isLeaning));
  if (!end) return undefined;
  const { trend: _, ...rest } = incident;
  const resolved = { ...rest, revision: incident.revision + 1, resolved: time };
  const isSettled = end === "settled" || (assessment && hasSettled(incident, assessment.baseline));
  return isSettled ? { ...resolved, ending: "settled" } : resolved;
}

/**
 * A cause that was out by at least this share of epsilon must be back in the middle before "back to normal" is true.
 */
const LEANING_SHARE = 0.8;

/**
 * A host that sends again is no longer silent. It may have sampled all the while, so its silence ends with the arrival
 * (ms) of the record, not with the time of a sample.
 */
export function endSilence(draft: Draft, arrival: number, outcome: Outcome): void {
  const { incident } = draft;
  if (incident?.kind !== "silent") return;
  delete draft.incident;
  const resolved = Math.max(Math.round(arrival), incident.opened);
  announce(draft, "resolved", { ...incident, revision: incident.revision + 1, resolved }, outcome);
}

/**
 * Retires a host that says goodbye, until it sends again, and ends its incident. The goodbye must come with the newest
 * sample, new or repeated: a late one must not hide a host that is back.
 */
export function leave(draft: Draft, arrival: number, outcome: Outcome): void {
  draft.retired = true;
  endSilence(draft, arrival, outcome);
  const { incident } = draft;
  if (!incident) return;
  delete draft.incident;
  if (draft.memory) draft.memory = forgetful(draft.memory);
  announce(draft, "resolved", endedBy("gone", incident, draft.newest), outcome);
}

function announce(draft: Draft, kind: NoticeKind, incident: HostIncident, { incidents, notices }: Outcome): void {
  draft.pending.push(pendingOf(kind, incident));
  incidents.set(incident.id, incident);
  notices.push(noticeAbout(kind, incident));
}

function openedBy({ host, group }: Draft, sample: Judged): AnomalyIncident {
  const opened = sample.time;
  const about = { kind: "anomaly" as const, id: incidentId(host, opened), host, group, revision: 1 };
  const counts = { opened, lastAnomaly: opened, samples: 1, anomalies: 1 };
  const worst = { ...worstOf(sample), ...aroundPeak(sample) };
  const incident = { ...about, ...counts, ...worst, ...rulesOf([], sample.hits) };
  return { ...incident, patterns: patternsOf({ ...incident, rules: sample.hits }) };
}

function continued(incident: AnomalyIncident, sample: Judged): AnomalyIncident {
  const strange = isStrange(sample);
  const { peak, causes } = worstOf(sample, incident.causes);
  const { exceeded: _, ...before } = incident;
  const { surroundings: __, ...rest } = before;
  return {
    ...(isWorse(peak, incident.peak) ? { ...rest, peak, ...aroundPeak(sample) } : before),
    causes,
    ...lastOf(incident, sample),
    samples: incident.samples + 1,
    anomalies: incident.anomalies + (strange ? 1 : 0),
    ...rulesOf(incident.rules ?? [], sample.hits),
  };
}

/** When the incident's samples were last strange, and when they last exceeded epsilon. */
function lastOf(
  { lastAnomaly, exceeded = lastAnomaly }: AnomalyIncident,
  sample: Judged,
): Pick<AnomalyIncident, "lastAnomaly" | "exceeded"> {
  const { time, assessment, hits } = sample;
  if (!isStrange(sample)) return { lastAnomaly, ...(exceeded < lastAnomaly ? { exceeded } : {}) };
  const exceeds = hits.length > 0 || (assessment !== undefined && assessment.score > assessment.baseline.epsilon);
  return { lastAnomaly: time, ...(exceeds ? {} : { exceeded }) };
}

/** A critical score by the host's own baseline outweighs all scores by its group's before. */
function isWorse(one: JudgedSample, other: JudgedSample): boolean {
  if (isCriticalSample(one) !== isCriticalSample(other)) return isCriticalSample(one);
  return ratioOf(one) > ratioOf(other);
}

function rulesOf(rules: readonly RuleHit[], hits: readonly RuleHit[]): Pick<AnomalyIncident, "rules"> {
  return hits.length > 0 ? { rules: joinRules(rules, hits) } : {};
}

/** Joins the causes of an anomaly to those so far; a rule explains a sample that only the rule finds strange. */
function worstOf({ time, assessment }: Judged, causes: readonly Cause[] = []): Worst {
  if (!assessment) return { peak: { time }, causes };
  const { score, anomaly, baseline } = assessment;
  const { owner, version, epsilon } = baseline;
  const joined = anomaly ? joinCauses(causes, baseline, assessment.explain()) : causes;
  const members = assessment.members ? { members: assessment.members() } : {};
  return { peak: { time, judgement: { score, epsilon, baseline: { owner, version }, ...members } }, causes: joined };
}

function aroundPeak({ assessment }: Judged): Pick<AnomalyIncident, "surroundings"> {
  const surroundings = assessment?.anomaly ? surroundingsOf(assessment.baseline, assessment.explain()) : undefined;
  return surroundings ? { surroundings } : {};
}

/** Whether a rule found the open incident, or joined it. */
export function isByRules(incident: HostIncident | undefined): boolean {
  return incident?.kind === "anomaly" && incident.rules !== undefined;
}
