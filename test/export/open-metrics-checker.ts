// A reader of OpenMetrics text by its specification (https://prometheus.io/docs/specs/om/open_metrics_spec/, "ABNF"), strict
// where Prometheus would refuse: families whole and once, names that fit, label values escaped, `# EOF` at the very end.

export interface Exposed {
  readonly type: string;
  readonly unit?: string;
  readonly help?: string;
  readonly samples: { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABELS = /^\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"(?:,(?=[a-zA-Z_]))?)*)\} /;
const ESCAPES: Readonly<Record<string, string>> = { "\\\\": "\\", '\\"': '"', "\\n": "\n" };

/** The families by name; throws at the first line that is not as it must be. */
export function readOpenMetrics(text: string): ReadonlyMap<string, Exposed> {
  if (!text.endsWith("\n# EOF\n")) throw new Error("the text does not end with # EOF");
  const families = new Map<string, { type: string; unit?: string; help?: string; samples: Exposed["samples"] }>();
  const seen = new Set<string>();
  let current = "";
  for (const line of text.slice(0, -"# EOF\n".length).split("\n").slice(0, -1)) {
    const described = /^# (TYPE|UNIT|HELP) (\S+) (.*)$/.exec(line);
    if (described) {
      const [, what = "", name = "", value = ""] = described;
      if (!NAME.test(name)) throw new Error(`bad name: ${line}`);
      if (name !== current && families.has(name)) throw new Error(`family in two places: ${line}`);
      current = name;
      const family = families.get(name) ?? { type: "unknown", samples: [] };
      families.set(name, family);
      if (family.samples.length > 0) throw new Error(`described after its first sample: ${line}`);
      if (what === "UNIT" && !name.endsWith(`_${value}`)) throw new Error(`the name lacks its unit: ${line}`);
      Object.assign(family, { [what.toLowerCase()]: value });
      continue;
    }
    const family = families.get(current);
    const name = /^[^{ ]*/.exec(line)?.[0] ?? "";
    if (!family || name !== current + (family.type === "counter" ? "_total" : ""))
      throw new Error(`sample outside of its family: ${line}`);
    const rest = line.slice(name.length);
    const labelled = LABELS.exec(rest);
    if (!labelled && !rest.startsWith(" ")) throw new Error(`bad labels: ${line}`);
    const value = labelled ? rest.slice(labelled[0].length) : rest.slice(1);
    if (!/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(value)) throw new Error(`bad value: ${line}`);
    const pairs = (labelled?.[1] ?? "").matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/gs);
    const labels = Object.fromEntries(
      [...pairs].map(([, key = "", raw = ""]) => [key, raw.replace(/\\[\\"n]/g, (pair) => ESCAPES[pair] ?? pair)]),
    );
    const series = `${name} ${JSON.stringify(labels)}`;
    if (seen.has(series)) throw new Error(`said twice: ${line}`);
    seen.add(series);
    family.samples.push({ labels, value: Number(value) });
  }
  return families;
}
