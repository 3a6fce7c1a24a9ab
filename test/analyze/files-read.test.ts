// The forms in which people and programs write one series, and what is read from each.
import { gzipSync } from "node:zlib";
import { readNotes } from "../../lib/rows/read-notes.ts";
import {
  analyzed,
  comma,
  day,
  type Form,
  half,
  iso,
  MINUTE,
  NOON,
  plain,
  point,
  ROWS,
  type Sample,
  SERIES,
  SPIKE_TIME,
  STEP,
  spaced,
  timed,
  two,
  valued,
} from "./series-file.ts";

describe("each of these gives the one event of the series", () => {
  test.each<[string, Form, (readonly string[])?]>([
    ["plain", {}],
    ["semicolons", { head: "time;load", line: ({ time, value }) => `${iso(time)};${point(value)}` }],
    ["tabs", { head: "time\tload", line: ({ time, value }) => `${iso(time)}\t${point(value)}` }],
    ["bars", { head: "time|load", line: ({ time, value }) => `${iso(time)}|${point(value)}` }],
    [
      "a delimiter behind each line",
      { head: "time;load;", line: ({ time, value }) => `${iso(time)};${point(value)};` },
      ["Not judged: column 3 (empty, without a name)."],
    ],
    [
      "a line that names the delimiter",
      { head: "sep=;\ntime;load", line: ({ time, value }) => `${iso(time)};${point(value)}` },
    ],
    ["comments above the names", { head: "# from our rack\n\n# of October\ntime,load" }],
    ["names in a comment", { head: "# time,load" }],
    ["gzip", { encode: gzipSync }],
    ["UTF-16", { encode: (text) => Buffer.from(`\uFEFF${text}`, "utf16le") }],
    ["Windows-1252", { head: "time,größe", encode: (text) => Buffer.from(text, "latin1") }],
    [
      "German Excel",
      {
        head: "Zeit;Last, kW",
        line: ({ time, value }) => `${day(time).d}.10.2026 ${day(time).h}:${day(time).min};${comma(value)}`,
      },
      ["Numbers are read with a decimal comma.", "Column Zeit is read with the day first."],
    ],
    [
      "a decimal comma within quotes",
      { line: valued((x) => `"${comma(x)}"`) },
      ["Numbers are read with a decimal comma."],
    ],
    ["thousands with commas", { line: valued((x) => `"1,${point(x - 1000).padStart(6, "0")}"`) }],
    [
      "thousands with points before a decimal comma",
      { head: "time;load", line: ({ time, value }) => `${iso(time)};1.${comma(value - 1000).padStart(6, "0")}` },
      ["Numbers are read with a decimal comma."],
    ],
    ["thousands with spaces", { line: valued((x) => `1 ${point(x - 1000).padStart(6, "0")}`) }],
    ["percent", { line: valued((x) => `${point(x)}%`) }, ["Read with their units: load in %."]],
    ["a unit", { line: valued((x) => `${point(x)} MB`) }, ["Read with their units: load in MB."]],
    [
      "units of two sizes",
      { line: valued((x) => (x > 1_500 ? `${x / 1000} GB` : `${x} MB`)) },
      ["Read with their units: load in MB."],
    ],
    ...["null", "NA", "N/A", "-", "None", "NaN", ""].map((word): [string, Form] => [
      `a missing value as "${word}"`,
      { line: ({ time, value }, i) => `${iso(time)},${i % 20 === 7 ? word : point(value)}` },
    ]),
    [
      "an index of pandas",
      { head: ",time,load", line: (one, i) => `${i},${plain(one)}` },
      ["Not judged: column 1 (an index)."],
    ],
    ["an index that is the time", { head: ",load" }],
    [
      "an id",
      { head: "row_id,time,load", line: (one, i) => `${7_000 - i},${plain(one)}` },
      ["Not judged: row_id (an index or id)."],
    ],
    [
      "no header",
      { head: plain({ time: NOON - STEP, value: 1_203.25 }) },
      ["The file has no header: its columns are called column_1 and so on."],
    ],
    ["a constant", { head: "time,port,load", line: ({ time, value }) => `${iso(time)},443,${point(value)}` }, []],
    [
      "a second column of times",
      { head: "time,ts,load", line: ({ time, value }) => `${iso(time)},${time},${point(value)}` },
      ["Not judged: ts (times, too)."],
    ],
    ["slashes", { line: timed((ms) => spaced(ms).replaceAll("-", "/")) }],
    ["milliseconds behind a comma", { line: ({ time, value }) => `"${spaced(time)},000",${point(value)}` }],
    ["UTC as a word", { line: timed((ms) => `${spaced(ms)} UTC`) }],
    ["another zone", { line: timed((ms) => `${spaced(ms + 120 * MINUTE).replace(" ", "T")}+0200`) }],
    ["Unix seconds", { line: timed((ms) => String(ms / 1000)) }],
    ["Unix milliseconds", { line: timed(String) }],
    ["Unix microseconds", { line: timed((ms) => `${ms}000`) }],
    ["Unix nanoseconds", { line: timed((ms) => `${ms}000000`) }],
    // Excel's day 25569 is 1 January 1970.
    [
      "days of Excel",
      { line: timed((ms) => (ms / 86_400_000 + 25_569).toFixed(7)) },
      ["Column time is read as the days of Excel."],
    ],
    [
      "month first, with AM and PM",
      {
        line: timed((ms) => {
          const { d, h, min } = day(ms);
          return `10/${d}/2026 ${half(h).h}:${min}:00 ${half(h).half}`;
        }),
      },
      ["Column time is read with the month first."],
    ],
    [
      "day first with slashes",
      {
        line: timed((ms) => {
          const { d, h, min } = day(ms);
          return `${d}/10/26 ${h}:${min}`;
        }),
      },
      ["Column time is read with the day first."],
    ],
    [
      "months by name",
      {
        line: timed((ms) => {
          const { d, h, min } = day(ms);
          return `${d}-Oct-2026 ${two(h)}:${min}:00`;
        }),
      },
    ],
    [
      "date and time of day apart",
      { head: "date,time,load", line: ({ time, value }) => `${spaced(time).replace(" ", ",")},${point(value)}` },
    ],
    ["newest first", { series: [...SERIES].reverse() }, ["Its rows are newest first, and are read from the last."]],
    [
      "two halves in the wrong order",
      { series: [...SERIES.slice(30), ...SERIES.slice(0, 30)] },
      ["Its rows are not in order of time, and are sorted."],
    ],
    ["a column of no usual name", { head: "when,load" }],
    [
      "a long table",
      {
        head: "time,metric,value",
        line: ({ time, value }, i) => `${iso(time)},calm,${i % 3}\n${iso(time)},load,${point(value)}`,
      },
      ["Column metric tells the metrics of one time apart."],
    ],
    [
      "a list in JSON",
      {
        name: "in.json",
        head: "[",
        line: ({ time, value }, i) => `{"time":"${iso(time)}","load":${value}}${i < ROWS - 1 ? "," : "]"}`,
      },
    ],
    [
      "an object on each line",
      {
        name: "in.ndjson",
        head: "",
        line: ({ time, value }) => `{"host":"a","time":${time},"metrics":{"load":${value}}}`,
      },
    ],
  ])("%s", async (_, form, notes = []) => {
    const analysis = await analyzed(form);
    expect(analysis.summary.worst.map(({ peak, rows }) => [peak.time, peak.values.includes(1_990.5), rows])).toEqual([
      [SPIKE_TIME, true, 1],
    ]);
    expect(readNotes(analysis.columns)).toEqual(notes);
  });
});

describe("hosts", () => {
  const lines = ({ time, value }: Sample) =>
    `${iso(time)},web-1,${point(value)}\n${iso(time)},web-2,${point(value / 8)}`;

  test.each(["host", "hostname", "Server", "instance", "node"])("are in a column %s", async (name) => {
    const { columns: found, summary } = await analyzed({ head: `time,${name},load`, line: lines });
    expect(found.host).toBe(name);
    expect(summary.hosts.map(({ host, anomalies }) => [host, anomalies])).toEqual([
      ["web-1", 1],
      ["web-2", 1],
    ]);
  });

  test("are in a column of any name on request", async () => {
    const { summary } = await analyzed({ head: "time,machine,load", line: lines, options: { host: "machine" } });
    expect(summary.hostCount).toBe(2);
  });

  test("a number in a column node is a metric", async () => {
    const { columns: found } = await analyzed({
      head: "time,node,load",
      line: ({ time, value }) => `${iso(time)},${value % 3},${value}`,
    });
    expect(found.metrics).toEqual(["node", "load"]);
  });
});
