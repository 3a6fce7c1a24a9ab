import type { Severity } from "../incident/severity.ts";

/** Writes a name (of a host, group, metric, rule, person) the way a channel can carry it. */
export type WriteName = (name: string) => string;

/**
 * One piece of news in words. Each channel writes names in its own way and takes the first form that fits. So forms come
 * fullest first, and with names of eight characters the last one is short enough whatever the numbers are.
 */
export interface Words {
  readonly subject: (name: WriteName) => readonly string[];
  /** Lines. */
  readonly email: (name: WriteName) => readonly string[];
  readonly sms: (name: WriteName) => readonly string[];
  readonly webhook: (name: WriteName) => WebhookFields;
  readonly attributes: Attributes;
}

/** What the JSON says beside the fields that all news have. */
export interface WebhookFields {
  /** What `type` ends in: `fleetwarden.incident`. */
  readonly type: string;
  readonly fields: object;
  /** The PagerDuty common event format's; absent: the stack. */
  readonly source?: string;
  readonly component?: string;
  readonly class: string;
  readonly custom_details: object;
}

/** What filter policies choose by. `*` stands for more than one group or host. */
export interface Attributes {
  /** `info` is nothing to act on at once. */
  readonly severity: Severity | "info";
  readonly kind: string;
  readonly group: string;
  readonly host: string;
}

/** In attributes and JSON, where news are about more than one group or host. */
export const SEVERAL = "*";
