import { usualSchema } from "../../lib/learn/usual.ts";
import { START, schemaOf } from "../factories.ts";

const HOUR = 3_600_000;

/** Hourly samples of some names; a name with `?` has no values. */
function chunk(from: number, to: number, ...names: readonly string[]) {
  const times = Array.from({ length: to - from }, (_, i) => START + (from + i) * HOUR);
  return {
    host: "web-07",
    schema: schemaOf(...names.map((name) => name.replace("?", ""))),
    times: Float64Array.from(times),
    values: Float64Array.from(times.flatMap(() => names.map((name) => (name.endsWith("?") ? Number.NaN : 1)))),
    flags: new Uint8Array(times.length),
  };
}

test.each([
  ["those of the newest chunk", [chunk(0, 240, "cpu", "load")], ["cpu", "load"]],
  ["one whose sender is late", [chunk(0, 240, "cpu", "load"), chunk(240, 241, "cpu")], ["cpu", "load"]],
  ["one that vanished two days ago", [chunk(0, 192, "cpu", "load"), chunk(192, 240, "cpu")], ["cpu", "load"]],
  ["none that vanished a week ago", [chunk(0, 240, "cpu", "load"), chunk(240, 412, "cpu")], ["cpu"]],
  [
    "none that came a few times",
    [chunk(0, 240, "cpu"), chunk(240, 243, "cpu", "load"), chunk(243, 252, "cpu")],
    ["cpu"],
  ],
  ["none without values", [chunk(0, 240, "cpu", "load?"), chunk(240, 241, "cpu")], ["cpu"]],
])("the metrics to fit are %s", (_, chunks, names) => {
  expect(usualSchema(chunks)?.names).toEqual(names);
});

test("a metric's newest definition counts, though most samples have another", () => {
  const of = (definition: string, from: number, to: number) => {
    const one = chunk(from, to, "cpu", "net");
    return { ...one, schema: { ...one.schema, defined: { net: definition } } };
  };
  const schema = usualSchema([of("aaaaaaaa", 0, 240), of("bbbbbbbb", 240, 241)]);
  expect(schema).toMatchObject({ names: ["cpu", "net"], defined: { net: "bbbbbbbb" } });
});

test("a feature that the newest samples lack is usual under its definition", () => {
  const one = chunk(0, 240, "cpu", "net");
  const derived = { ...one, schema: { ...one.schema, defined: { net: "aaaaaaaa" } } };
  expect(usualSchema([derived, chunk(240, 241, "cpu")])).toMatchObject({ defined: { net: "aaaaaaaa" } });
});

test("an empty history has no usual metrics", () => {
  expect(usualSchema([])).toBeUndefined();
});
