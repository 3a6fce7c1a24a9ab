export type Fields = Readonly<Record<string, unknown>>;

/**
 * Tags that distinguish series of one name: device, mount point, mode… Values that are no text or number do not count.
 */
export type Tags = Fields;

/** One value of one series, as its sender has it. */
export interface Point {
  /** The host as its sender writes it; absent: the host of the record. */
  readonly host?: string | undefined;
  /** The role of the host, if the sender names it elsewhere than in the tag `group`. */
  readonly group?: unknown;
  /** In any form that parseTime reads; absent or null: the arrival. */
  readonly time?: unknown;
  readonly series: string;
  readonly field?: string | undefined;
  readonly tags?: Tags | undefined;
  /** Null or absent is missing; any other value that is no number is counted, and missing. */
  readonly value: unknown;
  /** Facts of the machine that the sender gives beside its metrics. */
  readonly about?: Fields | undefined;
  /** Whether the value only grows until it is reset; absent if the sender does not say. */
  readonly isCounter?: boolean | undefined;
  /** As the sender declares it. */
  readonly unit?: unknown;
}

/** A reader's result: a value, or the reason why some part cannot be read. */
export type Found = Point | { readonly problem: string };

/** A reader's results, and the choice of its sender's preset; absent: all of them. */
export interface Findings {
  readonly found: Iterable<Found>;
  readonly choose?: Chooser | undefined;
}

/** A preset's result for a point: a choice of it, nothing, or the point as without a preset. */
export type Chooser = (point: Point) => Choice | "left out" | "unknown";

/** A value of a measure: its name, and how the sender's value is converted to it. */
export interface Choice {
  readonly name: string;
  readonly times: number;
  readonly isTotal: boolean;
  readonly isMirrored: boolean;
}

/** Why no reader takes a content, with a guess what it is and the fix. */
export interface Refused {
  readonly problem: string;
}
