import { FUNCTIONS, REFIT_RESERVE_SECONDS, SCHEDULES } from "../resources.ts";
import { DAY_MS, SECOND_MS } from "../time.ts";
import { VCPU_MIB } from "./bill.ts";
import { type Fleet, MEASURED, MODELS_KEPT, recordSecondsOf, refitSeconds } from "./expected-usage.ts";

/** A row of the table of limits: how far fleets use one part of a stack. */
export interface Limit {
  readonly what: string;
  /** How much there is of it, in words. */
  readonly of: string;
  /** The used share of it: beyond 1, the fleet is too large for one stack. */
  readonly share: number;
}

/** Records that a shard takes in a second ("Kinesis Data Streams quotas and limits"). */
const SHARD_RECORDS = 1_000;
/** Shards have this many times the room for the mean: for peaks, and for records that come again. */
const ROOM = 1.25;
/** Seconds of a day in which refits run. */
const REFIT_SECONDS = (DAY_MS / SECOND_MS / SCHEDULES.refit) * (FUNCTIONS.refit.timeoutSeconds - REFIT_RESERVE_SECONDS);

/** Shards that the records need, and the scorer: one invocation at a time serves a shard, with one vCPU. */
export function shardsFor(fleet: Pick<Fleet, "hosts" | "flushMs">): number {
  const perSecond = recordsPerSecond(fleet);
  const busy = Math.max(1 / SHARD_RECORDS, recordSecondsOf(fleet.hosts));
  return Math.max(1, Math.ceil(ROOM * perSecond * busy));
}

/** Stacks that share the hosts, so that none is too large for the parts that no shard adds to. */
export function stacksFor(fleet: Omit<Fleet, "shards">): number {
  return Math.max(1, ...stackLimits(fleet).map(({ share }) => Math.ceil(share)));
}

/** The shares that the fleet of one stack uses of its shards, and of the parts that do not grow with it. */
export function limitsOf(fleet: Fleet): readonly Limit[] {
  const perShard = recordsPerSecond(fleet) / fleet.shards;
  return [
    {
      what: "records of a shard",
      of: `${SHARD_RECORDS.toLocaleString("en")} a second`,
      share: perShard / SHARD_RECORDS,
    },
    { what: "CPU of a shard's scorer", of: "1 vCPU", share: perShard * recordSecondsOf(fleet.hosts) },
    ...stackLimits(fleet),
  ];
}

function stackLimits(fleet: Omit<Fleet, "shards">): readonly Limit[] {
  const refitsADay = DAY_MS / (fleet.refitEveryMs ?? DAY_MS);
  const sweepVcpu = FUNCTIONS.sweep.memoryMiB / VCPU_MIB;
  const sweepSeconds = (MEASURED.sweepSeconds + fleet.hosts * MEASURED.sweptSeconds) / sweepVcpu;
  return [
    { what: "sweep", of: `${FUNCTIONS.sweep.timeoutSeconds} s`, share: sweepSeconds / FUNCTIONS.sweep.timeoutSeconds },
    {
      what: "refits of all hosts",
      of: `${(REFIT_SECONDS / 3_600).toFixed(1)} h a day`,
      share: (fleet.hosts * refitSeconds(fleet) * refitsADay) / REFIT_SECONDS,
    },
    {
      what: "models in a scorer's memory",
      of: `${MODELS_KEPT.toLocaleString("en")} hosts`,
      share: fleet.hosts / MODELS_KEPT,
    },
  ];
}

function recordsPerSecond({ hosts, flushMs }: Pick<Fleet, "hosts" | "flushMs">): number {
  return (hosts * SECOND_MS) / flushMs;
}
