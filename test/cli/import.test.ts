// Data in other layouts becomes the files that the other commands read.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { readTable, testWithData } from "../data.ts";
import { run } from "./live.ts";

const root = mkdtempSync(join(tmpdir(), "fleetwarden-import-"));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;
function folderOf(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = join(root, String(count++));
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

async function imported(folder: string, ...options: string[]) {
  const { code, out, err } = await run("import", folder, "--json", ...options);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return JSON.parse(out);
}

const text = (path: string) => gunzipSync(readFileSync(path)).toString();

/** As numpy.save writes it: `descr` and `shape` in Python's words, the header filled up to a multiple of 64 bytes. */
function npy(descr: string, shape: string, hex: string, { fortran = "False", version = 1 } = {}): Buffer {
  const size = version === 1 ? 2 : 4;
  const literal = `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
  const header = Buffer.from(`${literal.padEnd(128 - 8 - size - 1)}\n`);
  const length = Buffer.alloc(size);
  length.writeUIntLE(header.length, 0, size);
  return Buffer.concat([
    Buffer.from(`\x93NUMPY${String.fromCharCode(version, 0)}`, "latin1"),
    length,
    header,
    Buffer.from(hex, "hex"),
  ]);
}

// import numpy as np; A = np.array([[1.5, 2], [3, 4], [5, -6]])
// for a in A, np.asfortranarray(A), A.astype(">f4"), np.array([0, 1, 1]), np.array([False, True, True]):
//   print(a.tobytes("A").hex())
const ROWS = {
  c: npy(
    "<f8",
    "(3, 2)",
    "000000000000f83f000000000000004000000000000008400000000000001040000000000000144000000000000018c0",
  ),
  fortran: npy(
    "<f8",
    "(3, 2)",
    "000000000000f83f000000000000084000000000000014400000000000000040000000000000104000000000000018c0",
    { fortran: "True" },
  ),
  bigEndian: npy(">f4", "(3, 2)", "3fc0000040000000404000004080000040a00000c0c00000", { version: 2 }),
};
const LABELS = {
  integers: npy("<i8", "(3,)", "000000000000000001000000000000000100000000000000"),
  flags: npy("|b1", "(3,)", "000101"),
};

describe("arrays with matching names", () => {
  const written = (label: string) => `time,host,metric_1,metric_2${label ? ",label" : ""}\n`;

  test.each([
    ["of numpy", { "X_part1.npy": ROWS.c, "X_val_part1.npy": ROWS.fortran, "y_val_part1.npy": LABELS.integers }],
    [
      "of numpy, in another order of bytes",
      { "X_part1.npy": ROWS.bigEndian, "X_val_part1.npy": ROWS.c, "y_val_part1.npy": LABELS.flags },
    ],
    [
      "in CSV without a header",
      {
        "X_part1.csv": "1.5,2\n3,4\n5,-6\n",
        "X_val_part1.csv.gz": gzipSync("1.5,2\n3,4\n5,-6"),
        "y_val_part1.csv": "0\n1\n1\n",
      },
    ],
    [
      "in JSON, one file for each",
      {
        "X_part1.json": "[[1.5,2],[3,4],[5,-6]]",
        "X_val_part1.json": "[[1.5,2],[3,4],[5,-6]]",
        "y_val_part1.json": "[0,1,1]",
      },
    ],
    [
      "in JSON, all in one file",
      { "part1.json": '{"X": [[1.5,2],[3,4],[5,-6]], "Xval": [[1.5,2],[3,4],[5,-6]], "yval": [[0],[1],[1]]}' },
    ],
  ])("%s become a train and a test file", async (_, files) => {
    const out = join(root, `out-${count}`);
    const [set] = await imported(folderOf(files), "-o", out);
    expect(set).toMatchObject({
      name: "part1",
      train: { rows: 3, columns: 2 },
      test: { rows: 3, columns: 2 },
      labels: { rows: 3, anomalies: 2 },
    });
    const [train, test] = ["part1.train.csv.gz", "part1.test.csv.gz"].map((file) => join(out, file));
    expect(set.written).toEqual([train, test]);
    expect(text(train!)).toBe(
      `${written("")}2026-01-01T00:00:00.000Z,part1,1.5,2\n2026-01-01T00:01:00.000Z,part1,3,4\n2026-01-01T00:02:00.000Z,part1,5,-6\n`,
    );
    expect(text(test!)).toBe(
      `${written("label")}2026-01-01T00:03:00.000Z,part1,1.5,2,0\n2026-01-01T00:04:00.000Z,part1,3,4,1\n2026-01-01T00:05:00.000Z,part1,5,-6,1\n`,
    );
  });

  test("are recognised by their shapes; the columns get names that a person gives", async () => {
    const folder = folderOf({ "X_train.npy": ROWS.c, "X_val.npy": ROWS.c, "y_val.npy": LABELS.flags });
    const out = join(root, `out-${count}`);
    const { out: said } = await run("import", folder, "-o", out, "--metrics", "throughput,latency");
    const name = String(count - 1);
    expect(said).toMatch(/^data set +to learn from +to judge +labels +anomalies +events with causes$/m);
    expect(said).toMatch(new RegExp(`^${name} +3 × 2 +3 × 2 +3 +2 +-$`, "m"));
    expect(text(join(out, `${name}.test.csv.gz`)).split("\n")[0]).toBe("time,host,throughput,latency,label");
  });

  // The exercise's own figures: test/seeds/002-servers.test.ts has them from the files with a header.
  testWithData(
    "the exercise with eleven features: 1000 × 11, 100 × 11 and 100, then its published epsilon and F1",
    async () => {
      const [train, validation] = [
        readTable("coursera/ex8data2.train.csv.gz"),
        readTable("coursera/ex8data2.val.csv.gz"),
      ];
      const rows = ({ names, rows: values }: typeof train, columns: number) =>
        Array.from({ length: values.length / names.length }, (_, i) =>
          [...values.subarray(i * names.length, i * names.length + columns)].join(" "),
        ).join("\n");
      const labels = validation.rows.filter((_, i) => i % 12 === 11);
      const files = {
        "X_train.txt": rows(train, 11),
        "X_val.txt": rows(validation, 11),
        "y_val.txt": labels.join("\n"),
      };
      const folder = folderOf({ ...files, "readme.md": "not read" });
      const out = join(root, `out-${count}`);
      const [set] = await imported(folder, "-o", out);
      expect(set).toMatchObject({
        train: { rows: 1_000, columns: 11 },
        test: { rows: 100, columns: 11 },
        labels: { rows: 100, anomalies: 10 },
      });
      const [trainFile, testFile] = set.written;
      const fit = JSON.parse((await run("fit", "--train", trainFile, "--validation", testFile, "--json")).out);
      expect(fit.scan.epsilon.toExponential(6)).toBe("1.377229e-18");
      expect([fit.scan.f1.toFixed(6), fit.scan.flaggedTraining]).toEqual(["0.615385", 117]);
    },
  );
});

describe("the layout of the Server Machine Dataset", () => {
  const machine = (name: string) => ({
    [`train/${name}.txt`]: "0.1,0.2\n0.3,0.4\n",
    [`test/${name}.txt`]: "0.5,0.6\n0.7,0.8\n0.9,1\n",
    [`test_label/${name}.txt`]: "0\n1\n1\n",
  });

  test("becomes one host for each machine, with times, labels and causes", async () => {
    // Rows count from 0 up to the one after the last, columns from 1, as in the files of the authors.
    const folder = folderOf({
      ...machine("machine-1-10"),
      ...machine("machine-1-2"),
      "interpretation_label/machine-1-2.txt": "1-3:2\n",
    });
    const out = join(root, `out-${count}`);
    const found = await imported(folder, "-o", out, "--start", "2026-05-01T00:00Z", "--interval", "5m");
    expect(found).toMatchObject([
      { name: "machine-1-2", train: { rows: 2, columns: 2 }, labels: { rows: 3, anomalies: 2 }, causes: 1 },
      { name: "machine-1-10", causes: 0 },
    ]);
    expect(text(join(out, "machine-1-2.test.csv.gz"))).toBe(
      "time,host,metric_1,metric_2,label\n2026-05-01T00:10:00.000Z,machine-1-2,0.5,0.6,0\n" +
        "2026-05-01T00:15:00.000Z,machine-1-2,0.7,0.8,1\n2026-05-01T00:20:00.000Z,machine-1-2,0.9,1,1\n",
    );
    expect(JSON.parse(readFileSync(join(out, "machine-1-2.causes.json"), "utf8"))).toEqual([
      { start: 1, end: 2, dims: [1] },
    ]);
    expect(existsSync(join(out, "machine-1-10.causes.json"))).toBe(false);
  });

  test.each([
    ["labels of another length", { "test_label/a.txt": "0\n1\n" }, "test_label/a.txt: 2 labels for the 3 rows of"],
    ["a label that is none", { "test_label/a.txt": "0\n2\n1\n" }, "test_label/a.txt, row 2: 2 is not a label"],
    [
      "a line of another width",
      { "train/a.txt": "1,2\n3\n" },
      "train/a.txt, line 2: 1 numbers where the lines before have 2",
    ],
    ["a word", { "train/a.txt": "1,2\n3,x\n" }, 'train/a.txt, line 2, column 2: "x" is not a number'],
    ["another width of the test", { "train/a.txt": "1\n" }, "test/a.txt: 2 columns where its train has 1"],
    [
      "a cause beyond the rows",
      { "interpretation_label/a.txt": "1-5:2" },
      'interpretation_label/a.txt, line 1: "1-5:2": write',
    ],
    [
      "a cause of no column",
      { "interpretation_label/a.txt": "1-3:0" },
      'interpretation_label/a.txt, line 1: "1-3:0": write',
    ],
    ["a test without a train", { "test/b.txt": "1,2" }, "train/b.txt: no such file"],
  ])("%s is rejected with the place and the fix", async (_, files, message) => {
    const { code, err } = await run("import", folderOf({ ...machine("a"), ...files }));
    expect(code).toBe(1);
    expect(err).toContain(message);
  });
});

test("a table with a header and times is recognised and left as it is", async () => {
  const folder = folderOf({
    "server-load.csv": "timestamp,server_load\n2025-03-01 00:00:00,62.5\n2025-03-01 01:00:00,59.3\n",
  });
  const out = join(root, `out-${count}`);
  const { out: said } = await run("import", folder, "-o", out);
  expect(said).toMatch(/^server-load +2 × 1 +- +- +- +-$/m);
  expect(said).toContain("analyze, replay and send read server-load as it is, so nothing is written for it.");
});

describe("rejected with the fix", () => {
  test.each<[string, Readonly<Record<string, string | Buffer>>, string]>([
    [
      "MATLAB's files",
      { "ex8data1.mat": "MATLAB 5.0 MAT-file" },
      "ex8data1.mat: files of MATLAB are not read: save each array with numpy.save",
    ],
    ["texts of numpy", { "X.npy": npy("<U1", "(2,)", "6100000062000000") }, "X.npy: has values of type <U1"],
    ["three dimensions", { "X.npy": npy("<f8", "(1, 1, 1)", "0000000000000000") }, "X.npy: has 3 dimensions"],
    ["a torn array", { "X.npy": ROWS.c.subarray(0, -1) }, "X.npy: ends too early"],
    ["other bytes", { "X.npy": "no array" }, "X.npy: is no array of numpy"],
    ["uneven rows", { "X.json": "[[1,2],[3]]" }, "X.json, row 2: 1 numbers where the first has 2"],
    ["words in JSON", { "X.json": '[["a"]]' }, 'X.json, row 1, column 1: "a" is no number'],
    ["labels alone", { "y_val.json": "[0,1]" }, "y_val.json: labels without the rows"],
    ["two of one part", { "X_val.json": "[1]", "X_test.json": "[1]" }, "has the same part as"],
    [
      "other columns in the test",
      { "X.json": "[[1,2]]", "X_val.json": "[1]" },
      "its rows to judge have 1 columns, those to learn from 2",
    ],
    ["nothing", { "readme.md": "" }, "nothing to read in it"],
  ])("%s", async (_, files, message) => {
    const { code, err } = await run("import", folderOf(files));
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(err.trim().split("\n")).toHaveLength(1);
  });

  test("a number of names that differs from the number of columns", async () => {
    const { err } = await run("import", folderOf({ "X.npy": ROWS.c }), "--metrics", "a,a");
    expect(err).toContain("--metrics has 1 different names, ");
  });
});

testWithData("a machine of SMD in its own layout is read as from CSV", async () => {
  const { names, rows } = readTable("smd/machine-1-2.train.csv.gz");
  const first = Array.from({ length: 5 }, (_, i) => rows.subarray(i * names.length, (i + 1) * names.length).join(","));
  const lines = `${first.join("\n")}\n`;
  const files = {
    "train/machine-1-2.txt": lines,
    "test/machine-1-2.txt": lines,
    "test_label/machine-1-2.txt": "0\n".repeat(5),
  };
  const out = join(root, `out-${count}`);
  await imported(folderOf(files), "-o", out);
  const [head, ...read] = text(join(out, "machine-1-2.train.csv.gz")).trim().split("\n");
  expect(head).toBe(`time,host,${names.join(",")}`);
  expect(read.map((line) => line.split(",").slice(2).map(Number))).toEqual(
    first.map((line) => line.split(",").map(Number)),
  );
});
