import type { Service } from "../../lib/resources.ts";

/** Made-up addresses and keys in the form of real ones. */
export const SECRETS: Readonly<Record<Service, string>> = {
  slack: "https://hooks.slack.com/services/T00000000/B00000000/made0up0for0the0tests00",
  teams: "https://prod-1.westeurope.logic.azure.com/workflows/a1/triggers/manual/paths/invoke?sig=secret",
  pagerduty: "0123456789abcdef0123456789abcdef",
  opsgenie: "eb243592-faa2-4ba2-a551-1afdf565c889",
};
