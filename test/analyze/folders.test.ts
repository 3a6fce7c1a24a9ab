// A folder of a file for each host, analysed as one: each host as its file alone.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type AnalyzeOptions, analyze } from "../../lib/analyze/analyze-file.ts";

const root = mkdtempSync(join(tmpdir(), "fleetwarden-folders-"));
afterAll(() => rmSync(root, { recursive: true }));
let count = 0;

function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = join(root, String(count++));
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

const OPTIONS = { table: {}, outputs: [], head: 0, onlyAnomalies: false, progress: () => {} };
const analyzed = (file: string, more: Partial<AnalyzeOptions> = {}) => analyze({ ...OPTIONS, file, ...more });

/** Rows by the minute of two metrics that vary a little; in the rows of `strange` the first is ten times as large. */
function csv(metrics: string, rows: number, strange: readonly number[]): string {
  const line = (row: number) => {
    const first = (20 + ((row * 7) % 11)) * (strange.includes(row) ? 10 : 1);
    return `${1_740_787_200 + 60 * row},${first},${50 + ((row * 5) % 7)}`;
  };
  return [`time,${metrics}`, ...Array.from({ length: rows }, (_, row) => line(row))].join("\n");
}

const FILES = {
  "web-01.csv": csv("cpu,memory", 300, [200, 201, 202]),
  "web-02.csv": csv("memory,cpu", 90, [70]),
  // A file with a metric of its own, longer than a turn of all.
  "db-01.csv.gz": gzipSync(csv("cpu,queue", 2_500, [2_000, 2_400])),
};

test.each(["zscore", "gaussian", "reconstruction"] as const)(
  "each host of a folder has the anomalies by %s that its file has alone",
  async (detector) => {
    const folder = folderOf({ ...FILES, "notes.txt": "no rows" });
    const train = { share: 0.5 };
    const together = await analyzed(folder, { detector, train });
    expect(together.summary).toMatchObject({ rows: 2_890, hostCount: 3, unjudged: 0 });
    expect(together.columns).toMatchObject({ metrics: ["cpu", "queue", "memory"], host: "host", hostsSeen: 3 });
    for (const name of Object.keys(FILES)) {
      const { summary } = await analyzed(join(folder, name), { detector, train });
      const host = together.summary.hosts.find((one) => name.startsWith(one.host));
      expect(host).toMatchObject({ rows: summary.rows, anomalies: summary.anomalies });
      expect(summary.anomalies).toBeGreaterThan(0);
    }
  },
);

test("a cause is named by its own metric, also of a host without the metrics of others", async () => {
  const { summary, columns } = await analyzed(folderOf(FILES), { detector: "zscore" });
  const causes = summary.worst.map(({ peak }) => [peak.host, columns.metrics[peak.verdict.reasons[0]?.metric ?? -1]]);
  expect(new Set(causes.map(([host]) => host))).toEqual(new Set(["web-01", "web-02", "db-01"]));
  expect(causes.filter(([host, metric]) => metric !== (host === "web-02" ? "memory" : "cpu"))).toEqual([]);
});

test("a note about one of the files has its name, and one about all has none", async () => {
  const { columns } = await analyzed(
    folderOf({ "a.csv": "x,y\n1,2 MB\n2,3 MB\n", "b.csv": "x,y\n1,2\n2,3\n3,4\n", "c.csv": "x;y\n1,5;2\n2,5;3\n" }),
  );
  expect(columns.notes).toEqual([
    "3 files are read as one. Rows that name no host have the name of their file.",
    "a.csv: Read with their units: y in MB.",
    "c.csv: Numbers are read with a decimal comma.",
  ]);
});

test("the columns of a preset may be in some of the files only", async () => {
  const [of, more] = ["timestamp,cpu_percent\n", "timestamp,memory_percent,other\n"];
  const rows = (line: (i: number) => string) => Array.from({ length: 60 }, (_, i) => line(i)).join("\n");
  const folder = folderOf({
    "a.csv": of + rows((i) => `${1_740_787_200 + i},${i % 7}`),
    "b.csv": more + rows((i) => `${1_740_787_200 + i},${i % 7},${i}`),
  });
  const { columns, summary } = await analyzed(folder, { preset: "metrics-history" });
  expect(columns.metrics).toEqual(["cpu_percent", "memory_percent"]);
  expect(summary.unjudged).toBe(0);
});

test.each([
  ["without a file of rows", { "readme.txt": "" }, "no rows in this folder: their files end in .csv"],
  [
    "with one host in two files",
    { "a.csv": "host,x\nweb-01,1\nweb-01,2\n", "web-01.csv": "x\n1\n2\n" },
    "host web-01 has rows in a.csv and in web-01.csv: put them into one file",
  ],
  [
    "with times in some files only",
    { "a.csv": "time,x\n1740787200,1\n1740787260,2\n", "b.csv": "x\n1\n2\n" },
    "b.csv: no column with times, as a.csv has: name it with --time, or add one",
  ],
])("a folder %s is refused", async (_, files, message) => {
  await expect(analyzed(folderOf(files))).rejects.toThrow(message);
});
