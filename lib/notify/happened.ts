import { type AnomalyIncident, severityOf } from "../incident/incident.ts";
import type { Notice } from "../incident/notice.ts";
import { FLAP_MS, OPENINGS_MAX } from "../watch/life.ts";
import { endOf } from "./explanation.ts";
import type { RenderContext } from "./render.ts";
import { clock, duration } from "./time.ts";

/** What has come about of an anomalous host, as a phrase after its name. */
export function happened({ kind, incident }: Notice<AnomalyIncident>, { now }: Pick<RenderContext, "now">): string {
  const { opened, lastAnomaly } = incident;
  switch (kind) {
    case "opened":
      return `since ${clock(opened)}`;
    case "worsened":
      return `${severityOf(incident)} now, was a warning`;
    case "unstable":
      return `unstable, opened ${OPENINGS_MAX} times within ${duration(FLAP_MS)}`;
    case "shifted":
      return `anomalous for ${duration(lastAnomaly - opened)} but steady`;
    case "reminder":
      return `still ${severityOf(incident)} after ${duration(now - opened)}, nobody has acknowledged it`;
    case "resolved":
      return ended(incident);
  }
}

function ended(incident: AnomalyIncident): string {
  const lasted = duration(endOf(incident) - incident.opened);
  return incident.ending ? `${incident.ending} after ${lasted} of trouble` : `back to normal after ${lasted}`;
}

/** What becomes of an unstable one. */
export const HELD_OPEN = `Held open until it is calm for ${duration(FLAP_MS)}`;
