import {
  DIGEST_CAUSES_MAX,
  DIGEST_ENDED_MAX,
  DIGEST_GROUPS_MAX,
  DIGEST_HOSTS_MAX,
  type DigestNews,
} from "../alert/news.ts";
import { hostsCount } from "./dependents-words.ts";
import { HEADLINE_WORD, ownerOf } from "./explanation.ts";
import { count } from "./format.ts";
import { sentences, table } from "./lines.ts";
import { iso } from "./time.ts";
import {
  type Attributes,
  SEVERAL,
  type WebhookFields,
  type Words,
  type WordsContext,
  type WriteName,
} from "./words.ts";

const ALL_OF_IT = "incidents --since 1h";
/** A phone runs no command, and has no space for its options. */
const SHORT = "All: fleetwarden incidents";

/** The words for many notices at once. */
export function digestWords(news: DigestNews, context: WordsContext): Words {
  const { name } = context;
  const tag = tagOf(news);
  return {
    subject: [
      `[${tag}] ${headline(news)} - ${inGroups(news, name)}`,
      `[${tag}] ${headline(news)}`,
      `[${tag}] ${total(news)} alerts in one`,
    ],
    email: email(news, context),
    sms: [
      ...DETAILS.map((detail) => text(news, detail, context)),
      sentences(`${tag} ${total(news)} alerts in one`, SHORT),
    ],
    webhook: webhookFields(news, context),
    attributes: attributesOf(news),
  };
}

/** Several groups have no common name: subscribers of one group must subscribe to `*` too. */
function attributesOf({ kind, critical, groups: [only], groupsInAll }: DigestNews): Attributes {
  const group = only && groupsInAll === 1 ? only.group : SEVERAL;
  return { severity: critical > 0 ? "critical" : "warning", kind, group, host: SEVERAL };
}

function tagOf({ critical, warning }: DigestNews): "CRIT" | "WARN" | "OK" {
  if (critical > 0) return "CRIT";
  return warning > 0 ? "WARN" : "OK";
}

/** `112 alerts in one: 108 opened, 1 changed, 3 resolved; 98 critical`. */
function headline(news: DigestNews): string {
  const { opened, others, resolved, critical } = news;
  const kinds = [
    ...(opened > 0 ? [`${count(opened)} opened`] : []),
    ...(others > 0 ? [`${count(others)} changed`] : []),
    ...(resolved > 0 ? [`${count(resolved)} resolved`] : []),
  ];
  const all = `${total(news)} alerts in one: ${kinds.join(", ") || "none"}`;
  return critical > 0 ? `${all}; ${count(critical)} critical` : all;
}

function dependentLines({ dependents = 0 }: DigestNews): string[] {
  const [have, their] = dependents === 1 ? ["has", "Its"] : ["have", "Their"];
  const who = `${hostsCount(dependents)} of groups that depend on these`;
  return dependents > 0 ? [`${who} ${have} had trouble, too. ${their} messages wait.`] : [];
}

function total({ opened, resolved, others }: DigestNews): string {
  return count(opened + resolved + others);
}

function inGroups({ groups: [first], groupsInAll }: DigestNews, name: WriteName): string {
  if (!first) return `${count(groupsInAll)} groups`;
  return groupsInAll > 1 ? `${name(first.group)} and ${moreGroups(groupsInAll - 1)}` : name(first.group);
}

function moreGroups(more: number): string {
  return more === 1 ? "1 more group" : `${count(more)} more groups`;
}

function email(news: DigestNews, { redact, name, call }: WordsContext): string[] {
  const groups = news.groups.slice(0, DIGEST_GROUPS_MAX);
  const hosts = news.first.slice(0, DIGEST_HOSTS_MAX);
  const causes = news.causes.slice(0, DIGEST_CAUSES_MAX);
  const more = news.groupsInAll - groups.length;
  return [
    `${HEADLINE_WORD[tagOf(news)]}: ${headline(news)}.`,
    "More alerts came at once than go out one by one. None is lost; this command lists them:",
    `  ${call(ALL_OF_IT)}`,
    ...dependentLines(news),
    "",
    ...table([["group", "alerts"], ...groups.map(({ group, notices }) => [name(group), count(notices)])]),
    ...(more > 0 ? [`  and ${moreGroups(more)}`] : []),
    ...section([["first hosts", "incident"], ...hosts.map(({ host, id }) => [hostText(host, name), name(id)])]),
    ...section([
      ["first causes", ...(redact ? [] : [""]), "incidents"],
      ...causes.map((one) => [name(one.metric), ...(redact ? [] : [one.direction]), count(one.incidents)]),
    ]),
  ];
}

