import { historyAnomaly, historyLayout } from "../../lib/analyze/history-layout.ts";
import { plainLayout, type Row } from "../../lib/analyze/layout.ts";
import { UNJUDGED } from "../../lib/analyze/row-scorer.ts";
import { rowCsv, rowJson, rowObject } from "../../lib/analyze/row-text.ts";
import { createAnalysis } from "../../lib/analyze/workbook.ts";
import { forestSeverity, plainTime } from "../../lib/table/metrics-history.ts";
import { jsonFormat, ndjsonFormat } from "../../lib/table/text-format.ts";
import { tooLarge } from "../../lib/table/xlsx.ts";
import { unzip } from "../table/workbook.ts";
import { MARCH, rowOf } from "./support.ts";

const columns = plainLayout({ time: "time", host: "host", metrics: ["cpu"] }, "score");
const strange = rowOf({ host: 'a,"b"', excess: 2.123456789, time: MARCH + 250 });
const unjudged = rowOf({ host: "c", values: Float64Array.of(Number.NaN), verdict: UNJUDGED });

describe("text files", () => {
  test("csv quotes only where necessary and leaves missing values empty", () => {
    const { head, next, tail } = rowCsv(columns);
    expect(head + next(strange) + next(unjudged) + tail()).toBe(
      'time,host,cpu,score,anomaly\n2025-03-01T00:00:00.250Z,"a,""b""",1,2.12346,Yes\n2025-03-01T00:00:00Z,c,,,\n',
    );
  });

  test("csv has no cell that a spreadsheet would calculate", () => {
    const host = (name: string) =>
      rowCsv(columns)
        .next(rowOf({ host: name, time: MARCH }))
        .split(",")[1];
    expect([host("=1"), host("web;=1+1"), host("＝1")]).toEqual(["'=1", "web;'=1+1", "'＝1"]);
    expect(rowCsv(plainLayout({ time: "time", metrics: ["=cpu"] }, "score")).head).toContain(",'=cpu,");
  });

  test("json is one array, even without rows, and ndjson one line per row; missing values are null", () => {
    const object = (row: Row) => rowObject(columns, row);
    const expected = [
      { time: "2025-03-01T00:00:00.250Z", host: 'a,"b"', cpu: 1, score: 2.12346, anomaly: true },
      { time: "2025-03-01T00:00:00Z", host: "c", cpu: null, score: null, anomaly: null },
    ];
    const json = rowJson(jsonFormat(), object);
    expect(JSON.parse(json.head + json.next(strange) + json.next(unjudged) + json.tail())).toEqual(expected);
    const empty = rowJson(jsonFormat(), () => undefined);
    expect(JSON.parse(empty.head + empty.next(strange) + empty.tail())).toEqual([]);
    const lines = rowJson(ndjsonFormat(), object);
    expect([strange, unjudged].map((row) => JSON.parse(lines.next(row)))).toEqual(expected);
  });
});

describe("the metrics history", () => {
  test("has its eleven columns, empty for metrics that the file lacks", () => {
    const layout = historyLayout(["memory_percent", "cpu_percent"]);
    const row = rowOf({ values: Float64Array.of(61.5, 97), excess: 1.5 });
    const { head, next: line } = rowCsv(layout, plainTime);
    expect(head).toBe(
      "timestamp,cpu_percent,cpu_frequency,memory_percent,memory_available_gb,disk_read_mb,disk_write_mb,network_sent_mb,network_recv_mb,is_anomaly,anomaly_score\n",
    );
    expect(line(row)).toBe("2025-03-01 00:00:00,97,,61.5,,,,,,True,-1.5\n");
  });

  test("describes an anomaly by its metrics, its reasons joined by bars, and the factors; other rows have no object", () => {
    const reasons = [
      { metric: 1, value: 97, usual: 41, deviation: 4.24, share: 0.9 },
      { metric: 0, value: 12.5, usual: 61, deviation: -2, share: 0.1 },
    ];
    const verdict = { score: 0.72, signed: 0.72, excess: 1.2, isAnomaly: true, reasons };
    const metrics = ["memory_percent", "cpu_percent"];
    expect(historyAnomaly(metrics, "iforest", rowOf({ values: Float64Array.of(12.5, 97), verdict }))).toEqual({
      timestamp: "2025-03-01 00:00:00",
      anomaly_score: -0.72,
      metrics: { memory_percent: 12.5, cpu_percent: 97 },
      reason: "cpu_percent 97 is high: usually 41 (4.2 sd) | memory_percent 12.5 is low: usually 61 (2.0 sd)",
      severity_factors: [
        "severity critical",
        "cpu_percent: 97 instead of 41, +4.2 sd, 90 % of the score",
        "memory_percent: 12.5 instead of 61, -2.0 sd, 10 % of the score",
      ],
    });
    expect(historyAnomaly(metrics, "iforest", rowOf({ values: Float64Array.of(1, 2) }))).toBeUndefined();
  });
});

// The bands of document 004: below −0.7, from there to −0.5, and from there to −0.3, in its sign.
test("the forest has three severities; a score at a bound has the lower one", () => {
  const severities = [0.71, 0.7, 0.51, 0.5, 0.31, 0.3].map((score) => forestSeverity(score));
  expect(severities).toEqual(["critical", "high", "high", "medium", "medium", "low"]);
});

describe("an Excel file", () => {
  // 2025-03-01 is day 45717 of Excel's calendar:
  // python3 -c "from datetime import *; print((date(2025, 3, 1) - date(1899, 12, 30)).days)"
  test("stores dates, numbers and texts as such", async () => {
    const workbook = createAnalysis(columns);
    workbook.add(rowOf({ host: "a", values: Float64Array.of(62.5), excess: 2 }));
    workbook.add(unjudged);
    const files = unzip(await workbook.bytes());
    const sheet = files.get("xl/worksheets/sheet1.xml") ?? "";
    const texts = [...(files.get("xl/sharedStrings.xml") ?? "").matchAll(/<t[^>]*>([^<]*)</g)].map(([, text]) => text);
    const cells = [...sheet.matchAll(/<c r="([A-Z]+\d+)"([^>]*)>(?:<v>([^<]*)<\/v>)?/g)].map(
      ([, place, attributes = "", value = ""]) => [
        place,
        attributes.includes('t="s"') ? texts[Number(value)] : Number(value),
      ],
    );
    expect(cells.filter(([, value]) => value !== "")).toEqual([
      ["A1", "time"],
      ["B1", "host"],
      ["C1", "cpu"],
      ["D1", "score"],
      ["E1", "anomaly"],
      ["A2", 45_717],
      ["B2", "a"],
      ["C2", 62.5],
      ["D2", 2],
      ["E2", "Yes"],
      ["A3", 45_717],
      ["B3", "c"],
    ]);
    expect(files.get("xl/styles.xml")).toContain("yyyy-mm-dd hh:mm:ss");
  });

  test("refuses more rows than fit, with the reason", () => {
    expect(tooLarge(99_999, 5)).toBeUndefined();
    expect(tooLarge(100_000, 5)).toBe(
      "100000 rows are too many for an xlsx file: 5 columns wide it can have 99999, for it is built in memory",
    );
    expect(tooLarge(1_048_576, 1)).toContain("Excel has room for 1048575 below the header");
  });
});
