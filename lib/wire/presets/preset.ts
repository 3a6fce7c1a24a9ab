import type { Chooser, Tags } from "../senders/point.ts";
import { fitted } from "../senders/series-name.ts";
import { isCounted, MEASURES, type Measure, measureName, type Part } from "./measures.ts";

/** Which series of a sender are watched, and what they measure. */
export interface Preset {
  /** As people call it. */
  readonly sender: string;
  /** The series that the preset knows: of these, what no line chooses is left out. */
  readonly families: RegExp;
  /** The tag that names the instance; none for what a sender gives as a whole only. */
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
  /** The measure's unit in the sender's; 1 by default. */
  readonly times?: number;
  /** Whether it is a total that only grows, where the sender does not say. */
  readonly isTotal?: true;
  /** Whether the sender draws it below zero, as the other direction. */
  readonly isMirrored?: true;
}

/** Lines that differ in one word, by that word. */
export function linesOf(
  measures: Readonly<Record<string, Measure>>,
  of: (word: string) => Omit<Line, "to">,
): readonly Line[] {
  return Object.entries(measures).map(([word, to]) => ({ ...of(word), to }));
}

interface Rule extends Line {
  readonly wanted: readonly (readonly [tag: string, value: string])[];
}

/** Looks for a point's line by series and field; the first whose tags fit is taken. */
export function chooser({ families, tags, instance = (written) => written, lines }: Preset): Chooser {
  const bySeries = new Map<string, Map<string, Rule[]>>();
  for (const line of lines) {
    const byField = bySeries.get(line.series) ?? new Map<string, Rule[]>();
    bySeries.set(line.series, byField);
    const field = line.field ?? "";
    const rule = { ...line, wanted: Object.entries(line.where ?? {}) };
    byField.set(field, [...(byField.get(field) ?? []), rule]);
  }
  return (point) => {
    const rules = bySeries.get(point.series)?.get(point.field ?? "");
    if (!rules) return families.test(point.series) ? "left out" : "unknown";
    const own = point.tags ?? NO_TAGS;
    const rule = rules.find(({ wanted }) => wanted.every(([tag, value]) => own[tag] === value));
    if (!rule) return "left out";
    const { to, times = 1, isTotal = false, isMirrored = false } = rule;
    const part = MEASURES[to];
    const tag = part === "host" ? undefined : tags[part];
    const about = { times, isTotal: point.isCounter ?? isTotal, isMirrored };
    if (part === "host" || tag === undefined) return { name: measureName(to, undefined), ...about };
    const written = own[tag];
    if (written === undefined) return "left out";
    const name = fitted(instance(String(written), part));
    return isCounted(part, name, own) ? { name: measureName(to, name), ...about } : "left out";
  };
}

const NO_TAGS: Tags = {};
