import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
const THROTTLES: ReadonlySet<string> = new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
]);

/**
 * Calls back for each answer in which DynamoDB throttles: an error that the client retries, or a read that leaves keys
 * unprocessed.
 */
export function watchThrottles(client: DynamoDBClient, onThrottle: () => void): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        const result = await next(args);
        const { output = {} } = result;
        if ("UnprocessedKeys" in output && Object.keys(output.UnprocessedKeys ?? {}).length > 0) onThrottle();
        return result;
      } catch (error) {
        if (error instanceof Error && THROTTLES.has(error.name)) onThrottle();
        throw error;
      }
    },
    // The outermost of this step: each attempt passes it once, with the answer that the client has read.
    { name: "watchThrottles", step: "deserialize", priority: "high" },
  );
}
