import { deflateRawSync } from "node:zlib";
import { accepted } from "../../lib/store/formats.ts";
import { chunkReader, itemsOfChunk } from "../../lib/store/history-item.ts";
import { itemSize } from "../../lib/store/item-size.ts";
import type { Item } from "../../lib/store/item-table.ts";
import { schemaOf } from "../factories.ts";

const schema = schemaOf("cpu", "memory");

function chunkOf(rows: number) {
  return {
    host: "web-07",
    schema,
    times: Float64Array.from({ length: rows }, (_, i) => 1_790_000_000_000 + i * 10_000),
    values: Float64Array.from({ length: 2 * rows }, (_, i) => Math.round(10 * Math.sin(i))),
    flags: new Uint8Array(rows),
  };
}

test("a minute of 38 metrics of six decimals is one write unit of DynamoDB", () => {
  const names = Array.from({ length: 38 }, (_, j) => `metric_${j}`);
  const values = Float64Array.from({ length: 6 * 38 }, (_, k) => Math.round(1e6 * (0.5 + 0.1 * Math.sin(k * k))) / 1e6);
  const chunk = { ...chunkOf(6), schema: schemaOf(...names), values };
  const [item] = itemsOfChunk(chunk, 1);
  expect(itemSize(item ?? {})).toBeLessThan(1_024);
});

test.each([1, 31, 32, 600])("a chunk of %i rows comes back", (rows) => {
  const chunk = chunkOf(rows);
  const [item] = itemsOfChunk(chunk, 1);
  expect(accepted(chunkReader(schema)(item ?? {}))).toEqual(chunk);
});

test("many rows of repeated values shrink", () => {
  const chunk = { ...chunkOf(600), values: new Float64Array(1_200).fill(17.25) };
  expect(itemsOfChunk(chunk, 1)[0]?.columns?.B?.length).toBeLessThan(600);
});

/** The chunk as releases up to 0.2.0 stored it: `values` are the packed doubles. */
function pastItem(chunk: ReturnType<typeof chunkOf>, values: Uint8Array): Item {
  const [{ columns, ...item } = {}] = itemsOfChunk(chunk, 1);
  return { ...item, format: { N: "1" }, values: { B: values } };
}

test.each([2, 600])("a chunk of %i rows of an earlier release is read", (rows) => {
  const chunk = chunkOf(rows);
  const item = pastItem(chunk, deflateRawSync(new Uint8Array(chunk.values.buffer)));
  expect(accepted(chunkReader(schema)(item))).toEqual(chunk);
});

test("a block without compression of an earlier release is read", () => {
  const chunk = chunkOf(1);
  const bytes = new Uint8Array(chunk.values.buffer);
  // RFC 1951, section 3.2.4: the last block, stored; 16 bytes; their complement.
  const item = pastItem(chunk, Uint8Array.of(1, 16, 0, 239, 255, ...bytes));
  expect(accepted(chunkReader(schema)(item))).toEqual(chunk);
});

test("a unit may have the name of something that every object has", () => {
  const chunk = { ...chunkOf(1), schema: { ...schema, units: { cpu: "constructor", memory: "toString" } } };
  const [item] = itemsOfChunk(chunk, 1);
  expect(accepted(chunkReader(schema)(item ?? {})).schema.units).toEqual({ cpu: "constructor", memory: "toString" });
});

test("an item keeps the declared units and the version that judged, in some twenty bytes", () => {
  const units = { cpu: "%", memory: "GiB" };
  const judge = { version: 12, isGroups: false };
  const chunk = { ...chunkOf(2), schema: { ...schema, units }, judge };
  const [item = {}] = itemsOfChunk(chunk, 1);
  const read = accepted(chunkReader(schema)(item));
  expect([read.schema.units, read.judge]).toEqual([units, judge]);
  expect(item).toMatchObject({ units: { S: '{"%":[0],"GiB":[1]}' }, by: { S: "h12" } });
});

test("an item of an earlier release has neither, and one of a group's baseline says so", () => {
  const [plain = {}] = itemsOfChunk(chunkOf(2), 1);
  expect(accepted(chunkReader(schema)(plain))).not.toHaveProperty("judge");
  const [item = {}] = itemsOfChunk({ ...chunkOf(2), judge: { version: 3, isGroups: true } }, 1);
  expect(accepted(chunkReader(schema)(item)).judge).toEqual({ version: 3, isGroups: true });
  expect(() => accepted(chunkReader(schema)({ ...item, by: { S: "x3" } }))).toThrow("by");
});
