/**
 * Whether a reason says that a record holds too much: then parts of it can be read. All such reasons end so. One sample
 * with too many metrics has no such parts.
 */
export function isTooMuch(reason: string): boolean {
  return /(?<! metrics): send (?:several|at most)/.test(reason);
}

/** The reason for a body that was refused over HTTP, and never became a record of the stream. */
export function overHttp(status: number, message: string): string {
  return `HTTP ${status}: ${message}`;
}

export function isOverHttp(reason: string): boolean {
  return /^HTTP \d{3}: /.test(reason);
}

/** A reason without its quotes and numbers, in which the reasons of similar records differ. */
export function kindOfReason(reason: string): string {
  return reason.replace(/["'].*/s, "").replace(/\d+/g, "…");
}

/** More kinds than this come from a sender that makes them up. */
const KINDS_MAX = 1_000;

/** Whether a reason is the first of its kind, and worth a line in the log. */
export function createFirsts(): (reason: string) => boolean {
  const kinds = new Set<string>();
  return (reason) => {
    const kind = kindOfReason(reason);
    if (kinds.has(kind)) return false;
    if (kinds.size >= KINDS_MAX) kinds.clear();
    kinds.add(kind);
    return true;
  };
}
