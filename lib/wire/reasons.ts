/** Whether a reason says that a record holds too much: then parts of it can be read. All such reasons end so. */
export function isTooMuch(reason: string): boolean {
  return /: send (?:several|at most)/.test(reason);
}

/** A reason up to what it quotes and without numbers: in these, reasons of like records differ. */
export function kindOfReason(reason: string): string {
  return reason.replace(/["'].*/s, "").replace(/\d+/g, "…");
}

/** More kinds than this come from somebody who makes them up. */
const KINDS_MAX = 1_000;

/** Tells whether a reason is the first of its kind, where that is worth a line. */
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
