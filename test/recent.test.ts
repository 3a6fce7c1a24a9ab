import { recent, sizeOf } from "../lib/recent.ts";

test("keeps so many bytes, and the value used longest ago leaves first", () => {
  const values = recent<string>(10);
  values.keep("a", "A", 4);
  values.keep("b", "B", 4);
  values.keep("a", "A2", 4);
  values.keep("c", "C", 4);
  expect(["a", "b", "c"].map((key) => values.take(key))).toEqual(["A2", undefined, "C"]);
});

test("counts a value once when it is kept again, and no longer once it is taken", () => {
  const values = recent<string>(10);
  for (let i = 0; i < 3; i++) values.keep("a", "A", 6);
  values.keep("b", "B", 4);
  expect(values.take("b")).toBe("B");
  expect(values.take("b")).toBeUndefined();
  values.keep("c", "C", 4);
  expect(values.take("a")).toBe("A");
  values.keep("d", "D", 6);
  expect(values.take("c")).toBe("C");
});

test("keeps no value that alone exceeds the limit", () => {
  const values = recent<string>(10);
  values.keep("a", "A", 11);
  expect(values.take("a")).toBeUndefined();
});

test("the size of plain data follows its numbers, texts and arrays, at any depth", () => {
  const numbers = new Float64Array(1_000);
  expect(sizeOf({ numbers })).toBeGreaterThanOrEqual(8_000);
  expect(sizeOf({ numbers, again: numbers })).toBeLessThan(16_000);
  expect(sizeOf({ a: [{ numbers }] })).toBeGreaterThan(sizeOf({ numbers }));
  expect(sizeOf({ text: "x".repeat(5_000) })).toBeGreaterThanOrEqual(5_000);
  expect(sizeOf(Array.from({ length: 1_000 }, (_, i) => i + 0.5))).toBeGreaterThanOrEqual(8_000);
  expect([undefined, null, true].map((value) => sizeOf(value))).toEqual([0, 0, 0]);
});
