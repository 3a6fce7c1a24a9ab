import { messageOf } from "../errors.ts";
import { type Clock, DAY_MS } from "../time.ts";
import { kindOfReason, overHttp } from "../wire/reasons.ts";

/** Bodies of one sender that were refused for one reason on one day (UTC). */
interface Kind {
  readonly number: number;
  readonly day: number;
  readonly sender: string;
  readonly reason: string;
  /** Whether a password may still follow, as libcurl sends it. */
  readonly isAsked: boolean;
  bodies: number;
  /** The last of them, in milliseconds since the epoch. */
  last: number;
  /** How many of them the store has. */
  kept: number;
}

/** Senders and reasons of a day that are told apart. The doctor reads 100 examples of a day. */
const KINDS_MAX = 50;
const OTHERS = { sender: "others", reason: overHttp(429, "further senders and reasons: mend the first ones") };
/** The doctor knows of a refused body after this time. */
const SAVE_AFTER_MS = 5_000;

interface RefusedRecord {
  readonly sequenceNumber: string;
  /** The sender's address. */
  readonly partitionKey: string;
  readonly arrival: number;
  readonly problems: readonly string[];
  readonly bytes: Buffer;
  /** The number of bodies. */
  readonly alike: number;
}

interface RefusedOptions {
  /** The rejected records of the stream; what is kept under one number again replaces what was before. */
  readonly rejected: { readonly keep: (record: RefusedRecord) => Promise<void> };
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/**
 * Counts refused bodies by sender and reason, and keeps each count as one rejected record, which every further body
 * overwrites. The bodies themselves are not kept: anybody may send them.
 */
export function createRefusedBodies({ rejected, clock, log }: RefusedOptions) {
  const started = clock();
  const kinds = new Map<string, Kind>();
  let timer: NodeJS.Timeout | undefined;
  let made = 0;

  function kindOf(key: string, about: Pick<Kind, "day" | "sender" | "reason" | "isAsked">): Kind {
    const known = kinds.get(key);
    if (known) return known;
    const kind = { ...about, number: ++made, bodies: 0, last: 0, kept: 0 };
    kinds.set(key, kind);
    return kind;
  }

  async function save(): Promise<void> {
    timer = undefined;
    const today = dayOf(clock());
    for (const [key, kind] of kinds) {
      const { number, sender: partitionKey, reason, bodies: alike, last: arrival } = kind;
      if (alike > kind.kept) {
        const sequenceNumber = `http-${started}-${number}`;
        await rejected.keep({
          ...{ sequenceNumber, partitionKey, arrival, alike },
          problems: [reason],
          bytes: Buffer.alloc(0),
        });
        kind.kept = alike;
      }
      if (kind.day < today) kinds.delete(key);
    }
  }

  const saveOrLog = () =>
    save().catch((error: unknown) => log(`Refused bodies are not kept for the doctor: ${messageOf(error)}`));

  return {
    /** Counts a body. `isAsked`: it had no token, and the answer asks for one. */
    note(sender: string, reason: string, isAsked = false): void {
      const now = clock();
      const day = dayOf(now);
      const key = keyOf(day, sender, reason);
      const isRoom = kinds.has(key) || kinds.size < KINDS_MAX;
      const kind = isRoom
        ? kindOf(key, { day, sender, reason, isAsked })
        : kindOf(keyOf(day, OTHERS.sender, OTHERS.reason), { day, ...OTHERS, isAsked: false });
      kind.bodies++;
      kind.last = now;
      timer ??= setTimeout(saveOrLog, SAVE_AFTER_MS).unref();
    },

    /** Forgets the requests of a sender that waited to be asked for its token. */
    accept(sender: string): void {
      for (const kind of kinds.values()) if (kind.isAsked && kind.sender === sender) kind.bodies = kind.kept;
    },

    async close(): Promise<void> {
      clearTimeout(timer);
      await saveOrLog();
    },
  };
}

export type RefusedBodies = ReturnType<typeof createRefusedBodies>;

function dayOf(time: number): number {
  return Math.floor(time / DAY_MS);
}

function keyOf(day: number, sender: string, reason: string): string {
  return JSON.stringify([day, sender, kindOfReason(reason)]);
}
