import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { countLines } from "../../lib/rows/csv-lines.ts";
import type { CsvRow } from "../../lib/rows/csv-row.ts";
import { openTable } from "../../lib/rows/open-table.ts";
import { readCsv } from "../../lib/rows/read-csv.ts";
import { UserError } from "../../lib/user-error.ts";

const folder = mkdtempSync(join(tmpdir(), "fleetwarden-csv-"));
const path = join(folder, "data.csv");
afterAll(() => rmSync(folder, { recursive: true }));

/** The rows of a file or of `input`, each column without a role as a metric. */
async function* streamCsv(name: string, input?: Readable): AsyncGenerator<CsvRow> {
  const { pieces } = await openTable(name, { verbatim: true }, input);
  for await (const rows of pieces()) yield* rows;
}

function write(content: string | Uint8Array): string {
  writeFileSync(path, content);
  return path;
}

async function rowsOf(content: string | Uint8Array): Promise<CsvRow[]> {
  return collect(streamCsv(write(content)));
}

async function collect<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** The message with the folder taken off. */
async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error("nothing was refused"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return String((error as UserError).message).replaceAll(`${folder}/`, "");
}

describe("a table", () => {
  const plain = "cpu,load,label\n1,2.5,0\n,-3e2,1\n";

  test.each([
    ["plain", Buffer.from(plain)],
    ["gzipped", gzipSync(plain)],
    ["with a byte order mark and Windows line ends", Buffer.from(`\uFEFF${plain.replaceAll("\n", "\r\n")}`)],
    ["with empty lines and no line end at the end", Buffer.from(plain.replace("\n1", "\n\n1").trimEnd())],
    ["with quotes and blanks", Buffer.from('"cpu", load ,label\n"1", 2.5 ,0\n"",-3e2,"1"\n')],
    ["with semicolons", Buffer.from(plain.replaceAll(",", ";"))],
    ["with tabs", Buffer.from(plain.replaceAll(",", "\t"))],
    ["with NaN written out", Buffer.from(plain.replace("\n,", "\nNaN,"))],
  ])("is read: %s", async (_, content) => {
    expect(await readCsv(write(content), { label: "required" })).toEqual({
      names: ["cpu", "load"],
      rows: Float64Array.of(1, 2.5, Number.NaN, -300),
      labels: Uint8Array.of(0, 1),
    });
  });

  test("has times when there is a column of them, wherever it stands", async () => {
    expect(await readCsv(write("a,Timestamp\n7,1790081230\n8,1790081240\n"))).toEqual({
      names: ["a"],
      rows: Float64Array.of(7, 8),
      times: Float64Array.of(1790081230000, 1790081240000),
    });
  });
});

describe("the decimal mark of commas that could separate thousands", () => {
  test.each([
    ["an address", "10.0.0.1", [0.1, 1.2]],
    ["another address", "192.168.1.12", [0.1, 1.2]],
    ["a version", "1.2.3", [0.1, 1.2]],
    ["a number with a decimal point", "12.10", [100, 1_200]],
  ])("beside %s", async (_, other, loads) => {
    const text = `time;other;load\n1790081230;${other};0,100\n1790081240;${other};1,200\n`;
    const { pieces } = await openTable(write(text), {});
    const rows = (await collect(pieces())).flatMap((piece) => [...piece]);
    expect(rows.map(({ values }) => values.at(-1))).toEqual(loads);
  });
});

