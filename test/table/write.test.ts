// Tables in every format, read back by other programs: Papa, JSON.parse, a reader of zip and XML, and LibreOffice.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import Papa from "papaparse";
import type { Cell, Column, Row, TableFormat } from "../../lib/table/columns.ts";
import { unguarded } from "../../lib/table/text-format.ts";
import { tableChunks } from "../../lib/table/write.ts";
import { cellsOf } from "./workbook.ts";

const COLUMNS: readonly Column[] = [
  { name: "host", type: "text" },
  { name: "time", type: "time" },
  { name: "cpu", type: "number" },
  { name: "anomaly", type: "boolean" },
];
/** 2026-11-22T14:00:00.500Z. */
const TIME = 1_795_356_000_500;

async function* some<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}

async function written(format: TableFormat, rows: Iterable<Row>, columns = COLUMNS): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of tableChunks(format, columns, some(rows))) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

const textOf = async (...args: Parameters<typeof written>) => (await written(...args)).toString();

const ROWS: readonly Row[] = [
  ["web-07", TIME, 12.5, true],
  ['a "b", c', undefined, Number.NaN, undefined],
];

test("CSV has times in ISO 8601, quotes only where necessary, and empty cells for unknown values", async () => {
  expect(await textOf("csv", ROWS)).toBe(
    'host,time,cpu,anomaly\nweb-07,2026-11-22T14:00:00.500Z,12.5,true\n"a ""b"", c",,,\n',
  );
});

test("JSON is one array of objects, NDJSON one object per line", async () => {
  const expected = [
    { host: "web-07", time: "2026-11-22T14:00:00.500Z", cpu: 12.5, anomaly: true },
    { host: 'a "b", c', time: null, cpu: null, anomaly: null },
  ];
  expect(JSON.parse(await textOf("json", ROWS))).toEqual(expected);
  const lines = (await textOf("ndjson", ROWS)).trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual(expected);
});

test.each([
  ["csv", "host,time,cpu,anomaly\n"],
  ["json", "[]\n"],
  ["ndjson", ""],
] as const)("a table without rows is valid %s", async (format, text) => {
  expect(await textOf(format, [])).toBe(text);
});

const anyText = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: fc.constantFrom('"', ",", ";", "\n", "\r", "\t", " ", "'", "=", "＋", "x") }),
);
const anyNumber = fc.double({ noNaN: true, noDefaultInfinity: true });

test("CSV gives any texts and numbers back and contains no formula", async () => {
  const columns: readonly Column[] = [
    { name: "a", type: "text" },
    { name: "b", type: "number" },
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(anyText, anyNumber), { minLength: 1 }), async (rows) => {
      const { data } = Papa.parse<string[]>(await textOf("csv", rows, columns), { newline: "\n", delimiter: "," });
      const read = data.slice(1, -1).map(([text = "", number]) => [unguarded(text), Number(number)]);
      expect(read).toEqual(rows.map(([text, number]) => [text, number === 0 ? 0 : number]));
      expect(data.flat().filter((cell) => /(^|[;\t\r\n])[ "]*[=+@＝＋－＠]/.test(cell))).toEqual([]);
    }),
  );
});

test("numbers, times, texts and booleans have their types in a workbook, and texts stay texts", async () => {
  const cells = cellsOf(await written("xlsx", [...ROWS, ["=1+1", 0, -3e-7, false]]));
  expect(cells.get("A1")).toMatchObject({ type: "s", value: "host" });
  expect(cells.get("A2")).toEqual({ type: "s", value: "web-07" });
  // python3 -c 'print((1795356000500 / 86400000) + 25569)', days since the end of 1899.
  expect(cells.get("B2")).toEqual({ type: "n", value: "46348.58333912037", format: "yyyy-mm-dd hh:mm:ss.000" });
  expect(cells.get("C2")).toEqual({ type: "n", value: "12.5" });
  expect(cells.get("D2")).toEqual({ type: "b", value: "1" });
  expect([...cells.keys()].filter((address) => /^[BCD]3$/.test(address))).toEqual([]);
  expect(cells.get("A4")).toEqual({ type: "s", value: "=1+1" });
  expect(Number(cells.get("C4")?.value)).toBe(-3e-7);
});

test("a number is shown in the format of its column and keeps its value", async () => {
  const cells = cellsOf(await written("xlsx", [[1.23456]], [{ name: "score", type: "number", format: "0.00" }]));
  // 2 is the built-in format 0.00 (ECMA-376, 18.8.30), which has no code of its own in the file.
  expect(cells.get("A2")).toMatchObject({ type: "n", value: "1.23456" });
  expect(cells.get("A2")?.format).toBe("0.00");
});

test("names of properties of every object are ordinary texts in a workbook", async () => {
  const words = ["constructor", "toString", "__proto__", "a & <b>"];
  const cells = cellsOf(
    await written(
      "xlsx",
      words.map((word) => [word]),
      [{ name: "valueOf", type: "text" }],
    ),
  );
  expect([...cells.values()].map(({ value }) => value.trimEnd())).toEqual(["valueOf", ...words]);
});

test("a table that does not fit into a workbook is refused, with the remedy", async () => {
  const columns: readonly Column[] = Array.from({ length: 1_000 }, (_, i) => ({ name: `m${i}`, type: "number" }));
  const row: Cell[] = new Array(1_000).fill(1);
  const rows = new Array(501).fill(row);
  await expect(written("xlsx", rows, columns)).rejects.toThrow(
    "500 rows are too many for an xlsx file: 1000 columns wide it can have 499, for it is built in memory: write csv, or take less at a time",
  );
});

test("rows are read only as pieces are taken", async () => {
  let asked = 0;
  const endless = (async function* () {
    for (;;) {
      asked++;
      yield ["web-07", TIME, 1, false] as const;
    }
  })();
  for (const format of ["csv", "ndjson"] as const) {
    asked = 0;
    const chunks = tableChunks(format, COLUMNS, endless);
    const first = await chunks.next();
    expect(String(first.value).length).toBeGreaterThan(10_000);
    expect(asked).toBeLessThan(10_000);
  }
});

const office = ["soffice", "libreoffice"].find((program) => {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

test(office
  ? "LibreOffice reads the types"
  : "LibreOffice reads the types (skipped, no LibreOffice at hand)", async () => {
  if (!office) return;
  const folder = mkdtempSync(join(tmpdir(), "fleetwarden-xlsx-"));
  try {
    writeFileSync(join(folder, "table.xlsx"), await written("xlsx", ROWS));
    // Options of the filter: comma, quote, UTF-8, from the first line, cells as they are shown.
    const filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false";
    const profile = `-env:UserInstallation=file://${folder}/profile`;
    const words = [profile, "--headless", "--convert-to", filter, "--outdir", folder, join(folder, "table.xlsx")];
    execFileSync(office, words);
    const { data } = Papa.parse<string[]>(readFileSync(join(folder, "table.csv"), "utf8"), { skipEmptyLines: true });
    expect(data[1]).toEqual(["web-07", "2026-11-22 14:00:00.500", "12.5", "TRUE"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
