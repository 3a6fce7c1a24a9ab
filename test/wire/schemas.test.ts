import { problemOfNames, Schemas, schemaId } from "../../lib/wire/schemas.ts";
import { sample } from "../factories.ts";
import { read } from "./reading.ts";

/**
 * python3 -c 'import hashlib, json; j = json.dumps(NAMES, separators=(",", ":"), ensure_ascii=False)
 * print(hashlib.sha256(j.encode()).hexdigest()[:16])'
 */
test.each([
  [["cpu"], "820a13d37dfabf10"],
  [["cpu", "load"], "b8c018eb0134ab12"],
  [["load", "cpu"], "ad71cfd011090cea"],
  [["cpu_user", "mem_percent"], "4a43ce61f5c73ccc"],
  [["__a", 'é"\\'], "0408d82eba19f5f8"],
])("the id of %j is %s", (names, id) => {
  expect(schemaId(names)).toBe(id);
});

test("one list of names is one schema", () => {
  const schemas = new Schemas();
  expect(schemas.of(["cpu", "load"])).toBe(schemas.of(["cpu", "load"]));
  expect(schemas.get("b8c018eb0134ab12")).toBe(schemas.of(["cpu", "load"]));
  expect(schemas.get("820a13d37dfabf10")).toBeUndefined();
});

test("a list under the short id of version 0.2.0 is read, and another list under it is not", () => {
  const schemas = new Schemas();
  // Both ids begin with dbed0aef: for n in 10325 49744; do printf '["metric_%s"]' $n | sha256sum; done
  const known = schemas.of(["metric_10325"], "dbed0aef");
  expect(schemas.get("dbed0aef")).toBe(known);
  expect(schemas.of(["metric_49744"], "dbed0aef")).toEqual({
    problem: "schema dbed0aef: other names have this id; send an id of 16 digits, or rename a metric",
  });
  expect(schemas.get("dbed0aef")).toBe(known);
  expect(schemas.of(["metric_49744"])).toMatchObject({ names: ["metric_49744"] });
});

test("the oldest of too many schemas is forgotten", () => {
  const schemas = new Schemas();
  for (let i = 0; i < 1_000; i++) schemas.of([`metric_${i}`]);
  expect(schemas.get(schemaId(["metric_0"]))).toBeDefined();
  schemas.of(["metric_1000"]);
  expect(schemas.get(schemaId(["metric_0"]))).toBeUndefined();
  expect(schemas.get(schemaId(["metric_1"]))).toBeDefined();
  expect(schemas.get(schemaId(["metric_1000"]))).toBeDefined();
});

const inherited = Object.getOwnPropertyNames(Object.prototype).filter((name) => name !== "__proto__");

test.each(inherited)("%s is a metric like any other, and missing where it was not sent", (name) => {
  const documents = [
    { cpu: 1, [name]: 2 },
    { cpu: 3, load: 4 },
    { cpu: 5 },
    { cpu: 6, [name]: 7 },
    { [name]: 8 },
    { cpu: 9, [name]: null },
  ];
  const { parts, problems, replaced } = read(documents.map((metrics) => sample({ metrics })));
  expect({ problems, replaced }).toEqual({ problems: [], replaced: 0 });
  expect(parts.map(({ names, values }) => Object.fromEntries(names.map((key, i) => [key, values[i]])))).toEqual([
    { cpu: 1, [name]: 2 },
    { cpu: 3, load: 4 },
    { cpu: 5 },
    { cpu: 6, [name]: 7 },
    { [name]: 8 },
    { cpu: 9, [name]: Number.NaN },
  ]);
});

test.each(['"__proto__":1', '"cpu":1,"__proto__":{"load":2}', '"__proto__":null,"load":2'])(
  "metrics %s are refused",
  (metrics) => {
    const known = '{"host":"a","metrics":{"cpu":1,"load":2}}';
    const { parts, problems } = read(`[${known},{"host":"a","metrics":{${metrics}}},${known}]`);
    expect(parts).toMatchObject([{ values: [1, 2, 1, 2] }]);
    expect(problems).toEqual(['sample 2: metric name "__proto__": choose another']);
  },
);

test.each(['"];throw 1;//', "`+missing.name+`", "\\", '"', "a b", "0", "é", "constructor.name"])(
  "the name %j is data, not code",
  (name) => {
    const schemas = new Schemas();
    const documents = [sample({ metrics: { [name]: 1 } }), sample({ metrics: { [name]: 2 } })];
    expect(read(documents, schemas).parts).toMatchObject([{ names: [name], values: [1, 2] }]);
  },
);

test.each([
  [["cpu", "load"], undefined],
  [["m".repeat(256)], undefined],
  [[], "no metrics: send at least one"],
  [["m".repeat(257)], `metric name "${"m".repeat(80)}": use a text of 1 to 256 characters without control characters`],
  [["cpu", "a\tb"], 'metric name "a\\tb": use a text of 1 to 256 characters without control characters'],
  [["cpu", null], "metric name null: use a text of 1 to 256 characters without control characters"],
  [["cpu", "load", "cpu"], 'metric name "cpu" twice: names must differ'],
])("the names %j: %s", (names, problem) => {
  expect(problemOfNames(names)).toBe(problem);
});
