import type { Row } from "./layout.ts";

/** A panel shows one quantity over the rows. */
export interface Panel {
  readonly title: string;
  readonly of: (row: Row) => number;
  /** Whether the panel marks an anomaly: it does if its metric is among the reasons. */
  readonly marks: (row: Row) => boolean;
}

/** The data of a chart: each of its columns has the least and the greatest value of its rows. */
export interface ChartData {
  readonly rows: number;
  readonly columns: number;
  /** The time of the first row of each column, in milliseconds since the epoch; NaN without times. */
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

/** About the width of a screen; however many rows a column has, it shows their peak. */
const CHART_COLUMNS_MAX = 1_000;
/** Nobody would look at more. */
const PANELS_MAX = 12;

/** One panel per metric, for a file with one host. */
export function metricPanels(metrics: readonly string[]): Panel[] {
  return metrics.slice(0, PANELS_MAX).map((title, metric) => ({
    title,
    of: ({ values }) => values[metric] ?? Number.NaN,
    marks: ({ verdict }) => verdict.reasons.some((reason) => reason.metric === metric),
  }));
}

/** One panel for all hosts: the score of each row as a share of its host's threshold. */
export function scorePanel(): Panel {
  return { title: "score / threshold", of: ({ verdict }) => verdict.excess, marks: () => true };
}

/** Gathers the chart of a file of about `expectedRows` rows. Memory does not grow with the rows. */
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
        // In this form the first value of a column replaces the NaN.
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
