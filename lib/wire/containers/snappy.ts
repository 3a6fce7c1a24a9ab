import { RECORD_BYTES_MAX } from "../limits.ts";
import { takeVarint } from "../protobuf.ts";

/** The most bytes that one piece of a block can make, beside a literal: input that makes more per byte is no block. */
const COPY_LENGTH_MAX = 64;
/** A literal's size beyond this is the number of bytes behind its tag that have its length. */
const SIZE_IN_TAG_MAX = 59;

/**
 * The bytes of one block of snappy (https://github.com/google/snappy/blob/main/format_description.txt). Nothing
 * announces such a block. Undefined if the bytes are no block to the last byte, or longer than `max`.
 */
export function unsnapped(block: Buffer, max = RECORD_BYTES_MAX): Buffer | undefined {
  const reader = { bytes: block, at: 0 };
  const length = takeVarint(reader);
  if (length === undefined || length > Math.min(max, block.length * COPY_LENGTH_MAX)) return undefined;
  const out = Buffer.alloc(length);
  let end = 0;
  while (reader.at < block.length) {
    const piece = takePiece(reader, end);
    if (!piece || piece.length > length - end) return undefined;
    if ("from" in piece) piece.from.copy(out, end);
    else copyWithin(out, end, piece);
    end += piece.length;
  }
  return end === length ? out : undefined;
}

interface Reader {
  readonly bytes: Buffer;
  at: number;
}

/** Bytes as they are, or a repetition of the bytes from `offset` bytes before. */
type Piece = { readonly from: Buffer; readonly length: number } | { readonly offset: number; readonly length: number };

function takePiece(reader: Reader, end: number): Piece | undefined {
  const tag = reader.bytes[reader.at++] ?? 0;
  const kind = tag & 3;
  if (kind === 0) return takeLiteral(reader, tag >> 2);
  const low = takeNumber(reader, kind === 3 ? 4 : kind);
  if (low === undefined) return undefined;
  const offset = kind === 1 ? ((tag >> 5) << 8) | low : low;
  const length = kind === 1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2);
  return offset > 0 && offset <= end ? { offset, length } : undefined;
}

function takeLiteral(reader: Reader, size: number): Piece | undefined {
  const last = size <= SIZE_IN_TAG_MAX ? size : takeNumber(reader, size - SIZE_IN_TAG_MAX);
  if (last === undefined || last >= reader.bytes.length - reader.at) return undefined;
  const from = reader.bytes.subarray(reader.at, reader.at + last + 1);
  reader.at += from.length;
  return { from, length: from.length };
}

/** A number of that many bytes, the least first. */
function takeNumber(reader: Reader, bytes: number): number | undefined {
  if (bytes > reader.bytes.length - reader.at) return undefined;
  const number = reader.bytes.readUIntLE(reader.at, bytes);
  reader.at += bytes;
  return number;
}

/** A repetition may overlap its own beginning. */
function copyWithin(
  out: Buffer,
  end: number,
  { offset, length }: { readonly offset: number; readonly length: number },
) {
  for (let i = end; i < end + length; i++) out[i] = out[i - offset] ?? 0;
}
