import { sampleOf } from "../incident/incident.ts";
import type { BaselineReference } from "../incident/judgement.ts";
import type { BaselineLedger } from "../learn/report.ts";
import type { AboutIncident, LinkOf } from "../notify/publish.ts";

/** Finds the link to answer an incident, and the number of labels that its baseline learnt from. */
export function aboutIncidents(
  linkOf: LinkOf,
  baselines: Pick<BaselineLedger, "current">,
  log: (what: string, error: unknown) => void,
): AboutIncident {
  return async (incident) => {
    const [link, labels] = await Promise.all([linkOf(incident), labelsOf(sampleOf(incident).judgement?.baseline)]);
    return { ...(link === undefined ? {} : { link }), ...(labels === undefined ? {} : { labels }) };
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
}
