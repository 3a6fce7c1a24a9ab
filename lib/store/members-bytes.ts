import { NO_SCORES } from "../model/persistence.ts";
import { type DetectorMemory, isOfBands, type MembersMemory } from "../watch/host-memory.ts";
import { bandMemoryOfBytes, bytesOfBandMemory } from "./band-memory-bytes.ts";
import { bytesOfFloats, floatsOfBytes } from "./floats.ts";
import { bytesOfWindowMemory, windowMemoryOfBytes } from "./window-bytes.ts";

const Kind = { bands: 0, windows: 1, scores: 2 } as const;
const HEAD_BYTES = 3;

/** The memory of an ensemble's members. Each has its kind (1 byte), its length (2) and its own bytes. */
export function bytesOfMembers({ members }: MembersMemory): Uint8Array {
  return Buffer.concat(
    members.flatMap((memory) => {
      const [kind, bytes] = kindAndBytes(memory);
      const head = Buffer.alloc(HEAD_BYTES);
      head.writeUInt8(kind);
      head.writeUInt16LE(bytes.length, 1);
      return [head, bytes];
    }),
  );
}

/** The encoded memories; throws when the bytes are none. */
export function membersOfBytes(bytes: Uint8Array): MembersMemory {
  const buffer = Buffer.from(bytes);
  const members: DetectorMemory[] = [];
  for (let at = 0; at < buffer.length; ) {
    const [kind, begin] = [buffer.readUInt8(at), at + HEAD_BYTES];
    at = begin + buffer.readUInt16LE(at + 1);
    if (at > buffer.length) throw new RangeError("the bytes end within the memory of a member");
    members.push(memoryOf(kind, buffer.subarray(begin, at)));
  }
  return { members };
}

function kindAndBytes(memory: DetectorMemory): readonly [kind: number, bytes: Uint8Array] {
  if (isOfBands(memory)) return [Kind.bands, bytesOfBandMemory(memory)];
  if ("last" in memory) return [Kind.scores, bytesOfFloats(memory.last)];
  return [Kind.windows, bytesOfWindowMemory(memory)];
}

function memoryOf(kind: number, bytes: Uint8Array): DetectorMemory {
  switch (kind) {
    case Kind.bands:
      return bandMemoryOfBytes(bytes);
    case Kind.windows:
      return windowMemoryOfBytes(bytes);
    case Kind.scores:
      return { last: scoresOfBytes(bytes) };
    default:
      throw new RangeError(`${kind} is no kind of memory`);
  }
}

/** The encoded scores; throws when they are not four, or one is infinite. */
export function scoresOfBytes(value: Uint8Array): Float64Array {
  const scores = floatsOfBytes(value);
  if (scores.length !== NO_SCORES.last.length) throw new RangeError(`${scores.length} scores instead of four`);
  if (scores.some((x) => Math.abs(x) === Number.POSITIVE_INFINITY)) throw new RangeError("a number is infinite");
  return scores;
}
