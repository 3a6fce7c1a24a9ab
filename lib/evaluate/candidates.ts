import type { Config } from "../config/config.ts";
import { parseConfig } from "../config/config.ts";
import { UserError } from "../user-error.ts";

/** A parameter of `detectors` in the configuration, and the values to try. */
export interface Varied {
  readonly key: string;
  readonly values: readonly unknown[];
}

/** Changes of the configured settings of a group; none for the first candidate. */
export interface Candidate {
  readonly changes: Readonly<Record<string, unknown>>;
  /** The settings of the group with them, as the file writes them. */
  readonly entry: Readonly<Record<string, unknown>>;
  readonly config: Config;
}

/** Each is played on every machine; a day has room for few more. */
const CANDIDATES_MAX = 64;

/** Reads `detector=bands,gaussian` or `ensemble=bands+gaussian,bands+reconstruction`. */
export function parseVaried(text: string): Varied {
  const [, key, list] = /^(\w+)=(.+)$/.exec(text) ?? [];
  if (!key || !list)
    throw new UserError(`${text}: name a key of detectors and its values, like covariance=diagonal,full`);
  const values = list.split(",").map((one) => parsedValue(key, one.trim()));
  return { key, values };
}

function parsedValue(key: string, text: string): unknown {
  if (key === "ensemble") return text.split("+");
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** The configuration's document; only `detectors` is looked into, once it was parsed. */
export type ConfigDocument = Readonly<Record<string, unknown>> & {
  readonly detectors?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/** The configured settings of a group first, then every combination of the values, each once. */
export function candidatesOf(document: ConfigDocument, group: string, varied: readonly Varied[]): readonly Candidate[] {
  const { detectors = {} } = document;
  const configured = changed(detectors["*"] ?? {}, group === "*" ? {} : (detectors[group] ?? {}));
  const count = varied.reduce((product, { values }) => product * values.length, 1);
  if (count > CANDIDATES_MAX)
    throw new UserError(`${count} combinations: at most ${CANDIDATES_MAX}, so give fewer values to --vary`);
  const combinations = varied.reduce<readonly Readonly<Record<string, unknown>>[]>(
    (all, { key, values }) => all.flatMap((one) => values.map((value) => ({ ...one, [key]: value }))),
    [{}],
  );
  const candidates = [{}, ...combinations].map((changes) => {
    const entry = changed(configured, changes);
    const judged = { ...document, detectors: { "*": entry } };
    return { changes, entry, config: parseConfig(JSON.stringify(judged), `with ${nameOf(changes)}`) };
  });
  const settings = candidates.map(({ config }) => JSON.stringify(config.settingsOf(group)));
  return candidates.filter((_, i) => settings.indexOf(settings[i] ?? "") === i);
}

/** An ensemble and a detector take each other's place. */
function changed(entry: Readonly<Record<string, unknown>>, changes: Readonly<Record<string, unknown>>) {
  const { detector, ensemble, by, ...rest } = entry;
  if ("detector" in changes) return { ...rest, ...changes };
  if ("ensemble" in changes) return { ...rest, ...(by === undefined ? {} : { by }), ...changes };
  return { ...entry, ...changes };
}

/** `covariance full, winsorize 0.005`, or `as configured`. */
export function nameOf(changes: Candidate["changes"]): string {
  const words = Object.entries(changes).map(
    ([key, value]) => `${key} ${Array.isArray(value) ? value.join("+") : value}`,
  );
  return words.length > 0 ? words.join(", ") : "as configured";
}

/** The document in which a group has a candidate's settings. */
export function withEntry(document: ConfigDocument, group: string, { entry }: Candidate): ConfigDocument {
  return { version: 1, ...document, detectors: { ...document.detectors, [group]: entry } };
}
