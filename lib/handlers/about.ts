import { type Preceding, precedingOf } from "../alert/preceding.ts";
import { type Incident, sampleOf } from "../incident/incident.ts";
import type { BaselineReference } from "../incident/judgement.ts";
import type { Notice } from "../incident/notice.ts";
import type { BaselineLedger } from "../learn/report.ts";
import type { AboutNotice, LinkOf } from "../notify/publish.ts";
import type { Stores } from "../store/stores.ts";

interface AboutPorts {
  readonly baselines: Pick<BaselineLedger, "current">;
  readonly alerting: Pick<Stores["alerting"], "events" | "silences">;
  readonly hosts: Pick<Stores["hosts"], "load">;
}

/** Finds the link of an incident, the labels behind its baseline, the events before it, and its host's attributes. */
export function aboutNotices(
  linkOf: LinkOf,
  { baselines, alerting, hosts }: AboutPorts,
  log: (what: string, error: unknown) => void,
): AboutNotice {
  return async (notice) => {
    const { incident } = notice;
    const [link, labels, preceding, attributes] = await Promise.all([
      linkOf(incident),
      labelsOf(sampleOf(incident).judgement?.baseline),
      before(notice),
      attributesOf(incident),
    ]);
    return {
      ...(link === undefined ? {} : { link }),
      ...(labels === undefined ? {} : { labels }),
      ...(preceding.length > 0 ? { preceding } : {}),
      ...(attributes ? { attributes } : {}),
    };
  };

  async function labelsOf(baseline: BaselineReference | undefined): Promise<number | undefined> {
    if (!baseline) return undefined;
    const { owner, version } = baseline;
    try {
      const report = await baselines.current(owner);
      return report?.version === version ? report.labels.fault.length + report.labels.false.length : undefined;
    } catch (error) {
      // The alert matters more than this number.
      log(`labels behind ${owner} v${version}, left out of an alert`, error);
      return undefined;
    }
  }

  async function attributesOf(incident: Incident) {
    if (incident.kind === "fleet") return undefined;
    try {
      return (await hosts.load([incident.host])).get(incident.host)?.attributes;
    } catch (error) {
      log(`attributes of ${incident.host}, left out of an alert`, error);
      return undefined;
    }
  }

  async function before(notice: Notice): Promise<readonly Preceding[]> {
    try {
      return await precedingOf(alerting, notice);
    } catch (error) {
      log(`events and silences before incident ${notice.incident.id}, left out of an alert`, error);
      return [];
    }
  }
}
