import type { Cause, Incident, Notice } from "../../lib/watch/incident.ts";

/** The example of docs/alerts.md: a CPU gone wild, the load following it. */
export const CONTEXT = { stack: "fleetwarden" };

/** As deployed: with a link, here one of a made-up address. */
export const LINK =
  "https://k3x7q.lambda-url.eu-west-1.on.aws/feedback/wS5iv-.tqgazo.mwrxogg0.K7Q2RT.d2ViLTA3.5ihe_WLZMHnbY8v4_uA74Q";
export const DEPLOYED = { ...CONTEXT, link: LINK };

/**
 * Scores are half the squared deviations: 11.1034² / 2 + 2.4138² / 2 + 0.6667² / 2 + 0.75 of the others = 65.53; cpu_user alone may
 * have 13.4 - 3.885 of it, which is 4.3623 deviations: 48.13.
 */
function incident(changes: Partial<Incident> = {}): Incident {
  return {
    id: "K7Q2RT",
    host: "web-07",
    group: "web",
    revision: 1,
    opened: Date.UTC(2026, 10, 22, 14, 30, 0),
    lastAnomaly: Date.UTC(2026, 10, 22, 14, 30, 40),
    samples: 5,
    anomalies: 4,
    peak: { time: Date.UTC(2026, 10, 22, 14, 30, 30), score: 65.53 },
    epsilon: 13.4,
    baseline: { owner: "host#web-07", version: 3 },
    causes: [
      {
        metric: "cpu_user",
        now: 97,
        expected: 16.5,
        low: 2,
        high: 31,
        contribution: 123.285,
        share: 0.9407,
        normalAt: 48.13,
      },
      { metric: "load1", now: 3.4, expected: 1.65, low: 0.2, high: 3.1, contribution: 5.8264, share: 0.0445 },
      { metric: "mem_percent", now: 62, expected: 58, low: 46, high: 70, contribution: 0.4444, share: 0.0034 },
    ],
    ...changes,
  };
}

export function cause(changes: Partial<Cause> = {}): Cause {
  return {
    metric: "cpu_user",
    now: 97,
    expected: 16.5,
    low: 2,
    high: 31,
    contribution: 123.285,
    share: 0.94,
    ...changes,
  };
}

export function opened(changes: Partial<Incident> = {}): Notice {
  return { kind: "opened", incident: incident(changes) };
}

export function resolved(changes: Partial<Incident> = {}): Notice {
  const ended = Date.UTC(2026, 10, 22, 14, 49, 10);
  return {
    kind: "resolved",
    incident: incident({ revision: 2, resolved: ended, samples: 115, anomalies: 38, ...changes }),
  };
}

/** A host that reported each minute and stopped: last seen 14:03:20, noticed four minutes and a bit later. */
export function silent(changes: Partial<Incident> = {}): Notice {
  return {
    kind: "opened",
    incident: {
      kind: "silent",
      id: "H9TTRQ",
      host: "web-07",
      group: "web",
      revision: 1,
      opened: Date.UTC(2026, 10, 22, 14, 3, 20, 1),
      lastAnomaly: Date.UTC(2026, 10, 22, 14, 7, 40),
      samples: 0,
      anomalies: 0,
      peak: { time: Date.UTC(2026, 10, 22, 14, 3, 20), score: 4.12 },
      epsilon: 13.4,
      baseline: { owner: "host#web-07", version: 3 },
      causes: [],
      ...changes,
    },
  };
}

/** It sends again at 14:22:30. */
export function sendingAgain(changes: Partial<Incident> = {}): Notice {
  const changed = { revision: 2, samples: 1, resolved: Date.UTC(2026, 10, 22, 14, 22, 30), ...changes };
  return { ...silent(changed), kind: "resolved" };
}
