import type { EpsilonNews } from "../alert/news.ts";
import { quoted } from "../command-line.ts";
import { DAY_MS, WEEK_MS } from "../time.ts";
import { ownerOf } from "./explanation.ts";
import { count, decimal } from "./format.ts";
import { sentences } from "./lines.ts";
import { duration, iso } from "./time.ts";
import { SEVERAL, type Words, type WordsContext, type WriteName } from "./words.ts";

/** Ids of labelled incidents that are named; the others are counted. */
const NAMED_MAX = 5;

/** Ids in the JSON. */
const IDS_MAX = 50;

type Expected = NonNullable<EpsilonNews["alerts"]>;

const WEEK_DAYS = WEEK_MS / DAY_MS;

/** The words for a host or group whose limit changed because of labels. */
export function epsilonWords(news: EpsilonNews, { redact, name, call }: WordsContext): Words {
  const { at, owner, version, from, before, after, labels, alerts: expected } = news;
  const [kind, of] = ownerOf(owner);
  const change = changeText(news, redact, name);
  const because = `${change}: ${labelsText(news)}`;
  const alerts = expected && `${decimal(expected.after)} ${instead(expected)}`;
  const whose = quoted(commandName(news, name));
  // By its number: when somebody reads this, there may be newer versions with the same epsilon.
  const rollback = call(`epsilon rollback ${whose} ${from}`);
  const aboutAlerts = alerts !== undefined && (isWeek(expected) ? `About ${alerts}` : alerts);
  const ids = (all: readonly string[]) => all.slice(0, IDS_MAX).map(name);
  return {
    subject: [`[NOTE] ${because}`, `[NOTE] ${change}`],
    email: [
      `NOTE: ${change}, by version ${count(version)} of its baseline.`,
      ...(labels.false.length + labels.fault.length === 0
        ? ["No label decides the limit any more: the labels that did were withdrawn, or are too old."]
        : []),
      ...named("no fault", labels.false, name),
      ...named("fault", labels.fault, name),
      ...(alerts === undefined
        ? []
        : ["", `At this limit it ${isWeek(expected) ? "would raise about" : "would have raised"} ${alerts}.`]),
      "",
      `Its history: ${call(`epsilon history ${whose}`)}`,
      `Not what you want? ${rollback}`,
    ],
    // A person with only a phone cannot undo it, so the command is dropped first.
    sms: [
      sentences(`NOTE ${because}`, aboutAlerts, `Undo: ${rollback}`),
      sentences(`NOTE ${because}`, aboutAlerts),
      `NOTE ${because}`,
      `NOTE ${change}`,
    ],
    webhook: {
      type: "epsilon",
      fields: {
        at: iso(at),
        owner: name(owner),
        version,
        from,
        ...(redact ? {} : { before, after }),
        labels: { fault: ids(labels.fault), false: ids(labels.false) },
        ...(isWeek(expected)
          ? { alertsPerWeek: { before: expected.before, after: expected.after } }
          : { alerts: expected }),
      },
      source: name(of),
      class: "epsilon",
      custom_details: { why: [because], answer: rollback },
    },
    attributes: {
      severity: "info",
      kind: news.kind,
      group: kind === "group" ? of : SEVERAL,
      host: kind === "host" ? of : SEVERAL,
    },
  };
}

/** `alerts a week instead of 12`, or `alerts in the 5 h seen so far instead of 2`. */
function instead({ days, before }: Expected): string {
  return `${alertsIn(days)} instead of ${decimal(before)}`;
}

/** `alerts a week`; for less than a week the rate is unknown. */
export function alertsIn(days: number): string {
  return days >= WEEK_DAYS ? "alerts a week" : `alerts in the ${duration(days * DAY_MS)} seen so far`;
}

function isWeek(expected: Expected | undefined): expected is Expected {
  return expected !== undefined && expected.days >= WEEK_DAYS;
}

/** `Epsilon of group web is 9.2 now, was 7`. */
function changeText({ owner, before, after }: EpsilonNews, redact: boolean | undefined, name: WriteName): string {
  const [kind, of] = ownerOf(owner);
  const whose = `Epsilon of ${kind === "group" ? "group " : ""}${name(of)}`;
  return redact ? `${whose} has changed` : `${whose} is ${decimal(after)} now, was ${decimal(before)}`;
}

/** `3 incidents labelled no fault, 1 labelled fault`: a new normal is no fault, either. */
function labelsText({ labels }: EpsilonNews): string {
  const [falseAlarms, faults] = [labels.false.length, labels.fault.length];
  // The labels were taken back, or are older than the history of a refit.
  if (falseAlarms + faults === 0) return "no label decides any more";
  if (falseAlarms === 0) return `${incidents(faults)} labelled fault`;
  return `${incidents(falseAlarms)} labelled no fault${faults > 0 ? `, ${count(faults)} labelled fault` : ""}`;
}

function incidents(number: number): string {
  return number === 1 ? "1 incident" : `${count(number)} incidents`;
}

function named(verdict: "fault" | "no fault", ids: readonly string[], name: WriteName): string[] {
  if (ids.length === 0) return [];
  const more = ids.length - NAMED_MAX;
  const list = ids.slice(0, NAMED_MAX).map(name).join(", ");
  return [`${incidents(ids.length)} labelled ${verdict}: ${list}${more > 0 ? ` and ${count(more)} more` : ""}.`];
}

/** In the form that commands take, not yet quoted: a host by its name, a group as `group#web`. */
export function commandName({ owner }: Pick<EpsilonNews, "owner">, name: WriteName): string {
  const [kind, of] = ownerOf(owner);
  return kind === "group" ? `group#${name(of)}` : name(of);
}
