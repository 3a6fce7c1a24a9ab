// Files that `analyze` refuses, with the exact words, and whether their advice works.
import { openTable } from "../../lib/rows/open-table.ts";
import {
  analyzed,
  day,
  type Form,
  iso,
  NOON,
  plain,
  refusal,
  type Sample,
  SERIES,
  STEP,
  spaced,
  timed,
  two,
  write,
} from "./series-file.ts";

describe("refused, with words that help", () => {
  test.each<[string, Form, string]>([
    [
      "days and months that look alike",
      { line: ({ value }, i) => `03/04/2026 ${two(i % 24)}:00,${value}` },
      'in.csv, column 1 (time): nobody can tell the day from the month in "03/04/2026 00:00": say --dates dmy if the day comes first, or --dates mdy if the month does',
    ],
    [
      "two rows for each time",
      { line: (one) => `${plain(one)}\n${plain(one)}` },
      "in.csv, line 3, column time: the same time as line 2: name the column of hosts with --host-column, or keep one row for each time",
    ],
    [
      "an hour twice in times without a zone",
      {
        line: ({ value }, i) => `2026-10-25 0${i < 18 ? Math.floor(i / 6) : Math.floor(i / 6) - 1}:${i % 6}0,${value}`,
        series: SERIES.slice(0, 24),
      },
      "in.csv, line 20, column time: earlier than the row before it: if this is the hour that clocks are put back in autumn, name their zone, as in --zone Europe/Berlin; otherwise sort the file by time",
    ],
    [
      "times of day alone",
      { head: "clock,time,load", line: ({ time, value }) => `1,${spaced(time).slice(11)},${value}` },
      "in.csv, column 2 (time): it has times of day and no column has their date: write both, as 2026-09-23T12:34:56Z",
    ],
    [
      "a word among numbers",
      { line: ({ time, value }, i) => `${iso(time)},${i === 50 ? "ERR" : value}` },
      'in.csv, line 52, column 2 (load): "ERR" is not a number: write one with a decimal point, or leave the cell empty when the value is missing',
    ],
    [
      "a unit of another kind",
      { line: ({ time, value }, i) => `${iso(time)},${value} ${i === 50 ? "s" : "MB"}` },
      'in.csv, line 52, column 2 (load): "1205.25 s" is not in MB as the rows before are: write it so, or leave the cell empty when the value is missing',
    ],
    [
      "a short row",
      { line: (one, i) => (i === 50 ? iso(one.time) : plain(one)) },
      "in.csv, line 52, column 2: 1 cells where the header has 2: every line needs one cell per column, empty when the value is missing",
    ],
    [
      "a metric twice in a long table",
      { head: "time,metric,value", line: ({ time }) => `${iso(time)},load,1\n${iso(time)},load,2` },
      "in.csv, line 3: load has a value for this time in line 2: name the column of hosts with --host-column, or keep one of them",
    ],
    [
      "an old workbook",
      { encode: () => Buffer.from("d0cf11e0a1b11ae1", "hex") },
      "in.csv: an Excel file of the old format or with a password: save it as .xlsx without one, or as CSV",
    ],
    [
      "a zip archive of something else",
      { encode: () => Buffer.from("504b0304", "hex") },
      "in.csv: is damaged: save it again, or as CSV",
    ],
    [
      "broken JSON",
      { name: "in.json", head: "[", line: () => "{" },
      "in.json, line 1: broken JSON: write one list, or one object on each line",
    ],
  ])("%s", async (_, form, message) => {
    expect(await refusal(form)).toBe(message);
  });

  // The first rows rise, so that the file is read as a stream; `replay` reads it without `sorted`.
  test.each([{ sorted: true }, {}])("a time that comes again much later, with %j", async (options) => {
    const series = Array.from({ length: 1_500 }, (_, i) => ({ time: NOON + (i === 1_400 ? 7 : i) * STEP, value: i }));
    const table = await openTable(await write({ series, name: "again.csv" }), options);
    const reading = (async () => {
      for await (const rows of table.pieces()) for (const _ of rows);
    })();
    await expect(reading).rejects.toThrow(
      "again.csv, line 1402, column time: the same time as an earlier row: name the column of hosts with " +
        "--host-column, or keep one row for each time",
    );
  });

  test("the advice works: --dates reads what looks alike", async () => {
    const form = { line: timed((ms) => `03/04/2026 ${two(day(ms).h)}:${day(ms).min}`), series: SERIES.slice(0, 50) };
    const { summary } = await analyzed({ ...form, options: { dates: "dmy" } });
    // 3 April 2026, 12:00 and 18:50 UTC: date -u -d 2026-04-03T12:00 +%s
    expect(summary.range).toMatchObject({ from: 1_775_217_600_000 });
  });

  test("the advice works: --zone reads an autumn night as the hours that passed", async () => {
    const clock = (i: number) => (i < 18 ? Math.floor(i / 6) : Math.floor(i / 6) - 1);
    const form = {
      line: ({ value }: Sample, i: number) => `2026-10-25 0${clock(i)}:${i % 6}0,${value}`,
      series: SERIES.slice(0, 24),
    };
    // Midnight in Berlin is 22:00 UTC: TZ=Europe/Berlin date -d 2026-10-25T00:00 +%s. 23 steps are 230 minutes.
    const from = 1_792_879_200_000;
    const path = await write(form);
    const table = await openTable(path, { zone: "Europe/Berlin", sorted: true });
    const times: number[] = [];
    for await (const rows of table.pieces()) for (const { time = 0 } of rows) times.push(time);
    expect(times).toEqual(Array.from({ length: 24 }, (_, i) => from + i * STEP));
  });
});
