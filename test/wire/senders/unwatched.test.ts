import fc from "fast-check";
import { decodeRecord } from "../../../lib/wire/decode.ts";
import { Schemas } from "../../../lib/wire/schemas.ts";
import { START } from "../../factories.ts";
import { netdata } from "../../watch/senders/netdata.ts";
import { nodeExporter } from "../../watch/senders/node-exporter.ts";

function read(text: string) {
  const { parts, problems } = decodeRecord(Buffer.from(text), START, new Schemas(), { partitionKey: "web-07" });
  return { parts, problems };
}

const anyNumber = fc.constantFrom(3, 1_000.5, -2e-7, START);
const anySeries = fc.constantFrom(
  ...["node_load1", "node_arp_entries", "node_cpu_seconds_total", "node_cpu_guest_seconds_total", "node_load15x"],
  ...["http_requests_total", "node_", 'node_"load1', "go_goroutines", "system.load", "disk.await", "nginx.requests"],
);
/** The fields of documents of bridges and of Netdata, and similar texts. */
const FIELDS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  name: anySeries,
  time: fc.oneof(anyNumber, fc.constant(new Date(START).toISOString())),
  timestamp: fc.constant(START),
  value: fc.oneof(anyNumber, fc.constantFrom("3.5", "NaN", null)),
  labels: fc.dictionary(fc.constantFrom("name", "instance", "device", "__name__"), anySeries),
  tags: fc.constantFrom({ host: "web-08" }, {}),
  fields: fc.constantFrom({ load1: 1 }, {}),
  hostname: fc.constantFrom("web-09", "{web}"),
  chart_id: anySeries,
  chart_context: anySeries,
  id: fc.constantFrom("reads", "load1"),
};
const anyDocument = fc
  .shuffledSubarray(Object.keys(FIELDS), { minLength: 3 })
  .chain((keys) => fc.tuple(...keys.map((key) => FIELDS[key]!.map((value) => [key, value] as const))))
  .map((fields) => Object.fromEntries(fields));
const ofSenders = [...nodeExporter(1), ...netdata(1)];

test("lines read the same as a list of the same documents, although unwatched series are not parsed", () => {
  const anyDocuments = fc.array(fc.oneof(anyDocument, fc.constantFrom(...ofSenders)), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(anyDocuments, (documents) => {
      const lines = documents.map((document) => JSON.stringify(document)).join("\n");
      expect(read(lines)).toEqual(read(JSON.stringify(documents)));
    }),
    { numRuns: 1_000 },
  );
});

test("lines of one machine that are known from another are its own", () => {
  const [first, second, itself] = ["web-08:9100", "web-09:9100", "localhost:9100"].map((instance) =>
    ["node_load1", "node_load5"].map((name) => JSON.stringify({ name, time: START, value: 3, labels: { instance } })),
  );
  const hosts = [first, second, itself].map((lines) => read(lines!.join("\n")).parts.map(({ host }) => host));
  expect(hosts).toEqual([["web-08"], ["web-09"], ["web-07"]]);
});

test("a host in a label of its own goes before the scraped address, whether or not the line is known", () => {
  const of = (labels: object) => JSON.stringify({ name: "node_load1", time: START, value: 3, labels });
  const lines = [
    of({ instance: "web-08" }),
    of({ host: "web-09", instance: "web-09" }),
    of({ host: "web-09", instance: "web-10" }),
  ];
  expect(read(lines.join("\n")).parts.map(({ host }) => host)).toEqual(["web-08", "web-09"]);
});

test("most series of node_exporter and Netdata are never parsed, unless all are kept", () => {
  const parse = jest.spyOn(JSON, "parse");
  try {
    for (const [documents, most] of [
      [nodeExporter(1), 200],
      [netdata(1), 300],
    ] as const) {
      const bytes = Buffer.from(documents.map((document) => JSON.stringify(document)).join("\n"));
      parse.mockClear();
      decodeRecord(bytes, START, new Schemas(), { partitionKey: "web-07" });
      expect(parse.mock.calls.length).toBeLessThan(most);
      parse.mockClear();
      decodeRecord(bytes, START, new Schemas(), { partitionKey: "web-07", keepsAll: true });
      expect(parse).toHaveBeenCalledTimes(documents.length);
    }
  } finally {
    parse.mockRestore();
  }
});

test("a line that breaks off is reported, even if its series is not watched", () => {
  const [first, second] = [1, 2].map((value) =>
    JSON.stringify({ name: "node_arp_entries", time: START, value, labels: { device: "eth0" } }),
  );
  expect(read(`${first}\n${second!.slice(0, -3)}`).problems).toEqual([
    { reason: expect.stringContaining("broken JSON") },
  ]);
});

test("a long line that ends like no line of a bridge does not hold up the others", () => {
  const known = JSON.stringify({ name: "node_load1", time: START, value: 3, labels: { instance: "web-08" } });
  const endless = `{"name":"node_load1","time":${START},"value":3,"labels":{${'"instance":"x",'.repeat(100_000)}"a":1}`;
  const { parts } = read(`${known}\n${endless}}\n${known.replace("node_load1", "node_load5")}`);
  expect(parts.map(({ host }) => host)).toContain("web-08");
});