describe("a stream of rows", () => {
  test("distinguishes host, group, time and label from features", async () => {
    const [first, second] = await rowsOf(
      "time,host,cpu,group,label\n2026-09-22T12:47:10Z,web-07,.12,web,1\n1790081231,,3,,0\n",
    );
    expect(first).toEqual({
      line: 2,
      names: ["cpu"],
      values: Float64Array.of(0.12),
      time: 1790081230000,
      host: "web-07",
      group: "web",
      label: true,
    });
    expect(second).toEqual({ line: 3, names: ["cpu"], values: Float64Array.of(3), time: 1790081231000, label: false });
  });

  test("takes any input, in pieces of any size", async () => {
    const text = "größe,b\n1,2\n3,4\n5,6\n";
    for (const bytes of [Buffer.from(text), gzipSync(text)]) {
      for (const size of [1, 2, 3, 7]) {
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.subarray(i * size, (i + 1) * size),
        );
        const rows = await collect(streamCsv("standard input", Readable.from(pieces)));
        expect(rows.map(({ line, values }) => [line, ...values])).toEqual([
          [2, 1, 2],
          [3, 3, 4],
          [4, 5, 6],
        ]);
        expect(rows[0]!.names).toEqual(["größe", "b"]);
      }
    }
  });

  test("takes the column that is named as the time, and skips the ignored ones", async () => {
    const options = { time: "at", ignored: ["note"] };
    const { pieces } = await openTable(write("at,note,time,cpu\n1790081230,x,7,3\n"), options);
    const [row] = (await collect(pieces())).flatMap((rows) => [...rows]);
    expect(row).toEqual({ line: 2, names: ["time", "cpu"], values: Float64Array.of(7, 3), time: 1790081230000 });
  });

  test.each([
    ["", 0],
    ["a\n1\n", 2],
    ["a\n\n1", 3],
    ["a\r\n1\r\n", 2],
  ])("counts its lines: %j", async (text, lines) => {
    expect(await countLines(write(text))).toBe(lines);
    expect(await countLines(write(gzipSync(text)))).toBe(lines);
  });

  test("reads no further than its reader", async () => {
    let sent = 0;
    const endless = Readable.from(
      (function* () {
        yield Buffer.from("a\n");
        for (;;) {
          sent++;
          yield Buffer.from("1\n".repeat(1000));
        }
      })(),
    );
    for await (const { line } of streamCsv("endless", endless)) if (line === 3000) break;
    expect(sent).toBeLessThan(100);
    expect(endless.destroyed).toBe(true);
  });

  // python3 -c "from datetime import datetime as d; print(d.fromisoformat('2026-09-22T14:47:10.250+02:00').timestamp())"  (and so on)
  test.each([
    ["2026-09-22T14:47:10.250+02:00", 1790081230250],
    ["2026-09-22T14:47:10.250+0200", 1790081230250],
    ["2026-09-22 12:47:10", 1790081230000],
    ["2026-09-22T12:47", 1790081220000],
    ["2026-09-22", 1790035200000],
    ["2024-02-29T00:00:00Z", 1709164800000],
    ["1790081230", 1790081230000],
    ["1790081230.25", 1790081230250],
    ["1790081230250", 1790081230250],
    ["100000000", 100000000000],
    ["1790081230250123", 1790081230250],
    ["1790081230250123456", 1790081230250],
  ])("takes %s for a time", async (cell, time) => {
    expect((await rowsOf(`time,a\n${cell},1\n`))[0]!.time).toBe(time);
  });
});

