import { readFileSync } from "node:fs";
import { TABLE_VALUES_MAX } from "../rows/read-csv.ts";
import { UserError } from "../user-error.ts";

/** Numbers in rows; a list has one column. */
export interface NumberArray {
  readonly rows: number;
  readonly columns: number;
  /** Row by row. */
  readonly values: Float64Array;
}

const MAGIC = Buffer.from("\x93NUMPY", "latin1");
/** Magic, version of two bytes, and the length of the header in two bytes, or four from version 2 on. */
const VERSION_AT = 6;
const LENGTH_AT = 8;

type Read = (view: DataView, at: number, isLittle: boolean) => number;

/** Readers of one number by the type code of numpy. */
const TYPES: Readonly<Record<string, { readonly bytes: number; readonly read: Read }>> = {
  f8: { bytes: 8, read: (view, at, isLittle) => view.getFloat64(at, isLittle) },
  f4: { bytes: 4, read: (view, at, isLittle) => view.getFloat32(at, isLittle) },
  i8: { bytes: 8, read: (view, at, isLittle) => Number(view.getBigInt64(at, isLittle)) },
  i4: { bytes: 4, read: (view, at, isLittle) => view.getInt32(at, isLittle) },
  i2: { bytes: 2, read: (view, at, isLittle) => view.getInt16(at, isLittle) },
  i1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  u8: { bytes: 8, read: (view, at, isLittle) => Number(view.getBigUint64(at, isLittle)) },
  u4: { bytes: 4, read: (view, at, isLittle) => view.getUint32(at, isLittle) },
  u2: { bytes: 2, read: (view, at, isLittle) => view.getUint16(at, isLittle) },
  u1: { bytes: 1, read: (view, at) => view.getUint8(at) },
  b1: { bytes: 1, read: (view, at) => view.getUint8(at) },
};

/** Reads an array of numpy (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). */
export function readNpy(path: string): NumberArray {
  const wrong = (what: string) => new UserError(`${path}: ${what}`);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new UserError(`${path}: cannot be read: check the path and its permissions`, { cause: error });
  }
  if (bytes.length < LENGTH_AT + 4 || !bytes.subarray(0, VERSION_AT).equals(MAGIC))
    throw wrong("is no array of numpy: write it with numpy.save");
  const isShort = bytes[VERSION_AT] === 1;
  const start = LENGTH_AT + (isShort ? 2 : 4);
  const length = isShort ? bytes.readUInt16LE(LENGTH_AT) : bytes.readUInt32LE(LENGTH_AT);
  const { order, type, isByColumn, shape } = headerOf(bytes.subarray(start, start + length).toString("latin1"), wrong);
  const [rows = 1, columns = 1] = shape;
  const known = TYPES[type];
  if (!known) throw wrong(`has values of type ${order}${type}: save it with .astype("float64")`);
  if (shape.length > 2) throw wrong(`has ${shape.length} dimensions: give it rows and columns`);
  if (rows * columns > TABLE_VALUES_MAX) throw wrong(`more than ${TABLE_VALUES_MAX} values: use a shorter array`);
  const data = bytes.subarray(start + length);
  if (data.length < rows * columns * known.bytes) throw wrong("ends too early: copy or save it again");
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const values = Float64Array.from({ length: rows * columns }, (_, i) => {
    const place = isByColumn ? (i % columns) * rows + Math.floor(i / columns) : i;
    return known.read(view, place * known.bytes, order !== ">");
  });
  return { rows, columns, values };
}

/** The header is a literal of Python, such as `{'descr': '<f8', 'fortran_order': False, 'shape': (307, 2), }`. */
function headerOf(text: string, wrong: (what: string) => UserError) {
  const [, order = "", type = ""] = /'descr':\s*'([<>|=])(\w+)'/.exec(text) ?? [];
  const [, byColumn = ""] = /'fortran_order':\s*(True|False)/.exec(text) ?? [];
  const [, sizes] = /'shape':\s*\(([\d, ]*)\)/.exec(text) ?? [];
  if (type === "" || byColumn === "" || sizes === undefined)
    throw wrong("is an array of other things than numbers: save numbers alone");
  const shape = sizes.split(",").flatMap((size) => (size.trim() === "" ? [] : [Number(size)]));
  return { order, type, isByColumn: byColumn === "True", shape };
}
