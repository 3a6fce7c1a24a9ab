import { UserError } from "../user-error.ts";

/** One line for a person: the problem and the fix. Never a stack trace. */
export function explainError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UserError) return oneLine(error.message);
  const cause = rootOf(error);
  if (cause.message.includes("ECONNREFUSED")) {
    const [, address = "that address"] = /ECONNREFUSED (\S+)/.exec(cause.message) ?? [];
    const fix = "start the twin with `fleetwarden up`, give its --endpoint, or name a deployed --stack";
    return `nobody answers at ${address}: ${fix}`;
  }
  if (cause.name === "CredentialsProviderError" || cause.name === "CredentialsError") {
    return `no AWS credentials: run \`aws configure\`, name a --profile, or leave --stack out for the twin on this machine (${oneLine(cause.message)})`;
  }
  if (cause.message === "Region is missing")
    return "no AWS region: set AWS_REGION, name a --profile that has one, or leave --stack out for the twin on this machine";
  return oneLine(error.message || error.name);
}

function rootOf(error: Error): Error {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return rootOf(error.errors[0]);
  return error.cause instanceof Error ? rootOf(error.cause) : error;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").trim();
}
