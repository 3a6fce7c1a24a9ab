/** The JSON of sysstat, as `sadf -j` writes it (https://sysstat.github.io). */

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One object for each host and time; undefined for JSON of anything else. */
export function sadfSamples(value: unknown): readonly JsonObject[] | undefined {
  const hosts = isObject(value) && isObject(value.sysstat) ? value.sysstat.hosts : undefined;
  if (!Array.isArray(hosts)) return undefined;
  return hosts.filter(isObject).flatMap(({ nodename, statistics }) =>
    listOf(statistics).flatMap((one) => {
      const { timestamp, ...activities } = one;
      const time = isObject(timestamp) ? timeOf(timestamp) : undefined;
      return time === undefined ? [] : [{ host: nodename, time, ...flat(activities, "") }];
    }),
  );
}

function listOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** UTC where sadf says so, with `utc` in old versions and a zone in new ones; local otherwise. */
function timeOf({ date, time, utc, tz }: JsonObject): string | undefined {
  if (typeof date !== "string" || typeof time !== "string") return undefined;
  return `${date} ${time}${utc === 1 || tz === "UTC" ? " UTC" : ""}`;
}

/** The numbers within, named by their ways; items of a list by the text in their first field. */
function flat(object: JsonObject, way: string): JsonObject {
  const named = (name: string) => (way === "" ? name : `${way} ${name}`);
  return Object.assign(
    {},
    ...Object.entries(object).map(([name, value]) => {
      if (typeof value === "number") return { [named(name)]: value };
      if (isObject(value)) return flat(value, named(name));
      return Object.assign(
        {},
        ...listOf(value).map((item, i) => flat(withoutName(item), `${named(name)} ${nameOf(item, i)}`)),
      );
    }),
  );
}

function nameOf(item: JsonObject, place: number): string {
  const [first] = Object.values(item);
  return typeof first === "string" ? first : String(place);
}

function withoutName(item: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => typeof value !== "string"));
}
