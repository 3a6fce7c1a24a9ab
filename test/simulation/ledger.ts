import type { News } from "../../lib/alert/news.ts";
import type { Silence } from "../../lib/alert/silence.ts";
import { matches } from "../../lib/alert/silences.ts";
import { type Incident, partOf, severityOf, subjectOf, wasTold } from "../../lib/incident/incident.ts";
import type { Acknowledgement, Label } from "../../lib/incident/label.ts";
import { isOpening, type Notice } from "../../lib/incident/notice.ts";
import { recordOf } from "../../lib/incident/record.ts";
import type { Discard } from "../../lib/local/mapping.ts";
import type { ScoreOutcome } from "../../lib/watch/score.ts";
import type { HostState, PendingNotice } from "../../lib/watch/state.ts";
import { happened, type Tally } from "./faults.ts";
import type { Put } from "./stream.ts";

/** One run of a function. */
export interface Run {
  readonly kind: "score" | "sweep";
  readonly name: string;
  /** The memory of the process that it runs in. */
  readonly memory: object;
  /** Milliseconds since the epoch, as all times here. */
  readonly startedAt: number;
  /** The time when the platform ends it, finished or not. */
  killedAt: number;
  endedAt: number;
  /** Additional time of every call, in milliseconds. */
  readonly lag: number;
  crashed: boolean;
  /** Whether a call failed that records the published notices. */
  hindered: boolean;
  /** Keys of the notices that it published, and of those that it then removed from their state or desk. */
  readonly published: Set<string>;
  readonly marked: Set<string>;
  /** Notices that its digests counted, and those that it removed because a digest counts them. */
  counted: number;
  digested: number;
  /** Messages that it sent, how many of them to phones, and the places that it took for them, by allowance. */
  messages: number;
  texts: number;
  readonly places: Map<string, number>;
}

export interface Publication {
  readonly key: string;
  readonly notice: Notice;
  readonly run: Run;
  readonly at: number;
}

interface Answers {
  readonly labels: Label[];
  acknowledgement?: Acknowledgement;
}

/** A notice as it was last stored, and the host or group that owed it. */
interface Decided extends PendingNotice {
  readonly owner: string;
}

/** Everything that happens in the world; the code under test does not see it. */
export interface Ledger {
  readonly runs: Run[];
  readonly publications: Publication[];
  /** Notices that were pending in some stored state or desk, by key. */
  readonly decided: Map<string, Decided>;
  /** Why notices are no longer pending, by key. */
  readonly reasons: Map<string, Reason>;
  /** Ids of fleets' incidents that stand for the notices of their hosts. */
  readonly fleets: Set<string>;
  /** The times when places were taken, by allowance, in milliseconds since the epoch. */
  readonly places: Map<string, number[]>;
  /** Records whose host was saved by a run that survived to report it, by sequence number: when the first one did. */
  readonly processed: Map<string, number>;
  /** When the first run began that was given a record, by sequence number. */
  readonly begun: Map<string, number>;
  readonly discarded: Map<string, Put>;
  /** Sequence numbers of records that were given up before they were processed; a run left behind may still do so. */
  readonly lost: Set<string>;
  /** Texts that were held back, and those whose number phones received. */
  readonly texts: { held: number; told: number };
  /** The reasons of rejected records, by sequence number. */
  readonly rejected: Map<string, readonly string[]>;
  /** Rejected records that were named in the log because the bucket did not take them. */
  readonly logged: Set<string>;
  /** Hosts whose items became unreadable, and whose results may therefore differ. */
  readonly harmed: Set<string>;
  /** Hosts, groups, silences and allowances whose messages may differ for that reason. */
  readonly disturbed: Set<string>;
  /** People's answers about incidents, by subject and time of opening. */
  readonly answers: Map<string, Answers>;
  /** Versions of baselines that became active, in this order. */
  readonly promotions: { readonly owner: string; readonly version: number; readonly at: number }[];
  /** When the last run began that scored news of a host. */
  readonly scoredSince: Map<string, number>;
  readonly violations: string[];
  /** Whether the state has samples that no stored state of its host had. */
  isNews(state: HostState): boolean;
  scored(state: HostState, run: Run): void;
  /** A run ended with this error, or met it in its work for a host. */
  threw(what: string, error: unknown): void;
  /** Returns the notices that are no longer pending. */
  saved(run: Run, host: string, pending: readonly PendingNotice[]): readonly PendingNotice[];
  settled(run: Run, notice: PendingNotice, incident: Incident | undefined, now: number): void;
  reserved(run: Run, allowance: string, times: readonly number[]): void;
  published(run: Run, news: News, sms: boolean, now: number): void;
  began(records: readonly Put[], run: Run): void;
  finished(records: readonly Put[], outcome: ScoreOutcome, now: number): void;
  gaveUp(discard: Discard<Put>): void;
}

