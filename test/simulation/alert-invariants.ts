import { DIGESTS, messagesOf, type Quota, textsOf } from "../../lib/alert/allowance.ts";
import { openOf } from "../../lib/alert/desk.ts";
import { ALL_HOSTS } from "../../lib/alert/outage.ts";
import { matches } from "../../lib/alert/silences.ts";
import { fleetSubject, partOf, subjectOf, wasTold } from "../../lib/incident/incident.ts";
import { isOpening } from "../../lib/incident/notice.ts";
import { MINUTE_MS } from "../../lib/time.ts";
import { isSilent } from "../../lib/watch/silent.ts";
import { happened } from "./faults.ts";
import type { Aftermath } from "./invariants.ts";
import { noticeKey, type Publication, type Run, wasWithin } from "./ledger.ts";

/** Violations in the messages that people got, or did not get. */
export async function alertViolations(aftermath: Aftermath): Promise<string[]> {
  const held = await heldBack(aftermath);
  return [
    ...noticeViolations(aftermath, held),
    ...speakerViolations(aftermath),
    ...floodViolations(aftermath),
    ...(await fleetViolations(aftermath)),
    ...(await textViolations(aftermath)),
    ...(await unnoticed(aftermath)),
    ...(await debts(aftermath, held)),
  ];
}

/**
 * Every decided notice was sent, counted in a digest, included in a fleet incident that was itself decided, or over in
 * a silence. Or it waits for the next samples of a host that was calm when a silence ended. It was sent again only if a
 * run could not record it or another run worked at the same time.
 */
function noticeViolations({ ledger, tally }: Aftermath, held: ReadonlySet<string>): string[] {
  const { decided, reasons, publications, runs, fleets, disturbed } = ledger;
  const violations: string[] = [];
  for (const [key, { owner }] of decided) {
    if (disturbed.has(owner) || held.has(key)) continue;
    if (!reasons.has(key)) violations.push(`never told: ${key}`);
    const sent = publications.filter((publication) => publication.key === key);
    if (reasons.get(key) === "told" && sent.length === 0) violations.push(`never published: ${key}`);
    const excused = sent.filter((one) => isExcused(one) || sent.some((other) => overlaps(one, other)));
    if (sent.length > 1 + excused.length) violations.push(`published ${sent.length} times: ${key}`);
    for (let again = 1; again < sent.length; again++) happened(tally, "notice sent again");
  }
  for (const id of fleets) {
    if (disturbed.size === 0 && !decided.has(`opened ${id}`))
      violations.push(`hosts are part of ${id}, which is no fleet's incident`);
  }
  for (const run of runs) {
    const isExact =
      disturbed.size === 0 && !run.crashed && !run.hindered && !runs.some((other) => runsOverlap(run, other));
    if (run.digested > run.counted || (isExact && run.digested !== run.counted)) {
      violations.push(`${run.name} took off ${run.digested} notices for a digest of ${run.counted}`);
    }
  }
  return violations;
}

/** No minute has more single messages or digests than the limits allow, no hour more texts; each takes a place. */
function floodViolations({ settings, ledger: { runs, places, disturbed } }: Aftermath): string[] {
  const quotas = [messagesOf(settings), DIGESTS, textsOf(settings)];
  const crowded = quotas
    .filter(({ name }) => !disturbed.has(`allowance ${name}`))
    .flatMap((quota) => crowds(quota, places));
  const uncounted = runs.flatMap((run) => {
    const had = (name: string) => run.places.get(name) ?? 0;
    return [
      ...(run.messages > had("messages") + had("digests") ? [`${run.name} sent ${run.messages} messages`] : []),
      ...(run.texts > had("texts") ? [`${run.name} sent ${run.texts} texts`] : []),
    ];
  });
  return [...crowded, ...uncounted.map((what) => `${what} without a place for each`)];
}

function crowds({ name, most, windowMs }: Quota, places: ReadonlyMap<string, readonly number[]>): string[] {
  const times = (places.get(name) ?? []).toSorted((a, b) => a - b);
  return times
    .filter((time, i) => (times[i + most] ?? Number.POSITIVE_INFINITY) < time + windowMs)
    .map((time) => `more than ${most} ${name} within ${windowMs} ms from ${time}`);
}

/** Whether the run could not remove the notice from the state. */
function isExcused({ key, run }: Publication): boolean {
  return !run.marked.has(key) && (run.crashed || run.hindered);
}

function overlaps({ run }: Publication, { run: other }: Publication): boolean {
  return runsOverlap(run, other);
}

function runsOverlap(run: Run, other: Run): boolean {
  return run !== other && run.startedAt <= other.endedAt && other.startedAt <= run.endedAt;
}

