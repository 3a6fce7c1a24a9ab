import { duration, moment } from "../notify/time.ts";
import { DAY_MS } from "../time.ts";
import { quietMax } from "../watch/interval.ts";
import { isPresent } from "../watch/silent.ts";
import { CAUSES, type Evidence, type Finding } from "./evidence.ts";
import { hostFindings, REFUSED_FIX, unmadeFeatures } from "./examine-hosts.ts";
import { listed } from "./listed.ts";
import { isRefusedBody, refusedFindings } from "./over-http.ts";
import { throttleFindings } from "./throttles.ts";
import { twoNames } from "./two-names.ts";

/** All problems at `now` (ms since the epoch), the most urgent first. */
export function examine(evidence: Evidence, now: number): readonly Finding[] {
  const findings = [
    ...arrivals(evidence, now),
    ...throttleFindings(evidence.throttles ?? []),
    ...rejections(evidence),
    ...refusedFindings(evidence.rejected),
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

const REJECTED_FIX =
  "Change the sender as the reason says; docs/senders.md has a configuration for each that is read. " +
  "Examples are under rejected/ in the failures bucket; a twin has them under failures/ in its data folder.";

/** One finding for each reason, without the numbers and names that it quotes. */
function rejections({ rejected }: Evidence): readonly Finding[] {
  const kinds = new Map<string, { reason: string; records: number; senders: Set<string>; last: number }>();
  for (const { problems, alike, partitionKey, arrival } of rejected.filter((one) => !isRefusedBody(one))) {
    const [reason = "unknown"] = problems;
    const key = reason.replace(/["'].*/s, "").replace(/\d+/g, "…");
    const kind = kinds.get(key) ?? { reason, records: 0, senders: new Set(), last: 0 };
    kinds.set(key, kind);
    kind.records += alike;
    kind.senders.add(partitionKey);
    kind.last = Math.max(kind.last, arrival);
  }
  return [...kinds.values()].map(({ reason, records, senders, last }) => ({
    cause: "rejected",
    what:
      `Rejected since yesterday: at least ${records}, the last at ${moment(last)}, ` +
      `with the partition key ${listed([...senders])}: ${reason}.`,
    fix: REJECTED_FIX,
    hosts: [...senders],
  }));
}

function groupRefusals({ refusals }: Evidence): readonly Finding[] {
  return refusals
    .filter(({ owner }) => owner.startsWith("group#"))
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
  const waiting: Finding[] =
    unconfirmed.length === 0
      ? []
      : [
          {
            cause: "unconfirmed",
            what: `Addresses that have not confirmed: ${unconfirmed.length} (${listed(unconfirmed)}).`,
            fix,
            hosts,
          },
        ];
  if (audit.confirmed.length > 0) return waiting;
  const subscribe = "Subscribe an address to the alerts topic (docs/deploying.md), and confirm it.";
  return [{ cause: "nobody-told", what: "No address gets alerts.", fix: subscribe, hosts }, ...waiting];
}

/** Rejected records of this time are examined. */
export const REJECTED_WITHIN_MS = DAY_MS;
