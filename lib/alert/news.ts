import type { Direction } from "../incident/cause.ts";
import type { Notice } from "../incident/notice.ts";
import { ALL_HOSTS } from "./outage.ts";
import type { Refusal } from "./refusal.ts";
import type { Silence } from "./silence.ts";

/** Everything that a message is about. A notice is about one incident: of a host, or of a fleet. */
export type News =
  | Notice
  | DigestNews
  | TextsHeldNews
  | EpsilonNews
  | RefusalNews
  | ClocksNews
  | UnjudgedNews
  | UnusedSilenceNews
  | SubscriptionsNews;

/** Many notices at once, in place of a message each. */
export interface DigestNews {
  readonly kind: "digest";
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly opened: number;
  readonly resolved: number;
  /** Notices of other kinds. */
  readonly others: number;
  /** Among those that did not resolve. */
  readonly critical: number;
  readonly warning: number;
  /** Groups by the number of their notices, most first, at most `DIGEST_GROUPS_MAX`, and the number of all groups. */
  readonly groups: readonly { readonly group: string; readonly notices: number }[];
  readonly groupsInAll: number;
  /** The first incidents, oldest first, at most `DIGEST_HOSTS_MAX`. */
  readonly first: readonly { readonly host: string; readonly id: string }[];
  /** Hosts of groups that depend on these, whose messages wait; absent without any. */
  readonly dependents?: number;
  /** Ids of incidents that ended, at most `DIGEST_ENDED_MAX`. */
  readonly ended: readonly string[];
  /** The most frequent first causes, at most `DIGEST_CAUSES_MAX`. */
  readonly causes: readonly {
    readonly metric: string;
    readonly direction: Direction;
    readonly incidents: number;
  }[];
}

export const DIGEST_GROUPS_MAX = 10;
export const DIGEST_HOSTS_MAX = 10;
export const DIGEST_CAUSES_MAX = 5;
/** A service that opened an alert for each incident can close those; the JSON of a digest has no room for more. */
export const DIGEST_ENDED_MAX = 40;

/** Text messages that were not sent because of the limit per hour; this news goes to phones only. */
export interface TextsHeldNews {
  readonly kind: "texts-held";
  readonly at: number;
  readonly critical: number;
  readonly warning: number;
  readonly perHour: number;
}

/** The threshold of a group or host has changed because of labels. */
export interface EpsilonNews {
  readonly kind: "epsilon";
  readonly at: number;
  /** `group#…` or `host#…`. */
  readonly owner: string;
  readonly version: number;
  /** The version with the epsilon before. */
  readonly from: number;
  readonly before: number;
  readonly after: number;
  /** Ids of the labelled incidents that took part. */
  readonly labels: { readonly fault: readonly string[]; readonly false: readonly string[] };
  /**
   * The group's alerts in `days` days at either epsilon: a week, or the time since it was first seen if that is
   * shorter. Absent for a host.
   */
  readonly alerts?: { readonly days: number; readonly before: number; readonly after: number };
}

/** Refits have been refused for days: an old baseline goes on judging. */
export interface RefusalNews {
  readonly kind: "refits-refused";
  readonly at: number;
  readonly group: string;
  /** The first of them, at most `REFUSALS_MAX`. */
  readonly refusals: readonly Pick<Refusal, "owner" | "since" | "refused">[];
  readonly refusalsInAll: number;
}

export const REFUSALS_MAX = 10;

/** Clocks that are wrong, by hosts' records. */
export interface ClocksNews {
  readonly kind: "clocks-wrong";
  readonly at: number;
  /** The most wrong, at most `CLOCKS_MAX`. */
  readonly clocks: readonly WrongClock[];
  readonly clocksInAll: number;
}

export interface WrongClock {
  readonly host: string;
  readonly group: string;
  /** Milliseconds behind; negative: ahead. */
  readonly offset: number;
}

export const CLOCKS_MAX = 10;

/** Hosts that send, but whose samples cannot be judged. */
export interface UnjudgedNews {
  readonly kind: "hosts-unjudged";
  readonly at: number;
  /** Those without judged samples for longest, at most `UNJUDGED_MAX`. */
  readonly hosts: readonly UnjudgedHost[];
  readonly hostsInAll: number;
}

export interface UnjudgedHost {
  readonly host: string;
  readonly group: string;
  /** The owner of the baseline that has none of its metrics. */
  readonly baseline: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

export const UNJUDGED_MAX = 10;

/** A silence has ended that never held anything back. */
export interface UnusedSilenceNews {
  readonly kind: "silence-unused";
  readonly silence: Silence;
}

/** Subscriptions of the alerts topic that are missing or unconfirmed. */
export interface SubscriptionsNews {
  readonly kind: "subscriptions";
  readonly at: number;
  /** They were there at the last audit and are gone. */
  readonly vanished: readonly Subscription[];
  /** People were asked to confirm them and never did. */
  readonly unconfirmed: readonly Subscription[];
}

export interface Subscription {
  readonly protocol: string;
  /** Shortened for people: no secrets of a webhook's address. */
  readonly endpoint: string;
}

/** The group that news are about; `*` if they are about several groups, or the group is unknown. */
export function groupOf(news: News): string {
  if ("incident" in news) return news.incident.group;
  if ("group" in news) return news.group;
  return news.kind === "silence-unused" ? (news.silence.matcher.group ?? ALL_HOSTS) : ALL_HOSTS;
}

/** The channels of a message. */
export interface Channels {
  /** Whether phones get it. */
  readonly sms: boolean;
}

export interface NewsPublisher {
  /** Throws when the message was not taken; it may then be published again. */
  publish(news: News, channels: Channels): Promise<void>;
}
