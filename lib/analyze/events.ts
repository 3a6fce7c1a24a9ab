import type { Row } from "./layout.ts";

/** A row with its line in the file. */
export interface Ranked extends Row {
  /** Counted from 1; the header is line 1. */
  readonly line: number;
}

/** Anomalies of one host that follow one another. */
export interface Event {
  readonly from: Ranked;
  readonly to: Ranked;
  /** Its anomalies. */
  readonly rows: number;
  /** The row furthest above its threshold. */
  readonly peak: Ranked;
}

/** A level at the edge of its threshold flickers; an event ends with so many rows without an anomaly. */
const CALM_ROWS = 5;

interface Open {
  event: Event;
  calm: number;
}

/** Joins the rows of each host to events, in the order of the file; `finish` takes each event when it is over. */
export function joinEvents(finish: (event: Event) => void) {
  const open = new Map<string, Open>();
  return {
    add(row: Ranked): void {
      const host = row.host ?? "";
      const one = open.get(host);
      if (row.verdict.isAnomaly) open.set(host, { event: one ? longer(one.event, row) : newEvent(row), calm: 0 });
      else if (one && ++one.calm >= CALM_ROWS) {
        open.delete(host);
        finish(one.event);
      }
    },
    end(): void {
      for (const { event } of open.values()) finish(event);
      open.clear();
    },
  };
}

function newEvent(row: Ranked): Event {
  return { from: row, to: row, rows: 1, peak: row };
}

function longer({ from, rows, peak }: Event, row: Ranked): Event {
  return { from, to: row, rows: rows + 1, peak: row.verdict.excess > peak.verdict.excess ? row : peak };
}
