// Units as senders declare them: codes of UCUM, words of CloudWatch, plain symbols.
import { unitIn, unitOfRate, unitsIn } from "../../lib/wire/unit-text.ts";

test.each([
  ["MB/s", "MB/s"],
  ["ms", "ms"],
  ["%", "%"],
  ["By", "B"],
  ["By/s", "B/s"],
  ["MiBy", "MiB"],
  ["Cel", "C"],
  ["°C", "C"],
  ["µs", "us"],
  ["Bytes/Second", "B/s"],
  ["Megabits/Second", "Mbit/s"],
  ["Percent", "%"],
  ["Milliseconds", "ms"],
  [" req/min ", "req/min"],
])("%p is the unit %p", (declared, unit) => {
  expect(unitIn(declared)).toBe(unit);
});

test.each([
  "1",
  "Count",
  "None",
  "",
  "{request}",
  "{request}/s",
  "Count/Second",
  "<b>",
  "a\nb",
  "x".repeat(17),
  5,
  null,
])("%p declares no unit", (declared) => {
  expect(unitIn(declared)).toBeUndefined();
});

test("a total of bytes grows by bytes a second", () => {
  expect(unitOfRate("B")).toBe("B/s");
});

test("names that a record has not, and names of every object, have no unit", () => {
  expect(unitsIn({ cpu: "%", other: "ms" }, ["cpu", "constructor", "toString"])).toEqual({ cpu: "%" });
  expect(unitsIn(["%"], ["0x"])).toBeUndefined();
});
