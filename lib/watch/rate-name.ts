import { NAME_LENGTH_MAX } from "../wire/limits.ts";
import { isMeasure } from "../wire/presets/measures.ts";
import type { HostSamples } from "../wire/samples.ts";
import { unitOfRate } from "../wire/unit-text.ts";

/** `net_bytes_total:eth0` grows by `net_bytes_per_second:eth0`. A measure is a rate by its name. */
export function rateName(name: string): string {
  if (isMeasure(name)) return name;
  const rate = name.replace(/(?:_total)?(?=:|$)/, PER_SECOND);
  return rate.length <= NAME_LENGTH_MAX ? rate : `${name.slice(0, NAME_LENGTH_MAX - PER_SECOND.length)}${PER_SECOND}`;
}

const PER_SECOND = "_per_second";

/** The declared units of what is judged, by name: of a total's rate in place of the total. */
export function judgedUnits({ schema, counters = [] }: HostSamples): readonly (readonly [string, string])[] {
  return Object.entries(schema.units ?? {}).flatMap(([sent, unit]) => {
    if (!counters.includes(sent)) return [[sent, unit] as const];
    const rate = unitOfRate(unit);
    return rate === undefined ? [] : [[rateName(sent), rate] as const];
  });
}
