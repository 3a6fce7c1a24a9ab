import type { Preceding } from "../alert/preceding.ts";
import type { CommandLine } from "../command-line.ts";
import type { Severity } from "../incident/severity.ts";

/** Writes a name (of a host, group, metric, rule, person) the way a channel can carry it. */
export type WriteName = (name: string) => string;

/** Writes a time (ms since the epoch) by the clock of those who read it. */
export type WriteTime = (time: number) => string;

/** The context of a message beside its news. */
export interface RenderContext {
  /** The sender's name. */
  readonly stack: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The zone whose clock the texts show, an IANA name; absent: UTC. */
  readonly zone?: string;
  /** How those who read it call the command; absent: as installed, for the twin. */
  readonly command?: CommandLine;
  /** Where people can label the incident; absent when only the command line can. */
  readonly link?: string;
  /** How many labels taught the baseline that judged the incident; absent when unknown. */
  readonly labels?: number;
  /** People's events shortly before, the last first; absent when none are known. */
  readonly preceding?: readonly Preceding[];
  /** Attributes of the host's machine, which together have at most 512 bytes; absent when none are known. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Leaves out all values, scores, limits and attributes: only names, severity, times and counts remain. */
  readonly redact?: boolean;
}

/** The context of one channel. */
export interface WordsContext extends RenderContext {
  readonly name: WriteName;
  /** The command of `label K7Q2RT fault` as it works for the reader. */
  readonly call: (words: string) => string;
  /** `22 Nov 14:30 UTC`. */
  readonly moment: WriteTime;
  /** `14:30Z`. */
  readonly clock: WriteTime;
}

/**
 * One piece of news in words, with names as one channel writes them. Subject and text message have several forms,
 * fullest first. With names of eight characters the last form is short enough for any numbers.
 */
export interface Words {
  readonly subject: readonly string[];
  /** Lines. */
  readonly email: readonly string[];
  readonly sms: readonly string[];
  readonly webhook: WebhookFields;
  readonly attributes: Attributes;
}

/** The JSON's fields beside those that all news have. JSON leaves out those that are undefined. */
export interface WebhookFields {
  /** The end of `type`: `fleetwarden.incident`. */
  readonly type: string;
  readonly fields: object;
  /** A field of the PagerDuty common event format; the stack when absent. */
  readonly source?: string | undefined;
  readonly component?: string | undefined;
  readonly class: string;
  readonly custom_details: { readonly why: readonly string[]; readonly [detail: string]: unknown };
}

/** Filter policies choose by these. */
export interface Attributes {
  /** `info` needs no action at once. */
  readonly severity: Severity | "info";
  readonly kind: string;
  readonly group: string;
  readonly host: string;
}

/** In attributes and JSON, for news about more than one group or host. */
export const SEVERAL = "*";