describe("refused with the place and the fix", () => {
  test.each([
    [
      "bad number",
      "a,b\n1,2\n3,x1\n",
      'data.csv, line 3, column 2 (b): "x1" is not a number: write one with a decimal point',
    ],
    ["decimal comma among points", "a;b\n1;2.25\n1;2,5\n", 'data.csv, line 3, column 2 (b): "2,5" is not a number'],
    ["infinity", "a,b\n1,-Infinity\n", 'data.csv, line 2, column 2 (b): "-Infinity" is beyond 1e+100'],
    ["absurd number", "a,b\n1e101,1\n", 'data.csv, line 2, column 1 (a): "1e101" is beyond 1e+100'],
    ["line counted with empty ones", "a\n\n\n1\n\nx\n", "data.csv, line 6, column 1 (a)"],
    [
      "short row",
      "a,b,c\n1,2,3\n1,2\n",
      "data.csv, line 3, column 3: 2 cells where the header has 3: every line needs one",
    ],
    ["long row", "a,b\n1,2,3\n", "data.csv, line 2, column 3: 3 cells where the header has 2"],
    [
      "bad time",
      "time,a\nyesterday,1\n",
      'data.csv, line 2, column 1 (time): "yesterday" is not a time: write it as 20',
    ],
    ["no such day", "time,a\n2026-02-30T00:00:00Z,1\n", 'column 1 (time): "2026-02-30T00:00:00Z" is not a time'],
    ["no such month", "time,a\n2026-13-01,1\n", 'column 1 (time): "2026-13-01" is not a time'],
    ["no such hour", "time,a\n2026-12-01 25:00,1\n", 'column 1 (time): "2026-12-01 25:00" is not a time'],
    ["row number for a time", "time,a\n17,1\n", 'column 1 (time): "17" is not a time'],
    ["empty time", "time,a\n,1\n", 'column 1 (time): "" is not a time'],
    ["bad label", "a,label\n1,2\n", 'data.csv, line 2, column 2 (label): "2" is not a label: write 0 for a normal row'],
    ["empty label", "a,label\n1,\n", 'data.csv, line 2, column 2 (label): "" is not a label'],
    [
      "repeated column",
      "a,b,a\n1,2,3\n",
      'data.csv, line 1, column 3: "a" repeats column 1, "a": rename or remove one',
    ],
    ["two hosts", "host,a,Host\nb,2,c\n", 'data.csv, line 2, column 3 (Host): "c" is not a number'],
    ["nameless column", "a,,b\n0,1,2\n", "data.csv, line 1, column 2: the column has no name: name it, or remove it"],
    ["no features", "time,host,label\n", "data.csv, line 1: no feature columns: add one per metric"],
    ["open quote", 'a,b\n1,"2\n3,4\n', "data.csv, line 2: Quoted field unterminated: close the quote on the same line"],
    ["no rows", "a,b\n", "data.csv: no rows below the header: give it at least one"],
    ["empty file", "", "data.csv: empty: it needs a header line with the columns' names"],
    [
      "no line ends",
      "a\n".padEnd(1_100_000, "1"),
      "data.csv, line 2: longer than 1048576 characters: is this a CSV file?",
    ],
    ["no text", Buffer.from([0x61, 0, 0xf6, 0x0a]), "data.csv: is not UTF-8 text: save it as UTF-8"],
    [
      "cut gzip",
      gzipSync(`a\n${"1\n".repeat(9)}`).subarray(0, -9),
      "data.csv: its gzip data ends too early: copy or compress it again",
    ],
    [
      "broken gzip",
      Buffer.from([0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
      "data.csv: its gzip data is damaged: copy or",
    ],
  ])("%s", async (_, content, message) => {
    expect(await refusal(readCsv(write(content)))).toContain(message);
  });

  test("a missing label column, when one is needed", async () => {
    const work = readCsv(write("a,b\n1,2\n"), { label: "required" });
    expect(await refusal(work)).toBe(
      "data.csv, line 1: no column named label: add one with 0 for normal rows and 1 for anomalies",
    );
  });

  test("a file that does not exist, a folder", async () => {
    expect(await refusal(readCsv(join(folder, "none.csv")))).toBe("none.csv: no such file: check the path");
    expect(await refusal(readCsv(folder))).toContain("is a folder: name a file in it");
  });

  test("an input that fails midway, with its cause", async () => {
    const cause = new Error("the pipe broke");
    const failing = Readable.from(
      (async function* () {
        yield Buffer.from("a\n1\n");
        throw cause;
      })(),
    );
    await expect(collect(streamCsv("pipe", failing))).rejects.toMatchObject({
      message: "pipe: cannot be read: Error: the pipe broke",
      cause,
    });
  });
});
