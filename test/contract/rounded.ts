import type { Also, Incident } from "../../lib/incident/incident.ts";
import type { Worst } from "../../lib/incident/judgement.ts";

/** An incident as stored: the figures of its causes have six digits, enough for people. */
export function rounded<T extends Pick<Worst, "causes">>(incident: T): T {
  const six = (value: number) => Number(value.toPrecision(6));
  const causes = incident.causes.map(({ normalAt, ...cause }) => ({
    ...cause,
    now: six(cause.now),
    expected: six(cause.expected),
    low: six(cause.low),
    high: six(cause.high),
    contribution: six(cause.contribution),
    share: six(cause.share),
    ...(normalAt === undefined ? {} : { normalAt: six(normalAt) }),
  }));
  const { also } = incident as { readonly also?: Also };
  return { ...incident, causes, ...(also ? { also: rounded(also) } : {}) };
}

/** An incident as the stores return it. */
export function asStored<T extends Incident>(incident: T): T {
  return incident.kind === "silent" ? incident : rounded(incident as T & Worst);
}
