import fc from "fast-check";
import type { Allowance, Desk } from "../../lib/alert/desk.ts";
import type { Announced, Audit } from "../../lib/alert/ports.ts";
import type { QuietPattern } from "../../lib/alert/quiet.ts";
import type { Refusal } from "../../lib/alert/refusal.ts";
import type { Silence } from "../../lib/alert/silence.ts";
import { NOTICE_KINDS } from "../../lib/incident/notice.ts";
import { fleetIncident } from "./incident-arbitraries.ts";

const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 24 });
const count = fc.nat();
const time = fc.integer({ min: 1, max: 4_102_444_800_000 });
const incidentId = fc.stringMatching(/^[2-9A-HJKMNP-Z]{6}$/);

/** Any name of a person or a machine. */
export const alertingName = name;

/** Any silence that has not expired at `now`. */
export function silenceOf(now: number): fc.Arbitrary<Silence> {
  const matcher = fc.oneof(
    fc.record({ host: name }),
    fc.record({ group: name }),
    fc.record({ host: name, group: name }),
  );
  const recurrence = fc.record({
    days: fc.uniqueArray(fc.integer({ min: 0, max: 6 })),
    start: fc.integer({ min: 0, max: 1_439 }),
    durationMs: fc.integer({ min: 60_000, max: 172_800_000 }),
    zone: fc.constantFrom("Europe/Paris", "America/New_York", "UTC"),
  });
  return fc.record(
    {
      id: incidentId,
      matcher,
      reason: fc.string({ unit: "grapheme" }),
      by: name,
      from: time,
      until: fc.integer({ min: now, max: 4_102_444_800_000 }),
      recurrence,
      matched: time,
      reported: fc.constant(true as const),
      revision: fc.constant(0),
    },
    { requiredKeys: ["id", "matcher", "reason", "by", "from", "until", "revision"] },
  );
}

const quietCause = fc.record({ pattern: name, most: fc.double({ min: 0, max: 1e9, noNaN: true }).map((x) => x + 0) });

/** A quiet pattern that ends after `from` (ms since the epoch). */
export function quietOf(from: number): fc.Arbitrary<QuietPattern> {
  return fc.record(
    {
      ...{ id: incidentId, host: name, group: name, main: quietCause, others: fc.array(quietCause, { maxLength: 3 }) },
      ...{ hours: fc.record({ from: count, to: count }), by: name, reason: name, since: time, incidents: count },
      until: fc.integer({ min: from, max: 4_102_444_800_000 }),
      revision: fc.constant(0),
    },
    { requiredKeys: ["id", "group", "main", "others", "by", "since", "until", "incidents", "revision"] },
  );
}

export const deskOf: fc.Arbitrary<Desk> = fc.record(
  {
    group: name,
    spoke: count,
    begun: count,
    incidents: fc.array(fleetIncident, { maxLength: 3 }),
    recent: fc.array(fc.record({ pattern: name, host: name, id: incidentId, at: time }), { maxLength: 3 }),
    pending: fc.array(
      fc.record({
        kind: fc.constantFrom(...NOTICE_KINDS),
        id: incidentId,
        opened: time,
        revision: count,
      }),
      { maxLength: 3 },
    ),
    revision: fc.constant(0),
  },
  { requiredKeys: ["group", "spoke", "begun", "incidents", "recent", "pending", "revision"] },
);

export const allowanceOf: fc.Arbitrary<Allowance> = fc.record({
  name,
  times: fc.array(time, { maxLength: 10 }),
  held: fc.record({ critical: count, warning: count }),
  revision: fc.constant(0),
});

export const announced: fc.Arbitrary<Announced> = fc.record({
  version: count,
  epsilon: fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
});

export const audit: fc.Arbitrary<Audit> = fc.record({
  at: time,
  confirmed: fc.array(name),
  unconfirmed: fc.array(name),
});

export const refusal: fc.Arbitrary<Omit<Refusal, "owner">> = fc.record({
  since: time,
  at: time,
  refused: fc.string(),
  told: fc.boolean(),
});