/** Sent alone, counted in a digest, part of a fleet incident, over in a silence before anyone was notified, or lost. */
type Reason = "told" | "digest" | "fleet" | "silence" | "damage";

/** A scorer remembers silences for ten seconds, and what it reads then may miss the latest three. */
const KNOWN_AFTER_MS = 15_000;

/** An incident has each kind of notice once, but some as often as there is news. */
export function noticeKey({ kind, id, revision }: Pick<PendingNotice, "kind" | "id" | "revision">): string {
  return kind === "also" || kind === "grown" ? `${kind} ${id} ${revision}` : `${kind} ${id}`;
}

export function createLedger(silences: readonly Silence[], tally: Tally): Ledger {
  const newest = new Map<string, number>();
  const publications: Publication[] = [];
  const decided = new Map<string, Decided>();
  const owed = new Map<string, readonly PendingNotice[]>();
  const reasons = new Map<string, Reason>();
  const fleets = new Set<string>();
  const places = new Map<string, number[]>();
  const processed = new Map<string, number>();
  const begun = new Map<string, number>();
  const discarded = new Map<string, Put>();
  const lost = new Set<string>();
  const texts = { held: 0, told: 0 };
  const rejected = new Map<string, readonly string[]>();
  const logged = new Set<string>();
  const harmed = new Set<string>();
  const disturbed = new Set<string>();
  const scoredSince = new Map<string, number>();
  const violations: string[] = [];
  /** A violation unless an item of the subject became unreadable. */
  const note = (subject: string, violation: string) => {
    if (!disturbed.has(subject)) violations.push(violation);
  };
  return {
    runs: [],
    publications,
    decided,
    reasons,
    fleets,
    places,
    processed,
    begun,
    discarded,
    lost,
    texts,
    rejected,
    logged,
    harmed,
    disturbed,
    answers: new Map(),
    promotions: [],
    scoredSince,
    violations,
    isNews: ({ host, newest: time }) => time > (newest.get(host) ?? 0),
    scored({ host, newest: time }, run) {
      if (time > (newest.get(host) ?? 0)) scoredSince.set(host, run.startedAt);
      newest.set(host, time);
    },
    threw(what, error) {
      if (/\btable \w+, item with /.test(String(error))) violations.push(`${what} met an unreadable item: ${error}`);
    },
    saved(run, host, pending) {
      const before = owed.get(host) ?? [];
      const keys = new Set(pending.map(noticeKey));
      owed.set(host, pending);
      for (const notice of pending) {
        const key = noticeKey(notice);
        const { revision = notice.revision } = decided.get(key) ?? {};
        if (revision !== notice.revision) note(host, `decided in revisions ${revision} and ${notice.revision}: ${key}`);
        decided.set(key, { ...notice, owner: host });
        reasons.delete(key);
      }
      for (const key of run.published) if (decided.get(key)?.owner === host && !keys.has(key)) run.marked.add(key);
      return before.filter((notice) => !keys.has(noticeKey(notice)));
    },
    settled(run, notice, incident, now) {
      const key = noticeKey(notice);
      const reason = reasonOf(run, key, incident, now, silences);
      if (!reason && disturbed.has(decided.get(key)?.owner ?? "")) reasons.set(key, "damage");
      else if (!reason) violations.push(`taken off without a reason: ${key} by ${run.name}`);
      else reasons.set(key, reason);
      if (reason === "digest") run.digested++;
      const fleet = incident && partOf(incident);
      if (reason === "fleet" && fleet !== undefined) fleets.add(fleet);
      if (reason === "fleet" || reason === "silence") happened(tally, `notice dropped for a ${reason}`);
      if (reason === "silence" && isOpening(notice.kind) && !decided.has(`resolved ${notice.id}`)) {
        note(decided.get(key)?.owner ?? "", `dropped for a silence, though not over: ${key}`);
      }
      const wasTold = reasons.get(`opened ${notice.id}`) === "told" || reasons.get(`unstable ${notice.id}`) === "told";
      const isDropped = reason === "silence" || reason === "fleet";
      if (isDropped && notice.kind === "resolved" && wasTold)
        note(decided.get(key)?.owner ?? "", `end never told: ${key}`);
    },
    reserved(run, allowance, times) {
      run.places.set(allowance, (run.places.get(allowance) ?? 0) + times.length);
      places.set(allowance, [...(places.get(allowance) ?? []), ...times]);
    },
    published(run, news, sms, now) {
      if (sms) run.texts++;
      if (news.kind === "texts-held") {
        texts.told += news.critical + news.warning;
        happened(tally, "texts held");
        return;
      }
      run.messages++;
      if (news.kind === "digest") {
        happened(tally, "digest");
        run.counted += news.opened + news.resolved + news.others;
        return;
      }
      if (!("incident" in news)) throw new Error(`nobody publishes ${news.kind} here`);
      const { kind, incident } = news;
      const key = noticeKey({ kind, id: incident.id, revision: incident.revision });
      const subject = subjectOf(incident);
      const { revision } = decided.get(key) ?? {};
      if (revision === undefined) note(subject, `published before it was decided: ${key}`);
      else if (revision !== incident.revision) note(subject, `published in revision ${incident.revision}: ${key}`);
      if (!sms && isForPhones(news)) texts.held++;
      if (run.published.has(key)) note(subject, `published twice by one run: ${key} by ${run.name}`);
      const isSilenced = ({ from, until }: Silence) => from + KNOWN_AFTER_MS <= run.startedAt && now < until;
      const held = silences.filter(({ id }) => !disturbed.has(`silence ${id}`));
      if (isOpening(kind) && held.some((one) => matches(one, recordOf(incident)) && isSilenced(one))) {
        note(subject, `told in a silence: ${key} by ${run.name}`);
      }
      // For a host that fell silent with its whole fleet, only the fleet's opening was ever pending.
      const opening = [incident.id, partOf(incident)].flatMap((id) => [`opened ${id}`, `unstable ${id}`]);
      const isKnown = opening.some((one) => reasons.has(one) || publications.some((sent) => sent.key === one));
      if (!isOpening(kind) && !isKnown) note(subject, `${key} was published before the incident's opening`);
      if (incident.kind === "fleet") happened(tally, kind === "opened" ? "fleet in trouble" : "fleet well again");
      if (incident.group === "*") happened(tally, "everybody silent");
      run.published.add(key);
      publications.push({ key, notice: news, run, at: now });
    },
    began(records, { startedAt }) {
      for (const { sequenceNumber: id } of records) if (!begun.has(id)) begun.set(id, startedAt);
    },
    finished(all, { folded, failures, rejections, counts, retryFrom = all.length }, now) {
      const records = all.slice(0, counts.records);
      for (const { record, problems } of rejections) {
        rejected.set(
          record.sequenceNumber,
          problems.map(({ reason }) => reason),
        );
      }
      for (const { what, error } of failures) {
        this.threw(what, error);
        const [, id] = /^rejected record (\d+)/.exec(what) ?? [];
        if (id) logged.add(id);
      }
      const hosts = new Set(folded.map(({ state }) => state.host));
      // Of a host that waits for names, only what comes before its first waiting record is folded.
      for (const { what } of failures) hosts.delete(what.replace(/^host /, ""));
      for (const [position, { sent, sequenceNumber }] of records.entries()) {
        const isDone = sent && (position < retryFrom || hosts.has(sent.host.name));
        if (isDone && !processed.has(sequenceNumber)) processed.set(sequenceNumber, now);
      }
    },
    gaveUp({ records }) {
      for (const record of records) {
        discarded.set(record.sequenceNumber, record);
        if (!processed.has(record.sequenceNumber)) lost.add(record.sequenceNumber);
      }
    },
  };
}

