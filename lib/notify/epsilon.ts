import type { EpsilonNews } from "../alert/news.ts";
import { ownerOf } from "./explanation.ts";
import { count, decimal } from "./format.ts";
import type { RenderContext } from "./render.ts";
import { sentences } from "./sms.ts";
import { iso } from "./time.ts";
import { SEVERAL, type WebhookFields, type Words, type WriteName } from "./words.ts";

/** Ids of labelled incidents that are named; the others are counted. */
const NAMED_MAX = 5;

/** Ids in the JSON. */
const IDS_MAX = 50;

/** What is said when labels have changed the limit of a host or group. */
export function epsilonWords(news: EpsilonNews, { redact = false }: RenderContext): Words {
  const [kind, of] = ownerOf(news.owner);
  return {
    subject: (name) => [
      `[NOTE] ${changeText(news, redact, name)}: ${labelsText(news)}`,
      `[NOTE] ${changeText(news, redact, name)}`,
    ],
    email: (name) => email(news, redact, name),
    sms: (name) => texts(news, redact, name),
    webhook: (name) => webhookFields(news, redact, name),
    attributes: {
      severity: "info",
      kind: news.kind,
      group: kind === "group" ? of : SEVERAL,
      host: kind === "host" ? of : SEVERAL,
    },
  };
}

/** Whoever has but a phone cannot take it back: how to is what goes first. */
function texts(news: EpsilonNews, redact: boolean, name: WriteName): string[] {
  const change = `NOTE ${changeText(news, redact, name)}`;
  const because = `${change}: ${labelsText(news)}`;
  const alerts = news.alertsPerWeek !== undefined && `About ${alertsText(news.alertsPerWeek)}`;
  return [sentences(because, alerts, `Undo: ${rollback(news, name)}`), sentences(because, alerts), because, change];
}

/** `Epsilon of group web is 9.2 now, was 7`. */
function changeText({ owner, before, after }: EpsilonNews, redact: boolean, name: WriteName): string {
  const [kind, of] = ownerOf(owner);
  const whose = `Epsilon of ${kind === "group" ? "group " : ""}${name(of)}`;
  return redact ? `${whose} has changed` : `${whose} is ${decimal(after)} now, was ${decimal(before)}`;
}

/** Labels were taken back, or are older than the history of a refit. */
const WITHDRAWN = "no label decides any more";

/** `3 incidents labelled no fault, 1 labelled fault`: a new normal is none, either. */
function labelsText({ labels }: EpsilonNews): string {
  const [falseAlarms, faults] = [labels.false.length, labels.fault.length];
  if (falseAlarms + faults === 0) return WITHDRAWN;
  if (falseAlarms === 0) return `${incidents(faults)} labelled fault`;
  return `${incidents(falseAlarms)} labelled no fault${faults > 0 ? `, ${count(faults)} labelled fault` : ""}`;
}

function incidents(number: number): string {
  return number === 1 ? "1 incident" : `${count(number)} incidents`;
}

/** `3 alerts a week instead of 12`. */
function alertsText({ before, after }: { readonly before: number; readonly after: number }): string {
  return `${decimal(after)} alerts a week instead of ${decimal(before)}`;
}

function email(news: EpsilonNews, redact: boolean, name: WriteName): string[] {
  const { labels, alertsPerWeek, version } = news;
  return [
    `NOTE: ${changeText(news, redact, name)}, by version ${count(version)} of its baseline.`,
    ...(labels.false.length + labels.fault.length === 0
      ? ["No label decides any more: those that did were taken back, or are too old."]
      : []),
    ...named("no fault", labels.false, name),
    ...named("fault", labels.fault, name),
    ...(alertsPerWeek === undefined ? [] : ["", `At this limit it would raise about ${alertsText(alertsPerWeek)}.`]),
    "",
    `How it came about: fleetwarden epsilon history ${commandName(news, name)}`,
    `Not what you want? ${rollback(news, name)}`,
  ];
}

function named(verdict: "fault" | "no fault", ids: readonly string[], name: WriteName): string[] {
  if (ids.length === 0) return [];
  const more = ids.length - NAMED_MAX;
  const list = ids.slice(0, NAMED_MAX).map(name).join(", ");
  return [`${incidents(ids.length)} labelled ${verdict}: ${list}${more > 0 ? ` and ${count(more)} more` : ""}.`];
}

/** By its number: by the time somebody reads this there may be newer versions with the same epsilon. */
function rollback(news: EpsilonNews, name: WriteName): string {
  return `fleetwarden epsilon rollback ${commandName(news, name)} ${news.from}`;
}

/** As commands take it: a host by its name, a group as `group#web`. */
function commandName({ owner }: EpsilonNews, name: WriteName): string {
  const [kind, of] = ownerOf(owner);
  return kind === "group" ? `group#${name(of)}` : name(of);
}

function webhookFields(news: EpsilonNews, redact: boolean, name: WriteName): WebhookFields {
  const { at, owner, version, from, before, after, labels, alertsPerWeek } = news;
  const ids = (all: readonly string[]) => all.slice(0, IDS_MAX).map(name);
  return {
    type: "epsilon",
    fields: {
      at: iso(at),
      owner: name(owner),
      version,
      from,
      ...(redact ? {} : { before, after }),
      labels: { fault: ids(labels.fault), false: ids(labels.false) },
      ...(alertsPerWeek === undefined ? {} : { alertsPerWeek }),
    },
    source: name(ownerOf(owner)[1]),
    class: "epsilon",
    custom_details: { why: [`${changeText(news, redact, name)}: ${labelsText(news)}`], answer: rollback(news, name) },
  };
}
