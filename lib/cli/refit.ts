import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { Command } from "commander";
import { invokingConfig } from "../clients.ts";
import { isObject } from "../json.ts";
import type { FitReport } from "../learn/report.ts";
import { decimal } from "../notify/format.ts";
import { FUNCTIONS } from "../resources.ts";
import { UserError } from "../user-error.ts";
import { answer, targetCommand } from "./connect.ts";
import { describeEpsilon } from "./epsilon-words.ts";
import { knownHost } from "./selection.ts";
import type { Target } from "./target.ts";

export function refitCommand(): Command {
  return targetCommand("refit")
    .option("--host <name>", "refit only this host")
    .addHelpText("after", "\nExample:\n  fleetwarden refit --host web-07")
    .action(
      answer(async (stores, { host }: { host?: string }) => {
        if (host !== undefined) await knownHost(stores, host);
        const reports = await invokeRefit(stores.target, host);
        const text =
          reports.length === 0 ? "Nothing to fit: no host has any history." : reports.map(reportLine).join("\n");
        return [{ reports }, text];
      }),
    );
}

/** A function that has no time left for the whole fleet says where to continue. */
async function invokeRefit(target: Target, host: string | undefined): Promise<FitReport[]> {
  const reports: FitReport[] = [];
  let wish: object = host === undefined ? { all: true } : { host };
  for (;;) {
    const answer = await invokeOnce(target, wish);
    reports.push(...answer.reports);
    if (!answer.next) return reports;
    wish = { all: true, after: answer.next };
  }
}

async function invokeOnce(target: Target, wish: object): Promise<Answer> {
  // The answer comes when the fleet is fitted or time is up.
  const client = new LambdaClient(invokingConfig(target.env, FUNCTIONS.refit.timeoutSeconds));
  const Payload = Buffer.from(JSON.stringify(wish));
  const answer = await client.send(new InvokeCommand({ FunctionName: target.functionName("refit"), Payload }));
  const result: unknown = JSON.parse(Buffer.from(answer.Payload ?? []).toString() || "null");
  if (answer.FunctionError) throw new UserError(`the refit of ${target.where} failed: ${messageIn(result)}`);
  if (!isReports(result))
    throw new UserError(`the refit of ${target.where} did not answer with reports: does it run another version?`);
  return result;
}

function messageIn(result: unknown): string {
  return isObject(result) && "errorMessage" in result ? String(result.errorMessage) : JSON.stringify(result);
}

interface Answer {
  readonly reports: FitReport[];
  readonly next?: unknown;
}

/** Both ends run one version, so this only detects a foreign answer. */
function isReports(result: unknown): result is Answer {
  return isObject(result) && Array.isArray(result.reports);
}

function reportLine(report: FitReport): string {
  const head = `${report.owner} v${report.version}`;
  if (report.refused) return `${head}: refused, ${report.refused}`;
  const unchanged = report.refitted === undefined ? "" : "unchanged, ";
  const days = report.shortened ? ` of the newest ${decimal(report.shortened.days)} d` : "";
  const learnt = `${report.samples} samples${days}, ${report.excluded} left out`;
  return `${head}: ${unchanged}${learnt}, epsilon ${describeEpsilon(report)}`;
}
