import { fitsGlob } from "../watch/glob.ts";

/** From inclusive, to exclusive, in milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The time of so many milliseconds that ends now. */
export function spanUntilNow(ms: number, now: number): Span {
  return { from: now - ms, to: now + 1 };
}

export interface NamedHost {
  readonly host: string;
  readonly group: string;
}

/** Patterns of names, in which `*` matches any characters; absent: all. */
export interface Selection {
  readonly host?: string;
  readonly group?: string;
}

export function isSelected(selection: Selection, { host, group }: NamedHost): boolean {
  return fitsGlob(selection.host ?? "*", host) && fitsGlob(selection.group ?? "*", group);
}
