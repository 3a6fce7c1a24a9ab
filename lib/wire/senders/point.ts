export type Fields = Readonly<Record<string, unknown>>;

/** What tells series of one name apart: device, mount point, mode… Values that are no text or number do not count. */
export type Tags = Fields;

/** One value of one series, as its sender has it. */
export interface Point {
  /** The host as its sender writes it; absent: whoever the record is from. */
  readonly host?: string | undefined;
  /** The role of the host, where the sender names it elsewhere than in the tag `group`. */
  readonly group?: unknown;
  /** In any form that parseTime reads; absent or null: the arrival. */
  readonly time?: unknown;
  readonly series: string;
  readonly field?: string | undefined;
  readonly tags?: Tags | undefined;
  /** Null or absent is missing; all else but a number is counted, and missing. */
  readonly value: unknown;
  /** Whether the value only grows until it is reset; absent where the sender does not say. */
  readonly isCounter?: boolean | undefined;
}

/** What a reader finds: a value, or why some part cannot be read. */
export type Found = Point | { readonly problem: string };

/** What a reader finds, and which of it the preset of its sender chooses; absent: all of it. */
export interface Findings {
  readonly found: Iterable<Found>;
  readonly choose?: Chooser | undefined;
}

/** What a preset makes of a point: a choice of it, nothing, or what it would be without a preset. */
export type Chooser = (point: Point) => Choice | "left out" | "unknown";

/** A value of a measure: under which name, and how its sender's value becomes it. */
export interface Choice {
  readonly name: string;
  readonly times: number;
  readonly isTotal: boolean;
  readonly isMirrored: boolean;
}

/** Why no reader takes a content, with what it looks like and the fix. */
export interface Refused {
  readonly problem: string;
}
