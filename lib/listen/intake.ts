import { setImmediate } from "node:timers/promises";
import type { Clock } from "../time.ts";
import { type Decoded, decodeRecord } from "../wire/decode.ts";
import { isTooMuch } from "../wire/reasons.ts";
import { Schemas } from "../wire/schemas.ts";
import { halvesOf } from "./halves.ts";

export interface IntakeOptions {
  /** Puts a record on the stream; returns the reason if the stream did not take it, else null. */
  readonly put: (record: {
    readonly host: string;
    readonly data: Buffer;
  }) => Promise<{ readonly words: string } | null>;
  readonly clock: Clock;
}

/** The result for a body. */
export type Taken =
  | {
      /** Parts that can never be read, and their number; the rest of the body is on the stream. */
      readonly rejected: number;
      /** Values that were no finite number. */
      readonly replaced: number;
      /** The reasons, each once. */
      readonly reasons: readonly string[];
      /** Records that the stream has. */
      readonly records: number;
    }
  /** Nothing is on the stream: the body is too large. */
  | { readonly excess: string }
  /** The stream took no more: the same body may be sent again without harm. */
  | { readonly trouble: string };

/** A record of Kinesis holds 1 MiB with its partition key, which has at most 256 characters. */
const RECORD_BYTES = 1024 * 1024 - 1024;
/** Records that one body may become: 16 MiB of the largest, or 38,400 samples. */
const RECORDS_MAX = 64;
const REASONS_MAX = 10;

/**
 * Puts bodies on the stream as records that the scorer reads. The same readers check them first, so that the sender
 * gets the reason at once if a part can never be read. Such a part gets onto the stream only in a record with readable
 * parts.
 */
export function createIntake({ put, clock }: IntakeOptions) {
  const schemas = new Schemas();

  return async (body: Buffer, key: string): Promise<Taken> => {
    // The scorer decides which part of it is watched.
    const pieces = await piecesOf(body, (bytes) =>
      decodeRecord(bytes, clock(), schemas, { partitionKey: key, keepsAll: true }),
    );
    if (!pieces) return { excess: `more than ${RECORDS_MAX} records of the stream: send smaller batches` };
    const good = pieces.filter(isReadable);
    for (const { bytes } of good) {
      const trouble = await put({ host: key, data: bytes });
      if (trouble) return { trouble: trouble.words };
    }
    // The scorer knows the names of a schema that is new here.
    const problems = pieces.flatMap(({ decoded }) => (decoded.unknownSchema === undefined ? decoded.problems : []));
    return {
      rejected: problems.reduce((sum, { times = 1 }) => sum + times, 0),
      replaced: pieces.reduce((sum, { decoded }) => sum + decoded.replaced, 0),
      reasons: [...new Set(problems.map(({ reason }) => reason))].slice(0, REASONS_MAX),
      records: good.length,
    };
  };
}

interface Piece {
  readonly bytes: Buffer;
  readonly decoded: Pick<Decoded, "parts" | "problems" | "replaced" | "unknownSchema">;
}

/** Also an empty one: the scorer knows the reason. */
function isReadable({ decoded: { parts, problems, unknownSchema } }: Piece): boolean {
  return parts.length > 0 || problems.length === 0 || unknownSchema !== undefined;
}

/**
 * A body in order, cut until each piece fits into a record and within the limits of one; undefined for too many. The
 * largest take seconds: between two steps, other work of this process goes on.
 */
async function piecesOf(body: Buffer, decode: (bytes: Buffer) => Decoded): Promise<readonly Piece[] | undefined> {
  const pieces: Piece[] = [];
  const waiting = [body];
  for (let bytes = waiting.pop(); bytes; bytes = waiting.pop()) {
    if (pieces.length + waiting.length >= RECORDS_MAX) return undefined;
    await setImmediate();
    const decoded = bytes.length > RECORD_BYTES ? undefined : decode(bytes);
    const fits = decoded && !decoded.problems.some(({ reason }) => isTooMuch(reason));
    const halves = fits ? undefined : halvesOf(bytes);
    if (halves) waiting.push(halves[1], halves[0]);
    else pieces.push({ bytes, decoded: decoded ?? tooLarge(bytes) });
  }
  return pieces;
}

function tooLarge({ length }: Buffer): Piece["decoded"] {
  const reason = `${length} bytes that cannot be cut: a record of the stream has ${RECORD_BYTES}`;
  return { parts: [], problems: [{ reason }], replaced: 0 };
}
