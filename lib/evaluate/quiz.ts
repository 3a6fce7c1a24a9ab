import { labelQueue } from "../learn/label-queue.ts";
import type { Quiz } from "../replay/backtest.ts";
import { labelledEvents, touches } from "../replay/labelled-events.ts";
import type { Entity } from "./entity.ts";

/** The same entity, of which only the second half of the test part is measured. */
export function secondHalfOf(entity: Entity): Entity {
  const { times } = entity.recording;
  const from = Math.floor((entity.from + times.length) / 2);
  return { ...entity, from, causes: entity.causes.filter((event) => event.from >= (times[from] ?? 0)) };
}

/** At the first measured row, a person answers the first questions of the queue as the labels of the rows say. */
export function quizOn({ recording, from }: Entity, count: number): Quiz {
  const at = recording.times[from] ?? 0;
  const events = labelledEvents(recording);
  return {
    at,
    answer: (incidents) =>
      labelQueue(incidents)
        .slice(0, count)
        .flatMap(({ incident }) => {
          // One machine alone has no incident of a group.
          if (incident.kind === "fleet") return [];
          const isFault = events.some((event) => touches(incident, event));
          return [{ host: incident.host, of: incident.opened, at, verdict: isFault ? "fault" : "false" }];
        }),
  };
}
