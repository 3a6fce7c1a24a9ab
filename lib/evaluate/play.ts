import type { Config } from "../config/config.ts";
import { backtest } from "../replay/backtest.ts";
import type { BacktestReport, ReportedIncident } from "../replay/backtest-report.ts";
import { type Captured, captureScores } from "./captured.ts";
import type { Entity } from "./entity.ts";
import { fitOnce, sentFrom } from "./fit-once.ts";
import { quizOn } from "./quiz.ts";
import { periodOf } from "./vus.ts";

/** A deployment's results for an entity, for each row of it, including the train part. */
export interface Played extends Omit<Entity, "recording">, Captured {
  /** Milliseconds since the epoch, ascending. */
  readonly times: Float64Array;
  /** 1 for an anomaly. */
  readonly labels: Uint8Array;
  /** Rows after which the first metric is most like itself. */
  readonly period: number;
  /** Those that opened in the test part, in the order in which they opened. */
  readonly incidents: readonly PlayedIncident[];
  /** Messages that people got in the test part. */
  readonly messages: number;
}

/** Times are in milliseconds since the epoch. */
export interface PlayedIncident {
  readonly opened: number;
  readonly lastAnomaly: number;
  readonly isCritical: boolean;
  /** Whether it touches no labelled row. */
  readonly isFalse: boolean;
  /** As in messages: the largest first. */
  readonly causes: readonly string[];
}

export const REFITS = ["daily", "never"] as const;
export type Refit = (typeof REFITS)[number];

export interface PlayOptions {
  readonly config: Config;
  /** Milliseconds of the computer's own time. */
  readonly clock: () => number;
  /** Called with the share that is done. */
  readonly progress: (share: number) => void;
  /** `never`: the train part is fitted to as a whole, and the test part alone is played; absent: `daily`. */
  readonly refit?: Refit;
  /** Half-way through the test part a person answers this many questions of the label queue, by the rows' labels. */
  readonly answers?: number | undefined;
}

/** Plays one entity, alone in a deployment of its own, through scorer, sweep and refits; nobody labels. */
export async function playEntity(entity: Entity, options: PlayOptions): Promise<Played> {
  const { config, clock, progress, answers, refit = "daily" } = options;
  const { recording, ...about } = entity;
  const { times, labels, metrics } = recording;
  const { onFolded, at } = captureScores();
  const once = refit === "never" ? fitOnce(entity, config.settingsOf(recording.group)) : undefined;
  const report = await backtest([once ? sentFrom(recording, entity.from) : recording], {
    ...{ config, stopwatch: clock, progress, onFolded },
    ...(once ? { baseline: once } : {}),
    ...(answers === undefined ? {} : { quiz: quizOn(entity, answers) }),
  });
  const period = periodOf(metrics[0]?.values ?? new Float64Array());
  return { ...about, times, labels, period, ...at(times), ...raisedIn(report, times[entity.from] ?? Number.NaN) };
}

/** The incidents that the detector opened, whether people were notified or not. */
function raisedIn(
  { incidents, quiet, notices }: BacktestReport,
  start: number,
): Pick<Played, "incidents" | "messages"> {
  const raised = [...incidents, ...quiet].flatMap((incident) => playedIncident(incident));
  return {
    incidents: raised.filter(({ opened }) => opened >= start).sort((a, b) => a.opened - b.opened),
    messages: notices.filter(({ at }) => Date.parse(at) >= start).length,
  };
}

/** No incident of a silence, since no row can say whether it is right. */
function playedIncident({ opened, lastAnomaly, isFalse, severity, causes }: ReportedIncident): PlayedIncident[] {
  if (isFalse === undefined) return [];
  return [
    {
      opened: Date.parse(opened),
      lastAnomaly: Date.parse(lastAnomaly),
      isCritical: severity === "critical",
      isFalse,
      causes: causes.map(({ metric }) => metric),
    },
  ];
}
