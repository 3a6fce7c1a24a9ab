import { listOf, objectsIn, textIn } from "./fields.ts";
import { hostIn } from "./identity.ts";
import type { Fields, Found, Tags } from "./point.ts";

/** `{"series":[{"metric":"system.load.1","points":[[1795356000,3.72]],"host":"web-07","tags":["device:sda"]}]}`. */
export function isDatadog({ series }: Fields): boolean {
  return objectsIn(series).some(({ metric, points }) => typeof metric === "string" && Array.isArray(points));
}

export function* readDatadog({ series }: Fields): Iterable<Found> {
  for (const one of objectsIn(series)) {
    const tags = tagsOf(one.tags);
    const host = hostIn(one) ?? hostOfResources(one.resources) ?? hostIn(tags);
    for (const point of listOf(one.points)) {
      const [time, value] = timeAndValue(point);
      yield { host, time, series: String(one.metric), tags, value };
    }
  }
}

/** A pair in version 1 of the API, an object in version 2. */
function timeAndValue(point: unknown): readonly [unknown, unknown] {
  if (Array.isArray(point)) return [point[0], point[1]];
  const [fields] = objectsIn([point]);
  return [fields?.timestamp, fields?.value];
}

function hostOfResources(resources: unknown): string | undefined {
  return textIn(objectsIn(resources).find(({ type }) => type === "host")?.name);
}

/** `device:sda` → device = sda. */
function tagsOf(list: unknown): Tags {
  const pairs = listOf(list).flatMap((tag) => {
    const at = typeof tag === "string" ? tag.indexOf(":") : -1;
    return at > 0 ? [[String(tag).slice(0, at), String(tag).slice(at + 1)] as const] : [];
  });
  return Object.fromEntries(pairs);
}
