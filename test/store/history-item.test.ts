// The values of a chunk: raw deflate, which a few rows carry uncompressed.
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { accepted } from "../../lib/store/formats.ts";
import { chunkReader, itemsOfChunk } from "../../lib/store/history-item.ts";
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

test.each([1, 31, 32, 600])("zlib reads the values of %i rows", (rows) => {
  const chunk = chunkOf(rows);
  const [item] = itemsOfChunk(chunk, 1);
  const inflated = inflateRawSync(item?.values?.B ?? new Uint8Array());
  expect(inflated.equals(Buffer.from(chunk.values.buffer))).toBe(true);
});

test("few values take five bytes more than their own size, and many shrink", () => {
  expect(itemsOfChunk(chunkOf(1), 1)[0]?.values?.B).toHaveLength(5 + 16);
  expect(itemsOfChunk(chunkOf(600), 1)[0]?.values?.B?.length).toBeLessThan(600 * 16 * 0.5);
});

test("the store reads few values that zlib has packed", () => {
  const chunk = chunkOf(2);
  const [item] = itemsOfChunk(chunk, 1);
  const packed = { ...item, values: { B: deflateRawSync(new Uint8Array(chunk.values.buffer)) } };
  expect(accepted(chunkReader(schema)(packed)).values).toEqual(chunk.values);
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
