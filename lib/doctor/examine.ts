import { listed } from "../listed.ts";
import { duration, moment } from "../notify/time.ts";
import { groupOwner } from "../watch/baseline.ts";
import { quietMax } from "../watch/interval.ts";
import { isPresent } from "../watch/silent.ts";
import { CAUSES, type Evidence, type Finding } from "./evidence.ts";
import { hostFindings, REFUSED_FIX, unmadeFeatures } from "./examine-hosts.ts";
import { rejectedFindings } from "./rejected.ts";
import { throttleFindings } from "./throttles.ts";
import { twoNames } from "./two-names.ts";

/** All problems at `now` (ms since the epoch), the most urgent first. */
export function examine(evidence: Evidence, now: number): readonly Finding[] {
  const findings = [
    ...arrivals(evidence, now),
    ...throttleFindings(evidence.throttles ?? []),
    ...rejectedFindings(evidence.rejected),
    ...hostFindings(evidence, now),
    ...twoNames(evidence.hosts),
    ...unmadeFeatures(evidence),
    ...groupRefusals(evidence),
    ...addresses(evidence),
  ];
  return findings.sort((a, b) => CAUSES.indexOf(a.cause) - CAUSES.indexOf(b.cause));
}

function arrivals({ hosts, rejected }: Evidence, now: number): readonly Finding[] {
  if (hosts.length === 0 && rejected.length === 0) {
    const fix = "Start a sender: `fleetwarden agent` on a host, or one that you already run (docs/senders.md).";
    return [{ cause: "nothing-arrives", what: "Nothing has arrived yet.", fix, hosts: [] }];
  }
  const present = hosts.filter((state) => isPresent(state, now));
  const isQuiet = present.every(({ arrived, interval }) => now - arrived > quietMax(interval));
  if (present.length < 2 || !isQuiet) return [];
  const latest = Math.max(...present.map(({ arrived }) => arrived));
  const what = `No record has arrived from any host since ${moment(latest)}, ${duration(now - latest)} ago.`;
  const fix =
    "Hosts do not all stop at once: look at the stream, at the log of the function that scores, and at its alarms.";
  return [{ cause: "stopped", what, fix, hosts: [] }];
}

function groupRefusals({ refusals }: Evidence): readonly Finding[] {
  return refusals
    .filter(({ owner }) => owner.startsWith(groupOwner("")))
    .map(({ owner, since, refused }) => ({
      cause: "refused",
      what: `${owner}, whose baseline judges new hosts: refits are refused since ${moment(since)}: ${refused}.`,
      fix: REFUSED_FIX,
      hosts: [],
    }));
}

function addresses({ audit }: Evidence): readonly Finding[] {
  if (!audit) return [];
  const hosts: readonly string[] = [];
  const fix = "Open the confirmation that SNS sent to it, or subscribe it again.";
  const unconfirmed = audit.unconfirmed.map((key) => key.split(" ", 1)[0] ?? "");
  const what = `Addresses that have not confirmed: ${unconfirmed.length} (${listed(unconfirmed)}).`;
  const waiting: Finding[] = unconfirmed.length === 0 ? [] : [{ cause: "unconfirmed", what, fix, hosts }];
  if (audit.confirmed.length > 0) return waiting;
  const subscribe = "Subscribe an address to the alerts topic (docs/deploying.md), and confirm it.";
  return [{ cause: "nobody-told", what: "No address gets alerts.", fix: subscribe, hosts }, ...waiting];
}
