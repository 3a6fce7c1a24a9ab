import { UserError } from "../user-error.ts";
import { summarise } from "./averages.ts";
import { type Candidate, type ConfigDocument, candidatesOf, nameOf, type Varied, withEntry } from "./candidates.ts";
import type { Entity } from "./entity.ts";
import { entityNames, readEntity } from "./entity-files.ts";
import { foldsOf, sliceOf } from "./folds.ts";
import { type HeldOut, heldOut, isWorthIt, type Measures, meanOf } from "./held-out.ts";
import { isNab, nabNames, readNab } from "./nab-files.ts";
import { type Played, playEntity, type Refit } from "./play.ts";

/** Figures of `evaluate` that a choice can be made by. */
export const MEASURES = ["f1", "ap", "bestF1"] as const;
export type Measure = (typeof MEASURES)[number];

export interface TuneOptions {
  readonly folder: string;
  /** The configuration as JSON has it. */
  readonly document: ConfigDocument;
  /** Whose settings are tuned; `*` for those of every group. */
  readonly group: string;
  readonly varied: readonly Varied[];
  readonly measure: Measure;
  readonly folds: number;
  readonly refit: Refit;
  readonly intervalMs: number;
  readonly clock: () => number;
  /** Receives the share that is done. */
  readonly progress: (share: number) => void;
}

export interface TuneReport {
  readonly folder: string;
  readonly measure: Measure;
  readonly folds: number;
  /** Machines with enough labelled events, and those without. */
  readonly machines: readonly string[];
  readonly leftOut: readonly string[];
  /** Labelled events of the machines. */
  readonly events: number;
  /** The configured one first; the measure is the mean over all machines and folds. */
  readonly candidates: readonly { readonly name: string; readonly measure: number }[];
  readonly heldOut: HeldOut;
  /** The place of the candidate to use: 0 is the configured one. */
  readonly kept: number;
  readonly seconds: number;
}

export interface Tuning {
  readonly report: TuneReport;
  /** The configuration with the winner; absent where what is configured stays. */
  readonly document?: ConfigDocument;
}

/**
 * Plays every candidate on every machine of a folder as `evaluate` does, and chooses by folds in the order of time. A
 * deployment learns from no label, so what it says in a fold depends on no later one.
 */
export async function tune(options: TuneOptions): Promise<Tuning> {
  const { folder, document, group, measure, folds, clock } = options;
  const began = clock();
  const candidates = candidatesOf(document, group, options.varied);
  if (candidates.length < 2) throw new UserError("every candidate is what is configured: give other values to --vary");
  const { machines, leftOut, events } = await machinesOf(options);
  const [first] = machines;
  if (!first)
    throw new UserError(
      `${folder}: no machine has ${folds} labelled events in its test part, one for each fold: label more, or give fewer --folds`,
    );
  const measures: Measures[] = [];
  for (const [i, candidate] of candidates.entries()) {
    const done = (share: number) => options.progress((i + share) / candidates.length);
    measures.push(await measuresOf(machines, candidate, options, done));
  }
  const judged = heldOut(measures);
  const kept = isWorthIt(judged) ? judged.best : 0;
  const winner = kept === 0 ? undefined : candidates[kept];
  const named = candidates.map(({ changes }, i) => ({
    name: nameOf(changes),
    measure: meanOf((measures[i] ?? []).flat()),
  }));
  const about = { folder, measure, folds, machines: machines.map(({ name }) => name), leftOut, events };
  return {
    report: { ...about, candidates: named, heldOut: judged, kept, seconds: (clock() - began) / 1000 },
    ...(winner ? { document: withEntry(document, group, winner) } : {}),
  };
}

/** The machines that have an event for each fold. */
async function machinesOf({ folder, folds, intervalMs }: TuneOptions) {
  const isOfNab = isNab(folder);
  const machines: Entity[] = [];
  const leftOut: string[] = [];
  let events = 0;
  for (const name of isOfNab ? nabNames(folder) : entityNames(folder)) {
    const entity: Entity = isOfNab ? await readNab(folder, name) : await readEntity(folder, name, intervalMs);
    const { recording, from } = entity;
    if (foldsOf({ ...recording, from }, folds)) {
      machines.push(entity);
      events += eventsIn(recording.labels, from);
    } else leftOut.push(name);
  }
  return { machines, leftOut, events };
}

function eventsIn(labels: Uint8Array, from: number): number {
  return labels.reduce((count, label, i) => count + Number(i >= from && label === 1 && labels[i - 1] !== 1), 0);
}

async function measuresOf(
  machines: readonly Entity[],
  { config }: Candidate,
  { measure, folds, refit, clock }: TuneOptions,
  progress: (share: number) => void,
): Promise<Measures> {
  const measures: (readonly number[])[] = [];
  for (const [m, machine] of machines.entries()) {
    const played = await playEntity(machine, {
      ...{ config, clock, refit },
      progress: (share) => progress((m + share) / machines.length),
    });
    measures.push(byFold(played, foldsOf(played, folds) ?? [], measure));
  }
  return measures;
}

/** The measure of each fold, by the same functions as `evaluate`. */
function byFold(played: Played, starts: readonly number[], measure: Measure): readonly number[] {
  const slices = starts.map((from, k) => sliceOf(played, from, starts[k + 1] ?? played.times.length));
  return summarise(slices).entities.map((entity) => entity[measure] ?? 0);
}
