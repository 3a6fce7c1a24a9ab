import { detached } from "../name.ts";
import type { Choice, Chooser, Tags } from "../senders/point.ts";
import { fitted } from "../senders/series-name.ts";
import { INSTANCE_LENGTH_MAX, isCounted, MEASURES, type Measure, measureName, type Part } from "./measures.ts";

/** The series of a sender to watch, and the measures that they give. */
export interface Preset {
  /** The name that people use. */
  readonly sender: string;
  /** The series that the preset knows: those that no line chooses are left out. */
  readonly families: RegExp;
  /** The tag that names the instance; none for a series of the whole host. */
  readonly tags: Readonly<Partial<Record<Part, string>>>;
  /** Takes off what the sender adds to the names of instances. */
  readonly instance?: (written: string, part: Part) => string;
  readonly lines: readonly Line[];
}

export interface Line {
  readonly series: string;
  readonly field?: string;
  /** Values of tags that the series must have. */
  readonly where?: Readonly<Record<string, string>>;
  readonly to: Measure;
  /** The instance, if no tag names it. */
  readonly instance?: string;
  /** The measure's unit in the sender's; 1 by default. */
  readonly times?: number;
  /** Whether it is a total that only grows, if the sender does not say. */
  readonly isTotal?: true;
  /** Whether the sender draws it below zero, as the other direction. */
  readonly isMirrored?: true;
}

/** Milliseconds in each second, to percent. */
export const MS_TO_PERCENT = 0.1;

/** Lines that differ in one word, by that word. */
export function linesOf(
  measures: Readonly<Record<string, Measure>>,
  of: (word: string) => Omit<Line, "to">,
): readonly Line[] {
  return Object.entries(measures).map(([word, to]) => ({ ...of(word), to }));
}

interface Rule {
  readonly wanted: readonly (readonly [tag: string, value: string])[];
  readonly to: Measure;
  readonly about: Omit<Choice, "name">;
  /**
   * The kind of instance that the measure describes, and the tag that names it; absent for a measure of the whole host.
   */
  readonly instances?: Instances;
  /** The instance of every such series; absent if a tag names it. */
  readonly instance?: string | undefined;
  /** Its choices by the written name of the instance: most instances come again with each reading. */
  readonly known: Map<string, Choice | "left out">;
}

/** As many as a host has CPUs that count; one more clears the memory. */
const KNOWN_MAX = 128;

/** The rules of a series, by field. */
interface KnownSeries {
  /** Whether its other fields are left out. */
  readonly isOfFamily: boolean;
  readonly byField: Map<string, Rule[]>;
}

interface Instances {
  readonly part: Part;
  readonly tag: string;
}

function ruleOf({ tags }: Preset, { to, instance, where = {}, times = 1, isTotal, isMirrored }: Line): Rule {
  const part = MEASURES[to];
  const tag = part === "host" || instance !== undefined ? undefined : tags[part];
  return {
    ...{ wanted: Object.entries(where), to, instance, known: new Map() },
    about: { times, isTotal: isTotal ?? false, isMirrored: isMirrored ?? false },
    ...(part === "host" || tag === undefined ? {} : { instances: { part, tag } }),
  };
}

/** Looks for a point's line by series and field; the first whose tags fit is taken. */
export function chooser(preset: Preset): Chooser {
  const { families, instance: named = (written) => written } = preset;
  const bySeries = new Map<string, KnownSeries>();
  for (const line of preset.lines) {
    const known = bySeries.get(line.series) ?? { isOfFamily: families.test(line.series), byField: new Map() };
    bySeries.set(line.series, known);
    const field = line.field ?? "";
    known.byField.set(field, [...(known.byField.get(field) ?? []), ruleOf(preset, line)]);
  }
  return ({ series, field = "", tags = NO_TAGS, isCounter }) => {
    const known = bySeries.get(series);
    const rules = known?.byField.get(field);
    if (!rules) return (known?.isOfFamily ?? families.test(series)) ? "left out" : "unknown";
    const rule = rules.find((one) => isMet(one, tags));
    if (!rule) return "left out";
    const choice = choiceOf(rule, tags, named);
    if (choice === "left out" || isCounter === undefined || isCounter === choice.isTotal) return choice;
    return { ...choice, isTotal: isCounter };
  };
}

type Named = NonNullable<Preset["instance"]>;

function choiceOf(rule: Rule, tags: Tags, named: Named): Choice | "left out" {
  const { instances, known } = rule;
  const written = instances ? tags[instances.tag] : "";
  // Whether a mount counts depends on its file system, too.
  const isKept = typeof written === "string" && written.length <= INSTANCE_LENGTH_MAX && instances?.part !== "mount";
  if (!isKept) return newChoice(rule, tags, named);
  const kept = known.get(written);
  if (kept) return kept;
  const choice = newChoice(rule, tags, named);
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(detached(written), choice);
  return choice;
}

function newChoice({ about, instances, to, instance }: Rule, tags: Tags, named: Named): Choice | "left out" {
  const which = instances ? instanceIn(instances, tags, named) : instance;
  return instances && which === undefined ? "left out" : { name: measureName(to, which), ...about };
}

/** The instance of a measure; undefined for one that does not count. */
function instanceIn({ part, tag }: Instances, tags: Tags, named: Named): string | undefined {
  const written = tags[tag];
  if (written === undefined) return undefined;
  const instance = fitted(named(String(written), part));
  return isCounted(part, instance, tags) ? instance : undefined;
}

function isMet({ wanted }: Rule, tags: Tags): boolean {
  for (const [tag, value] of wanted) if (tags[tag] !== value) return false;
  return true;
}

const NO_TAGS: Tags = {};
