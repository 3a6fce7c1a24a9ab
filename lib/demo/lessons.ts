import { MINUTE_MS } from "../time.ts";
import { busyCpu, type Change, type Fault, leak, onServer } from "./fault.ts";
import type { Scenario } from "./scenario.ts";
import { createStage, type Play } from "./stage.ts";

/** A fault of a server, and the message about it before and after a label `false`. */
export interface Lesson {
  readonly kind: string;
  /** Announced without any label. */
  readonly before: boolean;
  /** Announced after an incident of the next kind was labelled false. */
  readonly afterAnother: boolean;
  /** Announced after an incident of its own kind was labelled false. */
  readonly afterOwn: boolean;
}

const HOST = "web-03";
const HOSTS = [HOST, "web-04"].map((name) => ({ name, group: "web" }));

const FIRST = { from: 10 * MINUTE_MS, to: 25 * MINUTE_MS };
const LABELLED = { of: 20 * MINUTE_MS, at: 60 * MINUTE_MS };
const SECOND = { from: 90 * MINUTE_MS, to: 105 * MINUTE_MS };
const LASTS = 115 * MINUTE_MS;

/** Twelve kinds of fault. */
const FAULTS: readonly (readonly [kind: string, change: Change])[] = [
  ["CPU runaway", busyCpu],
  ["memory leak", leak],
  ["memory jump", onServer((of) => ({ memory_used_percent: of.memory_used_percent + 20 }))],
  ["disk full", onServer(() => ({ disk_used_percent: 99 }))],
  ["slow disk", onServer(() => ({ disk_busy_percent: 98 }))],
  ["network flood", onServer((of) => ({ network_in_bytes_per_second: 30 * of.network_in_bytes_per_second }))],
  ["network dead", onServer(() => ({ network_in_bytes_per_second: 0 }))],
  ["errors", onServer(() => ({ errors_per_second: 25 }))],
  ["latency", onServer((of) => ({ latency_seconds: of.latency_seconds + 0.8 }))],
  ["requests gone", onServer(() => ({ requests_per_second: 0 }))],
  ["process count", onServer((of) => ({ processes: of.processes + 400 }))],
  ["one host of a group", onServer((of) => ({ cpu_busy_percent: of.cpu_busy_percent / 4, load_1m: of.load_1m / 4 }))],
];

/** Plays each fault three times; the same seed gives the same table. */
export async function playLessons(seed: number): Promise<readonly Lesson[]> {
  const play = createStage(seed);
  const lessons: Lesson[] = [];
  for (const [i, [kind, change]] of FAULTS.entries()) {
    const another = FAULTS[(i + 1) % FAULTS.length]?.[1] ?? change;
    lessons.push({
      kind,
      before: await isTold(play, another, change, false),
      afterAnother: await isTold(play, another, change, true),
      afterOwn: await isTold(play, change, change, true),
    });
  }
  return lessons;
}

/** Whether the second fault brings a message about the host, after the first was called false, or got no label. */
async function isTold(play: Play, first: Change, second: Change, isLabelled: boolean): Promise<boolean> {
  const faults: readonly Fault[] = [
    { hosts: [HOST], ...FIRST, change: first },
    { hosts: [HOST], ...SECOND, change: second },
  ];
  const scenario: Scenario = {
    name: "lesson",
    story: "A fault is called false; another follows.",
    ...{ hosts: HOSTS, server: true, sampleMs: MINUTE_MS, lasts: LASTS, faults, told: [] },
    ...(isLabelled ? { answers: [{ host: HOST, verdict: "false", ...LABELLED }] } : {}),
  };
  let told = false;
  await play(scenario, ({ at, news }) => {
    if (at >= SECOND.from && /^(opened|also|worsened|unstable) /.test(news)) told = true;
  });
  return told;
}

/** The table of docs/alerts.md. */
export function lessonTable(lessons: readonly Lesson[]): string {
  const inWords = (told: boolean) => (told ? "notified" : "quiet");
  const rows = lessons.map(({ kind, before, afterAnother, afterOwn }) =>
    [kind, inWords(before), inWords(afterAnother), inWords(afterOwn)].join(" | "),
  );
  return [
    "| fault | without a label | after `false` for another fault | after `false` for the same |",
    "|---|---|---|---|",
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
}
