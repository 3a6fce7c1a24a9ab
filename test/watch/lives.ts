import type { Incident } from "../../lib/incident/incident.ts";
import type { Notice } from "../../lib/incident/notice.ts";
import { recordOf } from "../../lib/incident/record.ts";

/**
 * The rules for the notices of one host, in any story. One incident follows the other, each opened first and resolved
 * last, if at all. Every other kind comes at most once, but a notice of more trouble for each that joins. Revisions
 * count the notices of an incident.
 */
export function expectLives(notices: readonly Notice[], open: Incident | undefined): void {
  let current: { id: string; kinds: string[]; opened: number } | undefined;
  const ids = new Set<string>();
  let over = Number.NEGATIVE_INFINITY;
  for (const { kind, incident } of notices) {
    if (current === undefined) {
      expect(["opened", "unstable"]).toContain(kind);
      expect(ids).not.toContain(incident.id);
      expect(incident.opened).toBeGreaterThan(over);
      expect(recordOf(incident).unstable === true).toBe(kind === "unstable");
      ids.add(incident.id);
      current = { id: incident.id, kinds: [], opened: incident.opened };
    } else expect(["also", "worsened", "shifted", "resolved"]).toContain(kind);
    expect({ id: incident.id, opened: incident.opened }).toEqual({ id: current.id, opened: current.opened });
    if (kind !== "also") expect(current.kinds).not.toContain(kind);
    current.kinds.push(kind);
    expect(incident.revision).toBe(current.kinds.length);
    expect(incident.resolved !== undefined).toBe(kind === "resolved");
    if (kind !== "resolved") continue;
    over = incident.resolved!;
    expect(over - incident.opened).toBeGreaterThanOrEqual(120_000);
    current = undefined;
  }
  expect(open && { id: open.id, revision: open.revision }).toEqual(
    current && { id: current.id, revision: current.kinds.length },
  );
}
