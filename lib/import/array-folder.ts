import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type CsvTable, readCsv } from "../rows/read-csv.ts";
import { UserError } from "../user-error.ts";
import { isBare, readBareNumbers } from "./bare-numbers.ts";
import { readCauses } from "./causes-file.ts";
import { type CausedRows, columnNames, type FoundSet, type NamedSet } from "./data-set.ts";
import { labelsOf } from "./labels-of.ts";
import { type NumberArray, readNpy } from "./npy.ts";
import { readNumberLists } from "./number-lists.ts";

/** Arrays by the names that courses and notebooks use: X_train, X_val, y_val; X, Xval, yval; X_part1, y_val_part1. */
const ARRAY = /^(?<axis>x|y)_?(?<part>train|val|valid|validation|cv|test)?(?:_(?<name>.+))?$/i;
/** Files of our own layout. */
const OWN = /^(?<name>.+)\.(?<part>train|test|val)$/i;
const FILE = /^(.+?)\.(npy|json|csv|txt|mat)(\.gz)?$/i;
/** Read together with its test. */
const CAUSES = /\.causes\.json$/i;

type Part = "train" | "test";

/** An array or a table of a folder. */
interface Piece {
  readonly path: string;
  readonly part: Part;
  readonly isLabels: boolean;
  /** A table with a header and no such name. */
  readonly isRecording: boolean;
  readonly table: CsvTable;
}

/** Reads a folder, or one file, of arrays and tables, and joins those that belong together. */
async function readArrays(path: string): Promise<readonly FoundSet[]> {
  const sets = new Map<string, Piece[]>();
  for (const file of filesAt(path)) {
    for (const [stem, table] of await tablesIn(file)) {
      const { name, ...about } = placeOf(stem, file);
      const pieces = sets.get(name) ?? [];
      const twin = pieces.find(({ part, isLabels }) => part === about.part && isLabels === about.isLabels);
      if (twin) throw new UserError(`${file}: has the same part as ${twin.path}: leave one of them out of the folder`);
      sets.set(name, [...pieces, { path: file, ...about, table }]);
    }
  }
  if (sets.size === 0)
    throw new UserError(`${path}: nothing to read in it: .csv, .txt, .npy and .json are read, and the folders of SMD`);
  return [...sets].map(([name, pieces]) => setOf(name, pieces)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

export async function namedArrays(path: string): Promise<readonly NamedSet[]> {
  return (await readArrays(path)).map((set) => ({ name: set.name, read: async () => set }));
}

function filesAt(path: string): readonly string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new UserError(`${path}: no such file or folder: check the path`);
  if (!found.isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => FILE.test(name) && !CAUSES.test(name))
    .sort()
    .map((name) => join(path, name));
}

async function tablesIn(path: string): Promise<readonly (readonly [stem: string, table: CsvTable])[]> {
  const [, stem = "", kind = ""] = FILE.exec(basename(path)) ?? [];
  switch (kind.toLowerCase()) {
    case "npy":
      return [[stem, tableOf(readNpy(path))]];
    case "json":
      return [...readNumberLists(path, stem)].map(([name, array]) => [name, tableOf(array)]);
    case "mat":
      throw new UserError(
        `${path}: files of MATLAB are not read: save each array with numpy.save("X.npy", scipy.io.loadmat(file)["X"])`,
      );
    case "":
      throw new UserError(`${path}: not a format that is read: use .csv, .txt, .npy or .json`);
    default:
      return [[stem, (await isBare(path)) ? await readBareNumbers(path) : await readCsv(path)]];
  }
}

function tableOf({ columns, values }: NumberArray): CsvTable {
  return { names: columnNames(columns), rows: values };
}

/**
 * The data set and part of an array. Arrays without a name of their own make a set with their file's name, or with the
 * folder's name if they are from several files. An array of any other name is a set by itself.
 */
function placeOf(stem: string, path: string): Omit<Piece, "path" | "table"> & { readonly name: string } {
  const { axis = "x", part = "train", name = "" } = { ...(OWN.exec(stem) ?? ARRAY.exec(stem))?.groups };
  const file = FILE.exec(basename(path))?.[1] ?? "";
  const common = file === stem ? basename(dirname(resolve(path))) : file;
  return {
    name: name || (ARRAY.test(stem) ? common : stem),
    part: part.toLowerCase() === "train" ? "train" : "test",
    isLabels: axis.toLowerCase() === "y",
    isRecording: !ARRAY.test(stem) && !OWN.test(stem),
  };
}

function setOf(name: string, pieces: readonly Piece[]): FoundSet {
  const [train, test] = [partOf("train", pieces), partOf("test", pieces)];
  if (!train && !test)
    throw new UserError(`${pieces[0]?.path}: labels without the rows that they are about: put these beside it`);
  if (train && test && train.names.length !== test.names.length)
    throw new UserError(
      `${name}: its rows to judge have ${test.names.length} columns, those to learn from ${train.names.length}: give both the same`,
    );
  const causes = test ? causesOf(name, pieces[0]?.path ?? "", test) : [];
  const isRecording = pieces.every(({ isRecording }) => isRecording);
  return { name, ...(train && { train }), ...(test && { test }), causes, isRecording };
}

function partOf(part: Part, pieces: readonly Piece[]): CsvTable | undefined {
  const own = pieces.filter((piece) => piece.part === part);
  const rows = own.find(({ isLabels }) => !isLabels);
  const labels = own.find(({ isLabels }) => isLabels);
  if (!rows) return undefined;
  const { table, path } = rows;
  if (!labels) return table;
  const count = table.rows.length / table.names.length;
  return { ...table, labels: labelsOf(labels.path, labels.table.rows, count, path) };
}

function causesOf(name: string, beside: string, { names, rows }: CsvTable): readonly CausedRows[] {
  return readCauses(join(dirname(beside), `${name}.causes.json`), rows.length / names.length, names.length);
}