/** At most one host of a group is announced by itself within a minute; the sweep sees whether it is the whole group. */
function speakerViolations({ ledger: { publications, disturbed } }: Aftermath): string[] {
  const spoken = publications.filter(
    ({ run, notice: { kind, incident } }) =>
      run.kind === "score" && isOpening(kind) && !disturbed.has(fleetSubject(incident.group)),
  );
  return spoken.flatMap((one, i) =>
    spoken
      .slice(i + 1)
      .filter(
        (other) =>
          other.notice.incident.group === one.notice.incident.group &&
          other.key !== one.key &&
          other.at - one.run.startedAt < MINUTE_MS,
      )
      .map((other) => `within a minute ${one.key} and ${other.key} were announced for the same group`),
  );
}

/** A fleet incident is open while its desk has it; until its end its messages stand for the notices of its hosts. */
async function fleetViolations({ fleet, ledger, lived }: Aftermath): Promise<string[]> {
  const groups = [...new Set([ALL_HOSTS, ...fleet.hosts.map(({ group }) => group)])];
  const ends = new Map<string, number>();
  const violations: string[] = [];
  for (const group of groups.filter((one) => !ledger.disturbed.has(fleetSubject(one)))) {
    const incidents = await lived.incidents.ofHost(fleetSubject(group), 0, Number.MAX_SAFE_INTEGER);
    for (const { id, resolved } of incidents) ends.set(id, resolved ?? Number.POSITIVE_INFINITY);
    const open = incidents.filter(({ resolved }) => resolved === undefined).map(({ id }) => id);
    const held = openOf(await lived.alerting.desk(group)).map(({ id }) => id);
    if (open.toSorted().join() !== held.toSorted().join()) {
      violations.push(`open fleet incidents of ${group}: ${open}, its desk has ${held}`);
    }
  }
  for (const { key, notice } of ledger.publications) {
    const end = ends.get(partOf(notice.incident) ?? "");
    if (end === undefined || (notice.kind === "resolved" && wasTold(notice.incident))) continue;
    const decided = [...ledger.decided.values()].filter(({ id }) => id === notice.incident.id);
    const last = Math.max(...decided.map(({ since }) => since ?? notice.incident.resolved ?? Number.POSITIVE_INFINITY));
    if (last <= end && !ledger.disturbed.has(subjectOf(notice.incident)))
      violations.push(`told beside its fleet incident: ${key}`);
  }
  return violations;
}

/** Phones receive the number of texts that were held back. */
async function textViolations({ ledger: { texts, disturbed }, lived }: Aftermath): Promise<string[]> {
  if (disturbed.has("allowance texts")) return [];
  const { critical, warning } = (await lived.alerting.allowance("texts")).held;
  const known = texts.told + critical + warning;
  return known < texts.held ? [`${texts.held} texts were held back, phones know of ${known}`] : [];
}

/** The last sweep found every silent host, but in an outage it leaves hosts in trouble alone. */
async function unnoticed({ lived, ledger: { disturbed } }: Aftermath): Promise<string[]> {
  const states = [];
  for await (const state of lived.hosts.all()) states.push(state);
  const latest = Math.max(...states.map(({ arrived }) => arrived));
  const isOutage = openOf(await lived.alerting.desk(ALL_HOSTS)).length > 0;
  return states
    .filter((state) => !disturbed.has(state.host) && isSilent(state, latest) && !(isOutage && state.incident))
    .map(({ host }) => `nobody noticed that ${host} is silent`);
}

/** Notices of open incidents whose trouble was last seen in a silence, while the host was calm since. */
async function heldBack({ lived }: Aftermath): Promise<ReadonlySet<string>> {
  const states = [...(await lived.hosts.load(await lived.hosts.withPending())).values()];
  const silences = await lived.alerting.silences();
  const held = states.flatMap(({ incident, newest, pending, ...named }) => {
    if (incident?.kind !== "anomaly" || newest <= incident.lastAnomaly) return [];
    const wasSilenced = silences.some((silence) => matches(silence, named) && wasWithin(incident, silence));
    return wasSilenced ? pending.filter(({ id }) => id === incident.id).map(noticeKey) : [];
  });
  return new Set(held);
}

async function debts({ lived }: Aftermath, held: ReadonlySet<string>): Promise<string[]> {
  const desks = (await lived.alerting.desks()).filter(({ pending }) => pending.length > 0);
  const states = [...(await lived.hosts.load(await lived.hosts.withPending())).values()];
  const hosts = states.filter(({ pending }) => pending.some((notice) => !held.has(noticeKey(notice))));
  const owing = [...hosts.map(({ host }) => host), ...desks.map(({ group }) => `the desk of ${group}`)];
  return owing.map((who) => `${who} still has pending notices`);
}
