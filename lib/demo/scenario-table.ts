import { duration } from "../notify/time.ts";
import type { Scenario } from "./scenario.ts";
import type { Told } from "./stage.ts";

/** Scenarios and their messages, as the table of docs/scenarios.md. */
export function scenarioTable(
  results: readonly { readonly scenario: Scenario; readonly told: readonly Told[] }[],
): string {
  const rows = results.map(({ scenario: { name, story }, told }) => {
    const lines = told.map(({ at, message }) => `${duration(at)}: \`${message.subject ?? ""}\``);
    return `| \`${name}\` | ${story} | ${lines.join("<br>")} |`;
  });
  return ["| scenario | what happens | the messages, and when they come |", "|---|---|---|", ...rows].join("\n");
}
