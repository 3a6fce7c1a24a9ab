// The forms of recordings.

import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { plainSamples, sampleColumns, sampleRows } from "../../lib/export/sample-rows.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { jsonChunks, tableChunks } from "../../lib/table/write.ts";
import { keepChunk } from "../contract/examples.ts";
import { schemaOf } from "../factories.ts";
import { MINUTE, NOON, recorded } from "./made.ts";

const at = (minute: number) => new Date(NOON + minute * MINUTE).toISOString();

test("rows in any order become hosts by name, with their rows by time", async () => {
  const csv = `time,host,group,cpu\n${at(1)},web-2,web,4\n${at(0)},web-2,web,3\n${at(5)},db-1,db,9`;
  expect(await recorded({ "all.csv": csv })).toEqual([
    {
      host: "db-1",
      group: "db",
      times: Float64Array.of(NOON + 5 * MINUTE),
      metrics: [{ name: "cpu", first: 0, values: Float64Array.of(9) }],
    },
    {
      host: "web-2",
      group: "web",
      times: Float64Array.of(NOON, NOON + MINUTE),
      metrics: [{ name: "cpu", first: 0, values: Float64Array.of(3, 4) }],
    },
  ]);
});

test("an empty cell is a missing value, and a column of other hosts is no metric", async () => {
  const csv = `time,host,cpu,swap,gpu\n${at(0)},web-1,1,,\n${at(1)},web-1,,5,\n${at(0)},web-2,,,2`;
  const [web1, web2] = await recorded({ "all.csv": csv });
  expect(web1?.metrics).toEqual([
    { name: "cpu", first: 0, values: Float64Array.of(1, Number.NaN) },
    { name: "swap", first: 1, values: Float64Array.of(Number.NaN, 5) },
  ]);
  expect(web2?.metrics).toEqual([{ name: "gpu", first: 0, values: Float64Array.of(2) }]);
});

test("a folder joins its files by host and time; a file without hosts belongs to the host of its name", async () => {
  const recording = await recorded({
    "day-2.csv": `time,host,cpu\n${at(3)},web-1,3`,
    "day-1.csv": `time,host,cpu,disk\n${at(1)},web-1,1,8`,
    "db-1.csv": `time,cpu\n${at(2)},5`,
    "more.ndjson": `{"host":"web-1","time":"${at(2)}","metrics":{"cpu":2}}`,
    "notes.txt": "nothing",
  });
  expect(recording.map(({ host, times }) => [host, [...times].map((time) => (time - NOON) / MINUTE)])).toEqual([
    ["db-1", [2]],
    ["web-1", [1, 2, 3]],
  ]);
  expect(recording[1]?.metrics.map(({ name, values }) => [name, [...values]])).toEqual([
    ["cpu", [1, 2, 3]],
    ["disk", [8, Number.NaN, Number.NaN]],
  ]);
});

test("rows without times are one interval apart, by host", async () => {
  const [a, b] = await recorded({ "all.csv": "host,cpu\na,1\nb,1\na,2" });
  expect([...(a?.times ?? [])].map((time) => time - (a?.times[0] ?? 0))).toEqual([0, MINUTE]);
  expect(b?.times[0]).toBe(a?.times[0]);
});

test("the CSV and the NDJSON of `export samples` are the same recording", async () => {
  const stores = createMemoryStores(() => NOON);
  const hosts = ["web-2", "web-1"].map((host) => ({ host, group: "web" }));
  for (const { host } of hosts) {
    await keepChunk(stores, {
      host,
      schema: schemaOf("cpu", "memory"),
      times: Float64Array.from({ length: 40 }, (_, i) => NOON - (40 - i) * MINUTE),
      values: Float64Array.from({ length: 80 }, (_, i) => (i % 7 === 3 ? Number.NaN : Math.sin(i))),
      flags: new Uint8Array(40),
    });
  }
  const span = { from: 0, to: NOON };
  const written = (chunks: AsyncIterable<string | Buffer>) => text(Readable.from(chunks));
  const names = ["cpu", "memory"];
  const csv = tableChunks("csv", sampleColumns(names), sampleRows(stores.history, hosts, names, span));
  const ndjson = jsonChunks("ndjson", plainSamples(stores.history, hosts, span));
  const fromCsv = await recorded({ "samples.csv": await written(csv) });
  expect(fromCsv.map(({ host, times }) => [host, times.length])).toEqual([
    ["web-1", 40],
    ["web-2", 40],
  ]);
  expect(await recorded({ "samples.ndjson": await written(ndjson) })).toEqual(fromCsv);
});

test.each([
  ["a broken line of NDJSON", { "a.ndjson": '{"host":"web-1"' }, "a.ndjson, line 1: broken JSON"],
  ["a sample without a time", { "a.ndjson": '{"host":"web-1","metrics":{"cpu":1}}' }, "line 1: time undefined"],
  ["no rows", { "a.csv": "time,host,cpu" }, "no rows"],
  ["a folder without recordings", { "a.txt": "", "b.txt": "" }, "no rows in this folder"],
  [
    "more metrics than a record holds",
    { "a.csv": `${Array.from({ length: 257 }, (_, i) => `m${i}`)}\n${Array(257).fill(1)}` },
    "more than 256 metrics",
  ],
])("refuses %s, and says where", async (_, files, message) => {
  await expect(recorded(files)).rejects.toThrow(message);
});
