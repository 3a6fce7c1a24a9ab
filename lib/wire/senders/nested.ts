import { isObject } from "../../json.ts";
import { numberIn } from "./fields.ts";
import type { Fields, Tags } from "./point.ts";
import { short } from "./series-name.ts";

/** Texts under these keys name the instance of the numbers beside them: `"cpu":"0"` in a list of CPUs. */
const INSTANCE_KEYS = [
  ...["name", "id", "cpu", "device", "device_name", "disk-device", "dev", "iface", "interface", "nic"],
  ...["mount_point", "mountpoint", "mount", "path", "filesystem", "sensor"],
];

interface Leaf {
  readonly path: string;
  readonly tags: Tags;
  readonly value: number;
}

/**
 * The numbers in an object at any depth, by their path, with the names of their instance. Texts of numbers count,
 * unless they name an instance; other texts and booleans do not.
 */
export function* numbersIn(fields: Fields, path = "", outer: Tags = {}): Iterable<Leaf> {
  // On top, a number in quotes is a measurement, as in rows that were CSV.
  const tags = { ...outer, ...instanceIn(fields, path !== "") };
  for (const [key, value] of Object.entries(fields)) {
    if (key in tags && tags[key] === value) continue;
    // Names have no more characters, and to carry a longer path to each of its numbers would take long.
    yield* numbersUnder(value, short(path === "" ? key : `${path}.${key}`), tags);
  }
}

function* numbersUnder(value: unknown, path: string, tags: Tags): Iterable<Leaf> {
  const number = numberIn(value);
  if (number !== undefined) yield { path, tags, value: number };
  else if (isObject(value)) yield* numbersIn(value, path, tags);
  else if (Array.isArray(value)) {
    for (const [i, element] of value.entries()) {
      const isNamed = isObject(element) && Object.keys(instanceIn(element, true)).length > 0;
      yield* numbersUnder(element, path, isNamed ? tags : { ...tags, [`#${path}`]: i });
    }
  }
}

function instanceIn(fields: Fields, mayBeNumber: boolean): Tags {
  const named = INSTANCE_KEYS.filter((key) => typeof fields[key] === "string");
  const fit = mayBeNumber ? named : named.filter((key) => numberIn(fields[key]) === undefined);
  return Object.fromEntries(fit.map((key) => [key, fields[key]]));
}