/** Whether phones receive it while there is room; they also hear of an end whose beginning they received. */
function isForPhones({ kind, incident }: Notice): boolean {
  return kind !== "resolved" && kind !== "shifted" && severityOf(incident) === "critical";
}

/** A run removes dropped notices before it sends its digest, and the digest's notices after it. */
function reasonOf(
  run: Run,
  key: string,
  incident: Incident | undefined,
  now: number,
  silences: readonly Silence[],
): Reason | undefined {
  if (run.published.has(key)) return "told";
  if (run.counted > 0) return "digest";
  // A person notified of it before it joined a fleet incident is notified of its end.
  if (incident && partOf(incident) !== undefined && !(wasTold(incident) && key.startsWith("resolved"))) return "fleet";
  const wasSilenced = silences.some(
    (silence) =>
      incident !== undefined &&
      matches(silence, recordOf(incident)) &&
      ((silence.from <= now && run.startedAt < silence.until) || wasWithin(incident, silence)),
  );
  return wasSilenced ? "silence" : undefined;
}

/** Whether its end, or the last sight of its trouble, lies in the silence. */
export function wasWithin(incident: Incident, { from, until }: Silence): boolean {
  const seen = incident.kind === "anomaly" ? [incident.lastAnomaly, incident.alsoSeen] : [incident.resolved];
  return seen.some((time) => time !== undefined && from <= time && time < until);
}
