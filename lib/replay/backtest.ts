import { type Config, DEFAULT_CONFIG } from "../config/config.ts";
import type { Span } from "../export/span.ts";
import type { Incident } from "../incident/incident.ts";
import { DEFAULT_SETTINGS } from "../learn/fit-settings.ts";
import { type BaselineLedger, namesOf } from "../learn/report.ts";
import { SCHEDULES } from "../resources.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../time.ts";
import { UserError } from "../user-error.ts";
import type { Baseline } from "../watch/baseline.ts";
import { isName, NAME_RULE, shown } from "../wire/name.ts";
import { type BacktestReport, reportOf } from "./backtest-report.ts";
import { type GivenAnswer, give } from "./given-answers.ts";
import { type Lesson, teach } from "./lesson.ts";
import type { HostRecording } from "./recording.ts";
import { createSender } from "./sender.ts";
import { type OnFolded, type VirtualDeployment, virtualDeployment } from "./virtual-deployment.ts";

export interface BacktestOptions {
  /** Absent: the defaults. */
  readonly config?: Config;
  /** People's answers, in the order of their times. */
  readonly answers?: readonly GivenAnswer[];
  /** A person who once looks at the incidents so far, and answers some. */
  readonly quiz?: Quiz;
  /** The host's training before the recording; absent: hosts learn from nothing. */
  readonly lesson?: Lesson;
  /** Judges its host throughout, in place of all refits. */
  readonly baseline?: Baseline;
  /** Milliseconds of the computer's own time, for the speed. */
  readonly stopwatch: () => number;
  /** Called with the finished share. */
  readonly progress: (share: number) => void;
  /** Receives the scorer's result for every sample. */
  readonly onFolded?: OnFolded;
}

export interface Quiz {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly answer: (incidents: readonly Incident[]) => readonly GivenAnswer[];
}

/** The incident store reads the incidents of this many days at once, and each minute takes a sweep. */
const DAYS_MAX = 400;
/** The same span as `labels queue`. */
const QUIZ_DAYS = 30;
const QUIZ_INCIDENTS_MAX = 10_000;
/** A notice that the last sweep leaves is sent by the next. */
const MINUTES_AFTER = 2;

/** Plays a recording to the deployed functions in virtual time, and returns the messages that people would have got. */
export async function backtest(
  recording: readonly HostRecording[],
  { config = DEFAULT_CONFIG, answers = [], quiz, lesson, baseline, stopwatch, progress, onFolded }: BacktestOptions,
): Promise<BacktestReport> {
  for (const { host, metrics } of recording) checkNames(host, metrics);
  const span = spanOf(recording);
  const deployment = virtualDeployment(span.from, config, { ...(onFolded && { onFolded }), fitsYoung: !baseline });
  if (baseline) await install(deployment.stores.baselines, baseline);
  if (lesson) await teach(deployment.stores, lesson, span.from, config);
  const began = stopwatch();
  const { refitting, unanswered } = await play(recording, span, {
    deployment,
    refits: !baseline,
    answers,
    quiz,
    stopwatch,
    progress,
  });
  const seconds = (stopwatch() - began) / SECOND_MS;
  return reportOf(recording, span, deployment, {
    seconds,
    refitSeconds: refitting / SECOND_MS,
    answers: { given: answers.length, withoutIncident: unanswered },
  });
}

/** The scorer would reject all records of such a host. */
function checkNames(host: string, metrics: HostRecording["metrics"]): void {
  const wrong = [host, ...metrics.map(({ name }) => name)].find((name) => !isName(name));
  if (wrong !== undefined) throw new UserError(`${shown(host)}: the name ${shown(wrong)}: ${NAME_RULE}`);
}

/** Whole minutes. */
function spanOf(recording: readonly HostRecording[]): Span {
  const first = Math.min(...recording.map(({ times }) => times[0] ?? Number.POSITIVE_INFINITY));
  const last = Math.max(...recording.map(({ times }) => times.at(-1) ?? 0));
  const [from, to] = [minuteOf(first), minuteOf(last) + MINUTE_MS];
  if (to - from > DAYS_MAX * DAY_MS)
    throw new UserError(
      `the recording goes from ${iso(first)} to ${iso(last)}: replay at most ${DAYS_MAX} days, or mend wrong times`,
    );
  return { from, to };
}

/** Puts a baseline in force that no refit made. */
async function install(ledger: BaselineLedger, baseline: Baseline): Promise<void> {
  const { owner, version, model, epsilon, samples, fitted: at } = baseline;
  const about = { owner, version, at, ...namesOf(model), covariance: DEFAULT_SETTINGS.covariance };
  const labels = { fault: [], false: [] };
  const report = { ...about, samples, excluded: 0, epsilon, source: "quantile" as const, labels, flagRate: 0 };
  await ledger.write(report, baseline);
  await ledger.promote(report, 0);
}

interface Playing {
  readonly deployment: VirtualDeployment;
  readonly refits: boolean;
  readonly answers: readonly GivenAnswer[];
  readonly quiz: Quiz | undefined;
  readonly stopwatch: () => number;
  readonly progress: (share: number) => void;
}

/**
 * Minute by minute: hosts send their new samples, the mapping hands them to the scorer, the sweep runs, and the refit
 * when its schedule says. People answer at the end of a minute. Returns the milliseconds of refits and the answers
 * without an incident.
 */
async function play(recording: readonly HostRecording[], span: Span, playing: Playing) {
  const { deployment, refits, answers, quiz, stopwatch, progress } = playing;
  const senders = recording.map(createSender);
  let [refitting, answered, unanswered] = [0, 0, 0];
  for (let end = span.from + MINUTE_MS; end <= span.to + MINUTES_AFTER * MINUTE_MS; end += MINUTE_MS) {
    await deployment.score(senders.flatMap((sender) => sender.sendUntil(end)));
    await deployment.sweep(end);
    for (let answer = answers[answered]; answer && answer.at <= end; answer = answers[++answered]) {
      if (!(await give(deployment.stores, answer))) unanswered++;
    }
    if (quiz && end - MINUTE_MS < quiz.at && quiz.at <= end) await hold(quiz, deployment, end);
    if (refits && (end - span.from) % (SCHEDULES.refit * SECOND_MS) === 0) {
      const began = stopwatch();
      await deployment.refit(end);
      refitting += stopwatch() - began;
    }
    progress((end - span.from) / (span.to - span.from));
  }
  return { refitting, unanswered: unanswered + answers.length - answered };
}

/** A person looks through the incidents of the last month. */
async function hold({ answer }: Quiz, { stores }: VirtualDeployment, now: number): Promise<void> {
  const incidents = await stores.incidents.feed(now - QUIZ_DAYS * DAY_MS, now + 1, QUIZ_INCIDENTS_MAX);
  for (const one of answer(incidents)) await give(stores, one);
}

function minuteOf(time: number): number {
  return Math.floor(time / MINUTE_MS) * MINUTE_MS;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
