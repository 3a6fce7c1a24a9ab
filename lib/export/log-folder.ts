import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { isCriticalSample } from "../incident/judgement.ts";
import { forestSeverity, type Severities } from "../table/metrics-history.ts";
import { Flag } from "../watch/apply.ts";
import type { Folded } from "../watch/fold.ts";
import type { HostState } from "../watch/state.ts";
import { historyAnomaly, historyCsv, type ScoredSample } from "./history-sample.ts";
import { appendAnomalies, appendHistory, appendLog, LOG_BYTES_MAX, lastNumber } from "./log-files.ts";

/** Hosts that get a folder: 18 GB of full files. More are not written. */
const HOSTS_MAX = 100;

export interface LogFolderOptions {
  readonly folder: string;
  /** The severities of a group whose hosts are judged by the forest; undefined for other groups. */
  readonly severitiesOf: (group: string) => Severities | undefined;
  /** Gets one line once a host is not written because the folder is full, and one for each write that fails. */
  readonly log: (line: string) => void;
  /** Bytes after which a file is set aside. */
  readonly bytesMax?: number;
}

/**
 * Writes the samples and anomalies of each host to files of its own, as they are scored. A failure here is logged and
 * does not touch the scoring.
 */
export function openLogFolder({ folder, severitiesOf, log, bytesMax = LOG_BYTES_MAX }: LogFolderOptions) {
  /** How many anomalies the log of each host has, read from the log once. */
  const hosts = new Map<string, number>();
  let isFull = false;
  return (folded: readonly Folded[]): void => {
    for (const { state, parts } of folded) {
      try {
        if (hasRoomFor(state.host)) write(state, parts);
      } catch (error) {
        log(`${folder}: samples of ${state.host} cannot be written: ${error}`);
      }
    }
  };

  function hasRoomFor(host: string): boolean {
    if (hosts.has(host) || hosts.size < HOSTS_MAX) return true;
    if (!isFull) log(`${folder} has room for ${HOSTS_MAX} hosts: ${host} and others are not written`);
    isFull = true;
    return false;
  }

  function write(state: HostState, parts: Folded["parts"]): void {
    const samples = parts.flatMap(samplesOf);
    if (samples.length === 0) return;
    const own = join(folder, nameOf(state.host));
    const logged = hosts.get(state.host) ?? loggedIn(own);
    hosts.set(state.host, logged);
    appendHistory(own, samples.map(historyCsv).join(""), bytesMax);
    const causes = state.incident?.kind === "anomaly" ? state.incident.causes : [];
    const anomalies = samples
      .filter(({ isAnomaly }) => isAnomaly)
      .map((sample) => historyAnomaly(sample, causes, severityOf(sample, state)));
    if (anomalies.length === 0) return;
    appendAnomalies(own, anomalies, bytesMax);
    appendLog(own, anomalies, { first: logged + 1, bytesMax });
    hosts.set(state.host, logged + anomalies.length);
  }

  function severityOf({ time, score }: ScoredSample, { group, verdict }: HostState): string {
    const severities = severitiesOf(group);
    if (severities) return forestSeverity(score, severities);
    return isCriticalSample({ time, ...(verdict && { judgement: { ...verdict, score } }) }) ? "critical" : "warning";
  }
}

/** Makes the folder if need be. */
function loggedIn(folder: string): number {
  mkdirSync(folder, { recursive: true });
  return lastNumber(folder);
}

/** Not those that were applied before. */
function samplesOf({ part, times, scores, flags }: Folded["parts"][number]): ScoredSample[] {
  const { names } = part.schema;
  return times.flatMap((time, i) => {
    const flag = flags[i] ?? 0;
    if (flag & Flag.duplicate) return [];
    const values = part.values.subarray(i * names.length, (i + 1) * names.length);
    return [{ time, names, values, score: scores[i] ?? Number.NaN, isAnomaly: (flag & Flag.anomaly) !== 0 }];
  });
}

/** A host's name may have characters that a file name cannot have. */
function nameOf(host: string): string {
  return encodeURIComponent(host).replace(/^\./, "%2E");
}
