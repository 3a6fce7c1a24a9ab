import type { Row } from "./layout.ts";

/** A panel shows one quantity over the rows. */
export interface Panel {
  readonly title: string;
  readonly of: (row: Row) => number;
  /** Whether an anomaly is marked here: it is where its metric is among the reasons. */
  readonly marks: (row: Row) => boolean;
}

/** What is to be drawn of a file: by column of the chart, the least and the greatest value of its rows. */
export interface ChartData {
  readonly rows: number;
  readonly columns: number;
  /** Milliseconds since the epoch, of the first row of each column; NaN where there is none. */
  readonly times: Float64Array;
  readonly panels: readonly PanelData[];
}

export interface PanelData {
  readonly title: string;
  /** One per column; NaN where no row has a value. */
  readonly least: Float64Array;
  readonly greatest: Float64Array;
  readonly marks: readonly Mark[];
}

/** The worst anomaly of a column. */
export interface Mark {
  readonly column: number;
  readonly value: number;
  readonly excess: number;
  readonly row: Row;
}

/** As many as a screen is wide; no peak is lost however many rows there are to one. */
const CHART_COLUMNS_MAX = 1_000;
/** More would not be looked at. */
const PANELS_MAX = 12;

/** One panel per metric: for a file of one host. */
export function metricPanels(metrics: readonly string[]): Panel[] {
  return metrics.slice(0, PANELS_MAX).map((title, metric) => ({
    title,
    of: ({ values }) => values[metric] ?? Number.NaN,
    marks: ({ verdict }) => verdict.reasons.some((reason) => reason.metric === metric),
  }));
}

/** One panel for all hosts: how far each row is on its way to its host's threshold. */
export function scorePanel(): Panel {
  return { title: "score / threshold", of: ({ verdict }) => verdict.excess, marks: () => true };
}

/** Gathers a chart of a file of about so many rows. What is held does not grow with them. */
export function gatherChart(panels: readonly Panel[], expectedRows: number) {
  const columns = Math.max(1, Math.min(expectedRows, CHART_COLUMNS_MAX));
  const times = new Float64Array(columns).fill(Number.NaN);
  const parts = panels.map((panel) => ({
    panel,
    least: new Float64Array(columns).fill(Number.NaN),
    greatest: new Float64Array(columns).fill(Number.NaN),
    marks: new Map<number, Mark>(),
  }));
  let rows = 0;
  return {
    add(row: Row): void {
      const column = Math.min(columns - 1, Math.floor((rows++ * columns) / expectedRows));
      if (Number.isNaN(times[column])) times[column] = row.time ?? Number.NaN;
      for (const { panel, least, greatest, marks } of parts) {
        const value = panel.of(row);
        if (Number.isNaN(value)) continue;
        // Written so that the first value of a column passes over the NaN that is there.
        if (!((least[column] ?? Number.NaN) <= value)) least[column] = value;
        if (!((greatest[column] ?? Number.NaN) >= value)) greatest[column] = value;
        if (row.verdict.isAnomaly && panel.marks(row)) mark(marks, { column, value, excess: row.verdict.excess, row });
      }
    },
    end(): ChartData {
      return {
        rows,
        columns,
        times,
        panels: parts.map(({ panel, least, greatest, marks }) => ({
          title: panel.title,
          least,
          greatest,
          marks: [...marks.values()],
        })),
      };
    },
  };
}

function mark(marks: Map<number, Mark>, one: Mark): void {
  const other = marks.get(one.column);
  if (!other || one.excess > other.excess) marks.set(one.column, one);
}
