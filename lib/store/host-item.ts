import type { NoticeKind } from "../watch/incident.ts";
import type { HostState, UnsentNotice } from "../watch/state.ts";
import {
  bytes,
  flag,
  has,
  json,
  number,
  opened,
  packedJson,
  readBytes,
  readFlag,
  readJson,
  readNumber,
  readPackedJson,
  readText,
  text,
  written,
} from "./attributes.ts";
import { aList, aNumber, anInteger, aText, oneOf } from "./documents.ts";
import { bytesOfSingles, singlesOfBytes } from "./floats.ts";
import { documentOfIncident, incidentOfDocument, listOfWorst, referenceOf, worstOfList } from "./incident-document.ts";
import type { Item } from "./table.ts";
import { bytesOfTimes, timesOfBytes } from "./times.ts";

/** Partition of the sparse index: only items with unsent notices carry the attribute. */
export const UNSENT = "1";

/**
 * A host's state as an item. It is written for every record, and DynamoDB counts names as well, in steps of 1 KB
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html), hence the letters:
 *
 * | name | holds | | name | holds |
 * |---|---|---|---|---|
 * | r | revision | | v | verdict [score, epsilon, owner, version]; absent while learning |
 * | g | group | | w | window |
 * | n | seen | | u | suspects (incident-document.ts), packed; absent without any |
 * | t | newest | | c | calm |
 * | a | arrived | | i | incident (incident-document.ts); absent without one |
 * | p | applied (times.ts) | | k | clock ahead |
 * | s | schema | | q | unsent notices [[kind, id, opened], …]; absent without any |
 * | x | vector, single precision | | | |
 */
export function itemOfHost(state: HostState): Item {
  const { verdict, suspects, incident, unsent } = state;
  return written({
    host: text(state.host),
    r: number(state.revision),
    g: text(state.group),
    n: number(state.seen),
    t: number(state.newest),
    a: number(state.arrived),
    p: bytes(bytesOfTimes(state.applied)),
    s: text(state.schema),
    x: bytes(bytesOfSingles(state.vector)),
    ...(verdict ? { v: json(documentOfVerdict(verdict)) } : {}),
    w: number(state.window),
    ...(suspects.length > 0 ? { u: packedJson(suspects.map(listOfWorst)) } : {}),
    c: number(state.calm),
    ...(incident ? { i: json(documentOfIncident(incident)) } : {}),
    k: flag(state.clockAhead),
    ...(unsent.length > 0 ? { unsent: text(UNSENT), q: json(unsent.map(documentOfNotice)) } : {}),
  });
}

export function hostOfItem(item: Item): HostState {
  const stored = opened("hosts", item);
  const host = readText(stored, "host");
  return {
    host,
    group: readText(stored, "g"),
    revision: readNumber(stored, "r"),
    seen: readNumber(stored, "n"),
    newest: readNumber(stored, "t"),
    arrived: readNumber(stored, "a"),
    applied: readBytes(stored, "p", timesOfBytes),
    schema: readText(stored, "s"),
    vector: readBytes(stored, "x", singlesOfBytes),
    ...(has(stored, "v") ? { verdict: readJson(stored, "v", verdictOfDocument) } : {}),
    window: readNumber(stored, "w"),
    suspects: has(stored, "u") ? readPackedJson(stored, "u", suspectsOfList) : [],
    calm: readNumber(stored, "c"),
    ...(has(stored, "i") ? { incident: readJson(stored, "i", (document) => incidentOfDocument(document, host)) } : {}),
    clockAhead: readFlag(stored, "k"),
    unsent: has(stored, "q") ? readJson(stored, "q", (list) => aList(list).map(noticeOfDocument)) : [],
  };
}

function suspectsOfList(list: unknown): HostState["suspects"] {
  return aList(list).map((one) => worstOfList(aList(one)));
}

type HostVerdict = NonNullable<HostState["verdict"]>;

function documentOfVerdict({ score, epsilon, baseline }: HostVerdict): unknown {
  return [score, epsilon, baseline.owner, baseline.version];
}

function verdictOfDocument(document: unknown): HostVerdict {
  const [score, epsilon, owner, version] = aList(document);
  return { score: aNumber(score), epsilon: aNumber(epsilon), baseline: referenceOf(owner, version) };
}

const NOTICE_KINDS: readonly NoticeKind[] = ["opened", "resolved"];

function documentOfNotice({ kind, id, opened }: UnsentNotice): unknown {
  return [kind, id, opened];
}

function noticeOfDocument(document: unknown): UnsentNotice {
  const [kind, id, opened] = aList(document);
  return { kind: oneOf(NOTICE_KINDS, kind), id: aText(id), opened: anInteger(opened) };
}
