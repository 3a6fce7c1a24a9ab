import { createHash } from "node:crypto";
import { NAME_LENGTH_MAX } from "../limits.ts";
import { hostIn, isHost, isHostKey } from "./identity.ts";
import { OWNERS } from "./owners.ts";
import type { Tags } from "./point.ts";

/** Fields that say no more than that the series has a value. */
const PLAIN_FIELDS = ["value", "gauge", "counter"];
/** Tags with a host's place or purpose: they are the same on all its series. */
const PLACE_TAGS = [
  "group",
  ...["region", "availability_zone", "az", "zone", "dc", "datacenter", "rack", "account", "account_id", "cloud"],
  ...["env", "environment", "stage", "cluster", "collector", "fstype", "os", "arch"],
];
/** A series with more values of tags than this is distinguished by the first, in the order of its name. */
const TAGS_MAX = 16;
const HASH_DIGITS = 8;

/** The parts of a series that make its metric's name. */
interface SeriesParts {
  readonly series: string;
  readonly field?: string | undefined;
  /** By `instanceOf`; empty where the series has no instance. */
  readonly instance: string;
}

/** A metric's name: series and field, then the values that distinguish its instances: `cpu_usage_user:cpu-total`. */
export function seriesName({ series, field, instance }: SeriesParts): string {
  const isPlain = field === undefined || field === "" || PLAIN_FIELDS.includes(field);
  const stem = isPlain ? short(series) : `${short(series)}_${short(field)}`;
  const name = fitted(instance === "" ? stem : `${stem}:${instance}`);
  return name === "__proto__" ? "proto" : name;
}

/** The values of the tags that distinguish instances: the owners', then by the tags' names: `shop:sda1:/var`. */
export function instanceOf(tags: Tags): string {
  const keepsInstance = isPart(tags);
  const values = Object.keys(tags)
    .filter((tag) => (tag === "instance" && keepsInstance) || !(isHostKey(tag) || PLACE_TAGS.includes(tag)))
    .sort((a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1))
    .map((tag) => tags[tag])
    .filter((value) => (typeof value === "string" && value !== "") || typeof value === "number")
    .slice(0, TAGS_MAX);
  return fitted(values.map((value) => short(String(value))).join(":"));
}

const PLACES = new Map(OWNERS.map((tag, place) => [tag, place]));

function placeOf(tag: string): number {
  return PLACES.get(tag) ?? PLACES.size;
}

const ADDRESS = /:\d{1,5}$/;

/** Whether the tag `instance` names a part of the host, as counters of Windows have it, and not the host itself. */
function isPart(tags: Tags): boolean {
  const { instance } = tags;
  return isHost(instance) && !ADDRESS.test(instance) && hostIn(tags) !== instance;
}

/** As much of a text as a name can have. */
export function short(text: string): string {
  return text.slice(0, NAME_LENGTH_MAX);
}

const IS_FIT = /^[!-~]{0,200}$/;

/** Blanks and characters with an effect become _; a hash stands for the end of a name that is too long. */
export function fitted(text: string): string {
  if (IS_FIT.test(text)) return text;
  const name = text.replace(/[\s\p{C}\p{Zl}\p{Zp}]+/gu, "_");
  if (name.length <= NAME_LENGTH_MAX) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, HASH_DIGITS);
  // The cut may leave half of a pair of surrogates.
  const start = name.slice(0, NAME_LENGTH_MAX - HASH_DIGITS - 1).replace(/\p{Cs}/u, "");
  return `${start}~${hash}`;
}
