import { DERIVED_KINDS, type FeatureStep, takesAny } from "../watch/features.ts";
import { fitsGlob } from "../watch/glob.ts";
import { type FeatureEntry, WINDOW_RANGE } from "./schema.ts";
import { shown } from "./values.ts";

/** A mistake in the list: its place, as keys of the entry, and the fix. */
interface Mistake {
  readonly at: readonly (string | number)[];
  readonly what: string;
}

type Audience = Pick<FeatureEntry, "group" | "host">;

/** 600 numbers in the state of a host are up to 6 KB, which each of its records writes. */
const WINDOWS_MAX = 600;

const SELECTIONS = ["drop", "only"] as const;
const KINDS = [...DERIVED_KINDS, ...SELECTIONS];
type Kind = (typeof KINDS)[number];

/** The first mistake that the form of the entries does not show. */
export function mistakeIn(entries: readonly FeatureEntry[]): Mistake | undefined {
  for (const [i, entry] of entries.entries()) {
    const wrong = mistakeOf(entry) ?? misplaced(entries, i);
    if (wrong) return { ...wrong, at: [i, ...wrong.at] };
  }
  const windows = entries.reduce((sum, { samples = 0 }) => sum + samples, 0);
  if (windows > WINDOWS_MAX)
    return { at: [], what: `rolling windows of ${windows} samples together: at most ${WINDOWS_MAX}` };
  return undefined;
}

/**
 * The place of the entry that leaves a metric out of the samples to which a rule of these hosts applies. An entry with
 * other patterns of hosts does not count, although it may match some of these hosts.
 */
export function hiddenBy(entries: readonly FeatureEntry[], metric: string, of: Audience): number | undefined {
  let hidden: number | undefined;
  for (const [i, entry] of entries.entries()) {
    const isForAll = (entry.group ?? of.group) === of.group && (entry.host ?? of.host) === of.host;
    if (!isForAll) continue;
    const fits = (patterns: string | readonly string[]) => [patterns].flat().some((one) => fitsGlob(one, metric));
    if (entry.drop !== undefined && fits(entry.drop)) hidden ??= i;
    else if (entry.only !== undefined && !fits(entry.only)) hidden ??= i;
    else if (entry.name === metric) hidden = undefined;
  }
  return hidden;
}

/** An entry without mistakes as a step of the list. */
export function stepOf(entry: FeatureEntry): FeatureStep {
  const [kind = "drop"] = kindsOf(entry);
  const of = namesIn(entry, kind);
  if (kind === "drop" || kind === "only") return { kind, of };
  return { name: entry.name ?? "", kind, of, samples: entry.samples ?? 0 };
}

function kindsOf(entry: FeatureEntry): readonly Kind[] {
  return KINDS.filter((kind) => entry[kind] !== undefined);
}

function namesIn(entry: FeatureEntry, kind: Kind): readonly string[] {
  return [entry[kind] ?? []].flat();
}

function mistakeOf(entry: FeatureEntry): Mistake | undefined {
  const { name, samples } = entry;
  const [kind, another] = kindsOf(entry);
  if (!kind) return { at: [], what: `nothing to do: add one of ${KINDS.join(", ")}` };
  if (another) return { at: [another], what: `beside ${kind}: make it an entry of its own` };
  const isRolling = kind === "rollingMean" || kind === "rollingDeviation";
  if (isRolling && samples === undefined)
    return { at: ["samples"], what: `missing: say how many, from ${WINDOW_RANGE.join(" to ")}` };
  if (!isRolling && samples !== undefined)
    return { at: ["samples"], what: `beside ${kind}: leave it out; it is for rollingMean and rollingDeviation` };
  if (kind === "drop" || kind === "only")
    return name === undefined ? undefined : { at: ["name"], what: `beside ${kind}: leave it out; nothing is derived` };
  if (name === undefined) return { at: ["name"], what: "missing: name the metric that is derived" };
  if (name.includes("*") || name === "__proto__")
    return { at: ["name"], what: `${shown(name)}: choose another, without *` };
  const pattern = takesAny(kind) ? undefined : namesIn(entry, kind).find((one) => one.includes("*"));
  if (pattern !== undefined)
    return { at: [kind], what: `${shown(pattern)}: name one metric; an entry above can sum up several` };
  return undefined;
}

/** Whether entry `i` is made of a feature further down. An entry that replaces a metric of its name may come later. */
function misplaced(entries: readonly FeatureEntry[], i: number): Mistake | undefined {
  const entry = entries[i] ?? {};
  const [kind] = kindsOf(entry);
  if (!kind || entry.name === undefined) return undefined;
  for (const later of entries.slice(i + 1)) {
    const other = later.name;
    if (other === undefined || other === entry.name || !namesIn(entry, kind).includes(other)) continue;
    if (isMadeOf(later, other)) continue;
    const what = needs(entries, later, entry.name)
      ? `${shown(entry.name)} and ${shown(other)} need each other: make one of them of other metrics`
      : `${shown(other)} is a feature further down: move that one above this`;
    return { at: [kind], what };
  }
  return undefined;
}

function isMadeOf(entry: FeatureEntry, name: string): boolean {
  const [kind] = kindsOf(entry);
  return kind !== undefined && namesIn(entry, kind).some((pattern) => fitsGlob(pattern, name));
}

/** Whether an entry is made of a metric, directly or through other features. */
function needs(entries: readonly FeatureEntry[], entry: FeatureEntry, name: string, seen = new Set([entry])): boolean {
  if (isMadeOf(entry, name)) return true;
  const inputs = entries.filter((one) => !seen.has(one) && one.name !== undefined && isMadeOf(entry, one.name));
  for (const one of inputs) seen.add(one);
  return inputs.some((one) => needs(entries, one, name, seen));
}
