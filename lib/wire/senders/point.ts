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
  /** Whether the sender says that the value only grows until it is reset. */
  readonly isCounter?: boolean | undefined;
}

/** What a reader finds: a value, or why some part cannot be read. */
export type Found = Point | { readonly problem: string };

/** Why no reader takes a content, with what it looks like and the fix. */
export interface Refused {
  readonly problem: string;
}
