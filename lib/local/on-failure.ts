import { randomUUID } from "node:crypto";
import type { StreamEventRecord } from "../handlers/contract.ts";
import type { Discard, MappedRecord } from "./mapping.ts";
import { ACCOUNT, functionName, REGION, STACK, STREAM_ARN } from "./names.ts";

/** A record with the form in which the function gets it. */
export interface EventRecord extends MappedRecord {
  readonly event: StreamEventRecord;
}

/**
 * Key and text of the object that Lambda would write to the failures bucket. No other destination holds the records
 * themselves (https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html).
 */
export function failureObject(shardId: string, discard: Discard<EventRecord>, now: number) {
  const time = new Date(now).toISOString();
  const seconds = time.slice(0, 19).replaceAll(":", ".");
  return {
    key: `aws/lambda/${STACK}-mapping/${shardId}/${time.slice(0, 10).replaceAll("-", "/")}/${seconds}-${randomUUID()}`,
    body: JSON.stringify({
      requestContext: {
        requestId: randomUUID(),
        functionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${functionName("score")}`,
        condition: discard.condition,
        approximateInvokeCount: discard.invocations,
      },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      version: "1.0",
      timestamp: time,
      KinesisBatchInfo: batchInfo(shardId, discard.records),
      payload: JSON.stringify({ Records: discard.records.map((record) => record.event) }),
    }),
  };
}

function batchInfo(shardId: string, records: readonly EventRecord[]) {
  const [first, last] = [records.at(0), records.at(-1)];
  return {
    shardId,
    startSequenceNumber: first?.sequenceNumber,
    endSequenceNumber: last?.sequenceNumber,
    approximateArrivalOfFirstRecord: first && new Date(first.arrival).toISOString(),
    approximateArrivalOfLastRecord: last && new Date(last.arrival).toISOString(),
    batchSize: records.length,
    streamArn: STREAM_ARN,
  };
}