/** A table after an empty line; nothing if it has only its heading. */
function section(rows: readonly (readonly string[])[]): string[] {
  return rows.length > 1 ? ["", ...table(rows)] : [];
}

interface Detail {
  readonly groups: number;
  readonly hosts: number;
  readonly causes: number;
}

/** The order in which details are dropped when the text is too long. Severity and numbers never are. */
const DETAILS: readonly Detail[] = [
  { groups: 3, hosts: 3, causes: 1 },
  { groups: 3, hosts: 1, causes: 1 },
  { groups: 1, hosts: 1, causes: 1 },
  { groups: 1, hosts: 1, causes: 0 },
  { groups: 0, hosts: 0, causes: 0 },
];

function text(news: DigestNews, detail: Detail, { redact, name }: WordsContext): string {
  const hosts = news.first.slice(0, detail.hosts);
  const [cause] = news.causes.slice(0, detail.causes);
  return sentences(
    `${tagOf(news)} ${headline(news)}`,
    detail.groups > 0 && news.groups.length > 0 && groupsText(news, detail.groups, name),
    cause !== undefined && `Mostly ${name(cause.metric)}${redact ? "" : ` ${cause.direction}`}`,
    hosts.length > 0 && `First ${hosts.map(({ host }) => hostText(host, name)).join(", ")}`,
    SHORT,
  );
}

/** A fleet's incident has `group#web` in place of a host. */
function hostText(host: string, name: WriteName): string {
  const [kind, of] = ownerOf(host);
  return kind === "group" ? `group ${name(of)}` : name(host);
}

function groupsText({ groups, groupsInAll }: DigestNews, most: number, name: WriteName): string {
  const shown = groups.slice(0, most).map(({ group, notices }) => `${name(group)} ${count(notices)}`);
  const more = groupsInAll - shown.length;
  return [...shown, ...(more > 0 ? [moreGroups(more)] : [])].join(", ");
}

function webhookFields(news: DigestNews, context: WordsContext): WebhookFields {
  const { redact, name } = context;
  const { at, opened, resolved, others, critical, warning, groupsInAll, dependents } = news;
  const { group } = attributesOf(news);
  return {
    type: "digest",
    fields: {
      at: iso(at),
      group: name(group),
      ...{ opened, resolved, others, critical, warning, groupsInAll, dependents },
      groups: news.groups.slice(0, DIGEST_GROUPS_MAX).map((one) => ({ group: name(one.group), notices: one.notices })),
      first: news.first.slice(0, DIGEST_HOSTS_MAX).map(({ host, id }) => ({ host: name(host), incident: name(id) })),
      ended: news.ended.slice(0, DIGEST_ENDED_MAX).map(name),
      causes: news.causes.slice(0, DIGEST_CAUSES_MAX).map(({ metric, direction, incidents }) => ({
        metric: name(metric),
        direction: redact ? undefined : direction,
        incidents,
      })),
    },
    class: "digest",
    custom_details: {
      why: [headline(news), ...dependentLines(news), ...details(news, context)],
      answer: context.call(ALL_OF_IT),
    },
  };
}

function details(news: DigestNews, { redact, name }: WordsContext): string[] {
  const hosts = news.first.slice(0, DIGEST_HOSTS_MAX).map(({ host, id }) => `${hostText(host, name)} ${name(id)}`);
  const causes = news.causes.slice(0, DIGEST_CAUSES_MAX).map(({ metric, direction, incidents }) => {
    return `${name(metric)}${redact ? "" : ` ${direction}`} ${count(incidents)}`;
  });
  return [
    ...(news.groups.length > 0 ? [`alerts by group: ${groupsText(news, DIGEST_GROUPS_MAX, name)}`] : []),
    ...(hosts.length > 0 ? [`first hosts: ${hosts.join(", ")}`] : []),
    ...(causes.length > 0 ? [`first causes: ${causes.join(", ")}`] : []),
  ];
}
