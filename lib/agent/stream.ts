import { isNativeError } from "node:util/types";
import { KinesisClient, PutRecordCommand, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { clientConfig, type Environment } from "../clients.ts";
import { codeOf } from "../errors.ts";

/** Why a stream did not take a record. */
export interface Trouble {
  /** The service's name for the error, or "unreachable" for every failure of the network. */
  readonly kind: string;
  /** The stream, its place, the failure, and the fix if there is one. */
  readonly words: string;
  /** A retry of the same request cannot succeed. */
  readonly hopeless: boolean;
  readonly error: unknown;
}

export interface KeyedRecord {
  readonly host: string;
  readonly data: Uint8Array;
}

/** Long for a record of a few KB, short enough to stop within the ten seconds that a container gets. */
const PUT_RECORD_MS_MAX = 5_000;
/** 5 MiB over a line of 2 Mbit/s. */
const PUT_RECORDS_MS_MAX = 20_000;

/** One Kinesis stream to write to. Every call is a single attempt; the caller decides when to retry. */
export class Stream {
  readonly name: string;
  readonly #client: KinesisClient;
  readonly #endpoint: string | undefined;

  constructor(name: string, env: Environment) {
    this.name = name;
    this.#endpoint = env.AWS_ENDPOINT_URL;
    this.#client = new KinesisClient({ ...clientConfig(env), maxAttempts: 1 });
  }

  async put({ host, data }: KeyedRecord): Promise<Trouble | null> {
    const command = new PutRecordCommand({ StreamName: this.name, PartitionKey: host, Data: data });
    try {
      await this.#client.send(command, { abortSignal: AbortSignal.timeout(PUT_RECORD_MS_MAX) });
      return null;
    } catch (error) {
      return await this.#troubleOf(error);
    }
  }

  /** Returns the records that the stream did not take, in order, and why it refused the first of them. */
  async putAll(records: readonly KeyedRecord[]): Promise<{ refused: readonly KeyedRecord[]; trouble: Trouble | null }> {
    const command = new PutRecordsCommand({
      StreamName: this.name,
      Records: records.map(({ host, data }) => ({ PartitionKey: host, Data: data })),
    });
    try {
      const { Records: results = [] } = await this.#client.send(command, {
        abortSignal: AbortSignal.timeout(PUT_RECORDS_MS_MAX),
      });
      const refused = records.filter((_, index) => !results[index]?.SequenceNumber);
      const first = results.find((result) => result.ErrorCode);
      const message = `${first?.ErrorCode ?? "no answer"}: ${first?.ErrorMessage ?? ""}`;
      return { refused, trouble: refused.length ? await this.#troubleOf(new Error(message)) : null };
    } catch (error) {
      return { refused: records, trouble: await this.#troubleOf(error) };
    }
  }

  close(): void {
    this.#client.destroy();
  }

  async #troubleOf(error: unknown): Promise<Trouble> {
    if (!isNativeError(error)) throw error;
    // An error of the network may have no message.
    const reason = error.name === "AbortError" ? "no answer in time" : error.message || codeOf(error) || error.name;
    const fix = skewCorrected(error) ? undefined : (FIXES[error.name] ?? FIXES[error.message]);
    return {
      kind: "$fault" in error ? error.name : "unreachable",
      words: `cannot write to stream "${this.name}" ${await this.#place()}: ${fix ? `${fix} (${reason})` : reason}`,
      hopeless: fix !== undefined,
      error,
    };
  }

  async #place(): Promise<string> {
    if (this.#endpoint) return `at ${this.#endpoint}`;
    try {
      return `in ${await this.#client.config.region()}`;
    } catch {
      return "in no region";
    }
  }
}

const RENEW = "the AWS credentials are not valid: renew them";
const INVALID = "the service takes no such name: check the stream's and the host's (at most 128 and 256 characters)";

/** The fixes for errors that no retry cures, by the error's name, or by its message if the SDK gives no name. */
const FIXES: Readonly<Record<string, string>> = {
  ResourceNotFoundException: "there is no such stream: check its name and region, or create it with `npx cdk deploy`",
  AccessDeniedException: "not allowed: grant the action kinesis:PutRecord and kinesis:PutRecords on this stream",
  CredentialsProviderError: "no AWS credentials were found: give the host a role, or run `aws configure`",
  "Region is missing": "no region is set: set AWS_REGION",
  UnrecognizedClientException: RENEW,
  InvalidSignatureException: RENEW,
  IncompleteSignatureException: RENEW,
  MissingAuthenticationTokenException: RENEW,
  ExpiredTokenException: RENEW,
  ValidationException: INVALID,
  InvalidArgumentException: INVALID,
};

/** With a wrong clock on this machine the first signature fails. The SDK then corrects the next one. */
function skewCorrected(error: Error): boolean {
  if (!("$metadata" in error) || typeof error.$metadata !== "object" || error.$metadata === null) return false;
  return "clockSkewCorrected" in error.$metadata && error.$metadata.clockSkewCorrected === true;
}
